"""What staff are told when the content cannot be changed; `str` is the sentence, with the way out.

ChangesError
├── ContentError             what was typed, or a file, is not as it must be; `field`: of the form, where there is one
│   ├── ContentUnreadable    a file that is no YAML (any more)
│   ├── ContentTooLarge
│   └── AlreadyThere         the sentence, topic, pattern or dialogue exists; `where`: the topic it stands under
├── ChangedMeanwhile         somebody else has saved since the page was shown
├── MergeConflict            both sides changed the same lines; `files`
├── EditsInTheWay            edits by hand, saved nowhere, that a merge would overwrite; `files`
├── ChangeSetNotFound
├── ChangeSetClosed          it is published or abandoned, or is being checked just now
├── StorageFull
├── RepositoryBusy           another program is at work there; trying again is worth it
├── RepositoryUnavailable    no git, no repository, or one that does not answer
└── ChangesUnavailable       the database does not answer

No message holds a sentence that a patient could have said: errors end up in logs.
"""

from __future__ import annotations

from collections.abc import Iterable


class ChangesError(Exception):
    """Base of all; nothing was changed unless the sentence says so."""


class ContentError(ChangesError):
    """What was typed, or a file, is not as it must be."""

    def __init__(self, said: str, field: str | None = None) -> None:
        """`field`: the argument of the edit that it is about, such as `sentence`."""
        super().__init__(said)
        self.field = field


class ContentUnreadable(ContentError):
    """A file cannot be read: it was edited by hand, or was cut off."""

    def __init__(self, path: str, why: str) -> None:
        """`path`: inside the content; `why`: "line 12 is not as it must be"."""
        super().__init__(
            f"The file {path} cannot be read: {why}. It was probably edited by hand. Nothing was changed. "
            "Somebody who knows the files has to put it right, then this works again."
        )
        self.path = path


class ContentTooLarge(ContentError):
    """A file is larger than these pages take."""

    def __init__(self, path: str, size: int, most: int) -> None:
        """Sizes in bytes."""
        super().__init__(
            f"The file {path} is too large to be changed here ({_in_words(size)}, at most {_in_words(most)}). "
            "Nothing was changed. Somebody who knows the files has to split it."
        )


class AlreadyThere(ContentError):
    """It is there already."""

    def __init__(self, said: str, field: str, where: str) -> None:
        """`where`: the topic, category or file that has it."""
        super().__init__(said, field)
        self.where = where


class ChangedMeanwhile(ChangesError):
    """Somebody else has saved since the page was shown."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has changed this since you opened it. Nothing of theirs was overwritten, and yours is "
            "not saved yet. Look at their change, then save yours again."
        )


class MergeConflict(ChangesError):
    """Both sides changed the same lines."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files = tuple(sorted(set(files)))
        super().__init__(
            "These changes and the ones published meanwhile touch the same lines, so they cannot be put together "
            f"by themselves: {_listed(self.files)}. Nothing was changed or lost. Take your change of these files "
            "back and make it anew, or ask somebody who knows the files to put both together."
        )


class EditsInTheWay(ChangesError):
    """Edits by hand that are saved nowhere, in files that a merge would overwrite."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files = tuple(sorted(set(files)))
        super().__init__(
            f"Somebody is editing the same files by hand: {_listed(self.files)}. Their edits are not saved yet, so "
            "nothing was changed. Once they have saved them or taken them back, try again."
        )


class ChangeSetNotFound(ChangesError):
    """There is none of this id."""

    def __init__(self) -> None:
        super().__init__("There is no such set of changes. It may have been removed, or the link is incomplete.")


class ChangeSetClosed(ChangesError):
    """Nothing can be added any more, or not just now."""


class StorageFull(ChangesError):
    """There is no room to write."""

    def __init__(self) -> None:
        super().__init__(
            "The disk of this server is full, so nothing was saved. What was there before is complete. "
            "Tell whoever looks after the server; when there is room, save again."
        )


class RepositoryBusy(ChangesError):
    """Another program is at work there."""


class RepositoryUnavailable(ChangesError):
    """No git, no repository, or one that does not answer."""


class ChangesUnavailable(ChangesError):
    """The database does not answer."""

    def __init__(self, fault: str) -> None:
        super().__init__("The database does not answer, so this was not done. Try again in a minute.")
        self.fault = fault


def _listed(files: tuple[str, ...]) -> str:
    shown = ", ".join(files[:5])
    return f"{shown} and {len(files) - 5} more" if len(files) > 5 else shown


def _in_words(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
