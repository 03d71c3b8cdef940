"""What staff noted of messages at one go, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Mark(str, Enum):
    """What was done."""

    REVIEWED = "reviewed"
    REOPENED = "reopened"
    ASSIGNED = "assigned"
    TAGGED = "tagged"
    UNTAGGED = "untagged"


@dataclass(frozen=True)
class Marked:
    """`before`: the messages that changed, by whom they were given to before (`""`: nobody, or it is not about that).

    `value`: the tag, or who has them now; `shown_at`: when the page was made that it was done on.
    """

    what: Mark
    before: Mapping[str, tuple[int, ...]]
    value: str
    shown_at: float

    @classmethod
    def of(cls, what: Mark, ids: Iterable[int], shown_at: float, value: str = "") -> Marked:
        """Of messages that it does not matter for whose they were."""
        return cls(what, {"": tuple(ids)}, value, shown_at)

    @property
    def ids(self) -> list[int]:
        """All messages that changed."""
        return sorted(number for numbers in self.before.values() for number in numbers)

    @property
    def count(self) -> int:
        """How many changed."""
        return len(self.ids)

    def as_data(self) -> list[Any]:
        """To be kept as JSON."""
        return [self.what.value, {was: list(ids) for was, ids in self.before.items()}, self.value, self.shown_at]

    @classmethod
    def of_data(cls, data: list[Any]) -> Marked:
        """From what `as_data` gave."""
        what, before, value, shown_at = data
        return cls(Mark(what), {was: tuple(ids) for was, ids in before.items()}, value, shown_at)
