"""Merges two commits without any folder: nothing is touched until all fits."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path

from clinic.adapters.git_program import Git, GitFailed
from clinic.review.changes.change_set import Author
from clinic.review.content.errors import ContentTooLarge, ContentUnreadable, MergeConflict, RepositoryUnavailable
from clinic.review.content.merging import merged_content
from clinic.review.content.yaml_round_trip import NotYaml, read_yaml

MOST_BYTES = 5_000_000  # of a file that is saved
_FILE = "100644"
_SIDES = ("1", "2", "3")  # git's stages: base, ours, theirs


def merged_tree(git: Git, ours: str, theirs: str) -> str:
    """The tree of both; raises `MergeConflict` with the files."""
    try:
        code, out = git.raw("merge-tree", "--write-tree", "--no-messages", "-z", ours, theirs, ok=(0, 1))
    except GitFailed as error:
        if "unrelated histories" in error.said:
            raise RepositoryUnavailable(
                "These changes and what is published have no version in common, so they cannot be put together. "
                "Somebody has replaced the content's history. Nothing was changed."
            ) from None
        raise
    tree, *entries = out.decode("utf-8", "surrogateescape").rstrip("\0").split("\0")
    return tree if code == 0 else _resolved(git, tree, [entry for entry in entries if entry])


def commit_tree(git: Git, tree: str, parents: list[str], author: Author | None, message: str) -> str:
    """A commit that no branch has yet; `author` `None`: the product."""
    options = [part for parent in parents for part in ("-p", parent)]
    env = {"GIT_AUTHOR_NAME": author.name, "GIT_AUTHOR_EMAIL": author.email} if author else {}
    return git.run("commit-tree", tree, *options, "-F", "-", given=f"{message.strip()}\n", env=env)


def refuse_unreadable(git: Git, before: str, after: str) -> None:
    """Raises `ContentUnreadable` for a YAML file that `after` has otherwise than `before`, and that is broken."""
    for path in git.lines("diff-tree", "-r", "-z", "--name-only", "--diff-filter=d", "--no-renames", before, after):
        refuse_broken(path, git.raw("cat-file", "blob", f"{after}:{path}")[1])


def refuse_broken(path: str, content: bytes) -> None:
    """Raises `ContentTooLarge` or `ContentUnreadable`."""
    if len(content) > MOST_BYTES:
        raise ContentTooLarge(path, len(content), MOST_BYTES)
    if not path.endswith((".yml", ".yaml")):
        return
    try:
        read_yaml(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise ContentUnreadable(path, "it is no text in UTF-8") from None
    except NotYaml as error:
        raise ContentUnreadable(path, str(error)) from None


def _resolved(git: Git, tree: str, entries: list[str]) -> str:
    """The tree with the conflicts of content files resolved; raises `MergeConflict`."""
    sides: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in entries:
        about, _, path = entry.partition("\t")
        mode, oid, stage = about.split()
        sides[path][stage] = oid if mode == _FILE else ""
    resolved, left = [], []
    for path, oids in sorted(sides.items()):
        merged = _merged(git, path, oids)
        if merged is None:
            left.append(path)
        else:
            resolved.append(f"{_FILE} {git.run('hash-object', '-w', '--stdin', given=merged)}\t{path}\n")
    if left:
        raise MergeConflict(left)
    with tempfile.TemporaryDirectory(prefix="merge-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git.run("read-tree", tree, env=index)
        git.run("update-index", "--index-info", given="".join(resolved), env=index)
        return git.run("write-tree", env=index)


def _merged(git: Git, path: str, oids: dict[str, str]) -> str | None:
    if not path.endswith(".yml") or not all(oids.get(side) for side in _SIDES):
        return None
    texts = [git.raw("cat-file", "blob", oids[side])[1] for side in _SIDES]
    try:
        return merged_content(*(content.decode("utf-8") for content in texts))
    except UnicodeDecodeError:
        return None
