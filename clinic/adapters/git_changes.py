"""Reads versions: what a set changes, and who saved what. Takes no lock and changes nothing."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from clinic.adapters.git_folders import KEPT, PUBLISHED, unsaved
from clinic.adapters.git_main import MainLine
from clinic.adapters.git_program import Git
from clinic.adapters.git_worktrees import Worktrees
from clinic.review.changes.change_set import FileChange, SavedChange, branch_of
from clinic.review.content.errors import RepositoryUnavailable

_MOST_SHOWN = 1_000_000  # bytes of a file
_UNIT = "\x1f"
_Change = tuple[str, str | None, str | None]  # path, blob before, blob after


class GitReads:
    """The reading half of `ContentRepository`."""

    def __init__(self, git: Git, worktrees: Worktrees, main: MainLine) -> None:
        """Nothing is run yet."""
        self._git, self._worktrees, self._main = git, worktrees, main

    def main(self) -> str:
        """The last commit of the main line."""
        return self._main.head()

    @contextmanager
    def main_files(self, parts: Sequence[str]) -> Iterator[Path]:
        """The main line's files as they are saved; see `ContentRepository`."""
        packed = self._git.raw("archive", "--format=tar", self._main.head(), "--", *parts)[1]
        with TemporaryDirectory() as folder:
            with tarfile.open(fileobj=BytesIO(packed)) as files:
                files.extractall(folder, filter="data")
            yield Path(folder)

    def changes(self, change_set_id: str, known: str) -> list[FileChange]:
        """Every file that a set changes; edits by hand that are not saved yet replace what is saved."""
        base, head = self._range(change_set_id, known)
        found = self._compared(base, head)
        by_hand = self._by_hand(change_set_id) if self._tip(change_set_id) else []
        saved = {path: (before, after) for path, before, after in found}
        texts = self._texts([oid for change in found for oid in change[1:] if oid])
        result = {path: _file_change(path, before, after, texts) for path, (before, after) in saved.items()}
        for path in by_hand:
            before = result[path].before if path in saved else self._text(base, path)
            result[path] = self._edited(change_set_id, path, before)
        return [result[path] for path in sorted(result) if result[path].is_too_large or _is_other(result[path])]

    def read(self, change_set_id: str, known: str, path: str) -> str | None:
        """A file as a set has it saved."""
        return self._text(self._range(change_set_id, known)[1], path)

    def history(self, change_set_id: str, known: str) -> list[SavedChange]:
        """The saved changes of a set, newest first."""
        base, head = self._range(change_set_id, known)
        form = f"--format=%H{_UNIT}%an{_UNIT}%at{_UNIT}%s"
        logged = self._git.lines("log", "-z", "--first-parent", form, f"{base}..{head}", "--")
        rows = [entry.split(_UNIT) for entry in logged]
        return [SavedChange(commit, by, float(at), message) for commit, by, at, message in rows]

    def is_behind(self, change_set_id: str, known: str) -> bool:
        """Whether the main line has something that the set has not."""
        head = self._tip(change_set_id) or known
        return not self._is_ancestor(self._main.head(), head)

    def _range(self, change_set_id: str, known: str) -> tuple[str, str]:
        """From where to where a set goes; of a published one what it brought to the main line."""
        main = self._main.head()
        if published := self._published(change_set_id, known):
            return self._git.run("rev-parse", f"{published}^1"), published
        head = self._last(change_set_id, known)
        base = self._git.tells("merge-base", main, head) if head else None
        if head is None or base is None:
            raise RepositoryUnavailable(
                "The saved changes of this set are not in the repository any more: somebody has removed them with "
                "git. They may be in a backup."
            )
        return base, head

    def _published(self, change_set_id: str, known: str) -> str | None:
        """The commit on the main line that has all of a set; `None` where it has none, or not what was saved since."""
        done = self._commit(f"{PUBLISHED}/{change_set_id}")
        if done is None or not self._is_ancestor(done, self._main.head()):
            return None
        head = self._last(change_set_id, known)
        return done if head is None or self._is_ancestor(head, done) else None

    def _last(self, change_set_id: str, known: str) -> str | None:
        """The last commit of a set, an ended one as well."""
        return self._tip(change_set_id) or self._commit(f"{KEPT}/{change_set_id}") or self._commit(known)

    def _compared(self, base: str, head: str) -> list[_Change]:
        raw = self._git.lines("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", base, head)
        found: list[_Change] = []
        for about, path in zip(raw[::2], raw[1::2], strict=True):
            _, _, before, after, status = about.split()
            found.append((path, None if status == "A" else before, None if status == "D" else after))
        return found

    def _by_hand(self, change_set_id: str) -> list[str]:
        if not self._worktrees.is_at_rest(change_set_id):
            return []
        return unsaved(self._worktrees.git(change_set_id))

    def _edited(self, change_set_id: str, path: str, before: str | None) -> FileChange:
        file = self._worktrees.path(change_set_id) / path
        try:
            content = file.read_bytes() if file.is_file() else None
        except OSError:  # taken away while it is looked at
            content = None
        if content is not None and len(content) > _MOST_SHOWN:
            return FileChange(path, None, None, is_too_large=True)
        return FileChange(path, before, None if content is None else content.decode("utf-8", "replace"))

    def _texts(self, oids: Iterable[str]) -> dict[str, str | None]:
        """Blobs as text; `None` of those that are too large."""
        wanted = sorted(set(oids))
        if not wanted:
            return {}
        sizes = self._git.run("cat-file", "--batch-check=%(objectname) %(objectsize)", given="\n".join(wanted) + "\n")
        small = [o for o, _, size in (line.partition(" ") for line in sizes.splitlines()) if int(size) <= _MOST_SHOWN]
        found: dict[str, str | None] = dict.fromkeys(wanted)
        out = self._git.raw("cat-file", "--batch=%(objectsize)", given="".join(f"{oid}\n" for oid in small))[1]
        for oid in small:
            size, _, out = out.partition(b"\n")
            found[oid], out = out[: int(size)].decode("utf-8", "replace"), out[int(size) + 1 :]
        return found

    def _text(self, commit: str, path: str) -> str | None:
        oid = self._commit_or_blob(f"{commit}:{path}")
        return self._texts([oid])[oid] if oid else None

    def _tip(self, change_set_id: str) -> str | None:
        return self._commit(f"refs/heads/{branch_of(change_set_id)}")

    def _commit(self, name: str) -> str | None:
        return self._commit_or_blob(f"{name}^{{commit}}")

    def _commit_or_blob(self, name: str) -> str | None:
        return self._git.tells("rev-parse", "--verify", "--quiet", "--end-of-options", name)

    def _is_ancestor(self, one: str, other: str) -> bool:
        return self._git.tells("merge-base", "--is-ancestor", one, other) is not None

    def _refs(self, prefix: str) -> list[str]:
        return self._git.lines("for-each-ref", "--format=%(refname)", prefix)


def _file_change(path: str, before: str | None, after: str | None, texts: dict[str, str | None]) -> FileChange:
    old, new = (None if oid is None else texts[oid] for oid in (before, after))
    if (before and old is None) or (after and new is None):
        return FileChange(path, None, None, is_too_large=True)
    return FileChange(path, old, new)


def _is_other(change: FileChange) -> bool:
    return change.before != change.after
