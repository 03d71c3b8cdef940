"""What is done in one folder of a set of changes: see what is not saved, save it, put it back."""

from __future__ import annotations

from clinic.adapters.git_merging import commit_tree, refuse_broken
from clinic.adapters.git_program import Git
from clinic.review.changes.change_set import Author
from clinic.review.content.errors import EditsInTheWay, RepositoryUnavailable

CONTENT = ("data", "tests/conversations", "domain.yml", "config.yml", "endpoints.yml", "credentials.yml")
LEFT, KEPT, PUBLISHED = "refs/changes/left", "refs/changes/kept", "refs/changes/published"
NO_COMMIT = "0" * 40


def unsaved(git: Git) -> list[str]:
    """The content's files that are not as they were saved, in order."""
    found = git.lines("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", *CONTENT)
    return sorted(entry[3:] for entry in found)


def stage(git: Git) -> None:
    """Put all of the content into the index, as it lies in the folder."""
    # Git refuses a path that is neither there nor known.
    parts = [part for part in CONTENT if (git.folder / part).exists() or git.lines("ls-files", "-z", "--", part)]
    if parts:
        git.run("add", "--all", "--sparse", "--", *parts)


def reset(git: Git) -> None:
    """The content as it was saved last."""
    git.run("reset", "--quiet", "--hard", "HEAD")
    git.run("clean", "-f", "-d", "-q", "--", *CONTENT)


def ensure_branch(git: Git, branch: str, known: str) -> str:
    """The last commit of a branch; one that somebody has deleted is made anew at the commit known."""
    found = git.tells("rev-parse", "--verify", "--quiet", f"{branch}^{{commit}}")
    if found is not None:
        return found
    if git.tells("cat-file", "-e", f"{known}^{{commit}}") is None:
        raise RepositoryUnavailable(
            "The saved changes of this set are not in the repository any more: somebody has removed them with git. "
            "They may be in a backup. Until then nothing can be changed here; the set can be abandoned."
        )
    git.run("update-ref", branch, known, NO_COMMIT)
    return known


def save(git: Git, author: Author | None, message: str) -> str:
    """Everything in the folder as one commit on its branch; the last one where nothing is different."""
    for path in unsaved(git):
        if (git.folder / path).is_file():
            refuse_broken(path, (git.folder / path).read_bytes())
    stage(git)
    head, tree = git.run("rev-parse", "HEAD"), git.run("write-tree")
    if tree == git.run("rev-parse", "HEAD^{tree}"):
        return head
    _refuse_outside(git, head, tree)
    new = commit_tree(git, tree, [head], author, message)
    git.run("update-ref", "-m", "saved", "HEAD", new, head)
    return new


def _refuse_outside(git: Git, head: str, tree: str) -> None:
    """Staff save content only; what a developer has staged of the rest is theirs to save."""
    paths = git.lines("diff-tree", "-r", "-z", "--name-only", "--no-renames", head, tree)
    if outside := [p for p in paths if p not in CONTENT and not p.startswith(tuple(f"{part}/" for part in CONTENT))]:
        raise EditsInTheWay(outside)
