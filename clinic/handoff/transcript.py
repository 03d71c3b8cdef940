"""A conversation as staff read it: who said what, without what tells who the visitor is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from clinic.handoff.ports import Redactor
from clinic.turns import Turn, TurnState
from clinic.turns.model import OPEN_STATES

Who = Literal["visitor", "assistant", "notice", "person"]
_DANGER = frozenset({"emergency", "urgent"})
_REPEATS = frozenset({"booking", "handoff"})


@dataclass(frozen=True)
class Line:
    """Something that was said; `is_danger`: a safety text; `is_open`: a message without an answer yet, or failed."""

    number: int
    at: float
    who: Who
    text: str
    choices: tuple[str, ...] = ()
    is_danger: bool = False
    is_open: bool = False
    has_failed: bool = False


def transcript(turns: Sequence[Turn], redactor: Redactor) -> list[Line]:
    """All lines in the order in which they were said."""
    return [line for turn in turns for line in _lines(turn, redactor)]


def _lines(turn: Turn, redactor: Redactor) -> Iterator[Line]:
    number, at = turn.number, turn.created_at
    if turn.text is not None:
        has_failed, is_open = turn.state is TurnState.FAILED, turn.state in OPEN_STATES
        yield Line(number, at, "visitor", redactor.redact(turn.text), is_open=is_open, has_failed=has_failed)
    for reply in turn.replies:
        kind = (reply.get("metadata") or {}).get("kind")
        # Reading back a form, the assistant says name and contact itself.
        is_approved = turn.by != "person" and kind not in _REPEATS
        redact = redactor.redact_reply if is_approved else redactor.redact
        titles = tuple(redact(str(button["title"])) for button in reply.get("buttons") or ())
        yield Line(number, at, turn.by, redact(str(reply["text"])), choices=titles, is_danger=kind in _DANGER)
