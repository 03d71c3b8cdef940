"""What a turn was taken for: the one place where replies and trace become a reason to look at it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinic.review.inbox.model import Outcome, Reading, Sign

VERSION = 1
"""Counted up whenever what follows changes: then all turns are read anew."""

UNSURE_BELOW, CLOSE_BELOW = 0.6, 0.2
NEARLY_THE_SAME = 0.75
REPEATS_AMONG = 3  # earlier messages that a repeat is looked for in
_FALLBACK, _STOP = "nlu_fallback", "stop"
_NAME_SLOTS = frozenset({"appointment_name"})
_BY_KIND = {
    "emergency": Outcome.EMERGENCY, "urgent": Outcome.URGENT, "refusal": Outcome.REFUSED,
    "not_covered": Outcome.NOT_COVERED, "clarify": Outcome.ASKED_BACK, "answer": Outcome.ANSWERED,
    "out_of_scope": Outcome.OFF_TOPIC, "handoff": Outcome.HANDOFF, "booking": Outcome.BOOKING,
    "chitchat": Outcome.SMALL_TALK, "error": Outcome.FAILED,
}  # fmt: skip
# What goes before the kind; `None`: said beside something else.
_BY_TOPIC = {
    ("clarify", "rephrase"): Outcome.NOT_UNDERSTOOD,
    ("handoff", "second_miss"): Outcome.NOT_UNDERSTOOD,
    ("out_of_scope", "other_language"): Outcome.NOT_UNDERSTOOD,
    ("clarify", "kept_question"): None,
    ("emergency", "still_careful"): None,
    ("emergency", "reminder"): None,
}
_GRAVEST = tuple(Outcome)
_MISSED = frozenset({Outcome.NOT_COVERED, Outcome.NOT_UNDERSTOOD, Outcome.ASKED_BACK})
_ALARMS = frozenset({Outcome.EMERGENCY, Outcome.URGENT})
_TO_SAMPLE = frozenset({Outcome.ANSWERED, Outcome.OFF_TOPIC, Outcome.HANDOFF, Outcome.BOOKING, Outcome.SMALL_TALK})
_NO_REPEAT = frozenset({Outcome.BOOKING, Outcome.SMALL_TALK, Outcome.TO_PERSON})
_ONE_OF = 5


@dataclass(frozen=True)
class RawTurn:
    """A visitor's turn as it is stored; `replies` and `trace` are JSON."""

    sender: str
    number: int
    text: str
    state: str
    is_button: bool
    replies: str | None
    trace: str | None


def read_turn(turn: RawTurn, earlier: Sequence[RawTurn] = ()) -> Reading:
    """What a turn was taken for; `earlier`: the visitor's last turns before it, oldest first."""
    replies, trace = _replies(turn.replies), trace_of(turn.trace)
    before = trace_of(earlier[-1].trace) if earlier else {}
    topic, outcome = _outcome(replies, turn.state, trace)
    is_form_answer = bool(before.get("form")) and outcome is Outcome.BOOKING and not turn.is_button
    asked = before.get("requested_slot") if before.get("form") else None
    is_typed = not turn.is_button
    confidence, margin = _sureness(trace) if is_typed and not is_form_answer else (None, None)
    found = Reading(
        outcome, topic, _text(trace.get("intent")), confidence, margin, is_typed, is_form_answer,
        is_typed and asked in _NAME_SLOTS, bool(trace.get("form")),
    )  # fmt: skip
    signs = set(_signs(found, turn, earlier))
    if before.get("form") and not trace.get("form") and trace.get("intent") == _STOP:
        signs.add(Sign.LEFT_FORM)
    if not signs and is_typed and not is_form_answer and outcome in _TO_SAMPLE and _is_drawn(turn):
        signs.add(Sign.SAMPLE)
    return Reading(**{**vars(found), "signs": frozenset(signs)})


def trace_of(text: str | None) -> dict[str, Any]:
    """The trace; empty where it cannot be read."""
    found = _parsed(text)
    return found if isinstance(found, dict) else {}


def ranking_of(trace: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Topics that the model thought of, likeliest first, without the mark that it was too unsure."""
    rows = trace.get("ranking")
    return [
        (str(row["name"]), float(row.get("confidence") or 0.0))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and row.get("name") and row["name"] != _FALLBACK
    ]


def are_nearly_the_same(one: str, other: str) -> bool:
    """Whether two messages say nearly the same in nearly the same words; one word alone says too little."""
    first, second = _words(one), _words(other)
    if min(len(first), len(second)) < 2:
        return False
    if set(first) == set(second):
        return True
    a, b = _threes(" ".join(first)), _threes(" ".join(second))
    return 2 * len(a & b) >= NEARLY_THE_SAME * (len(a) + len(b))


def _outcome(replies: Sequence[Mapping[str, Any]], state: str, trace: Mapping[str, Any]) -> tuple[str | None, Outcome]:
    found: list[tuple[Outcome, str]] = []
    for reply in replies:
        told = reply.get("metadata")
        told = told if isinstance(told, dict) else {}
        kind, topic = str(told.get("kind")), str(told.get("topic") or "")
        outcome = _BY_TOPIC.get((kind, topic), _BY_KIND.get(kind))
        if outcome is not None:
            found.append((outcome, topic[:80]))
    if found:
        outcome, topic = min(found, key=lambda each: _GRAVEST.index(each[0]))
        return topic or None, outcome
    if replies:  # only a reminder of an earlier danger
        return None, Outcome.SMALL_TALK
    is_with_person = state == "done" and (trace.get("handoff") or trace.get("failed") is None)
    return None, Outcome.TO_PERSON if is_with_person else Outcome.FAILED


def _signs(found: Reading, turn: RawTurn, earlier: Sequence[RawTurn]) -> Iterable[Sign]:
    trace = trace_of(turn.trace)
    triage = trace.get("triage")
    if found.outcome in _ALARMS or (isinstance(triage, dict) and triage.get("intent")):
        yield Sign.EMERGENCY
    if found.outcome is Outcome.FAILED:
        yield Sign.FAILED
    if found.outcome is Outcome.REFUSED:
        yield Sign.REFUSED
    if not found.is_typed or found.is_form_answer:
        return
    if found.outcome in _MISSED:
        yield Sign.MISSED
    elif found.outcome not in _ALARMS and found.outcome is not Outcome.FAILED:
        if found.confidence is not None and found.confidence < UNSURE_BELOW:
            yield Sign.UNSURE
        if found.margin is not None and found.margin < CLOSE_BELOW:
            yield Sign.CLOSE
    typed = [said.text for said in earlier[-REPEATS_AMONG:] if not said.is_button]
    if found.outcome not in _NO_REPEAT and any(are_nearly_the_same(turn.text, text) for text in typed):
        yield Sign.REPEAT


def _sureness(trace: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Confidence of the best topic, and by how much it leads."""
    ranked = ranking_of(trace)
    if not ranked:
        return None, None
    ahead = ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0.0)
    return round(ranked[0][1], 4), round(ahead, 4)


def _is_drawn(turn: RawTurn) -> bool:
    """One in five, always the same ones: by a hash, so that a turn that is read again is not drawn again."""
    drawn = hashlib.sha256(f"{turn.sender}:{turn.number}".encode()).digest()
    return int.from_bytes(drawn[:4], "big") % _ONE_OF == 0


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold()[:500])


def _threes(text: str) -> set[str]:
    padded = f"  {text} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _replies(text: str | None) -> list[dict[str, Any]]:
    found = _parsed(text)
    return [reply for reply in found if isinstance(reply, dict)] if isinstance(found, list) else []


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def _text(value: Any) -> str | None:
    return value[:80] if isinstance(value, str) else None
