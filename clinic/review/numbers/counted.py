"""What a turn counts as: the one place where a reply becomes a number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

VERSION = 1
"""Counted up whenever what follows changes: then all turns are read anew."""


class Counted(str, Enum):
    """What one reply counts as. First those that a question can come to, then alarms, then tasks."""

    ANSWERED = "answered"
    ASKED_BACK = "asked_back"
    NOT_COVERED = "not_covered"
    NOT_UNDERSTOOD = "not_understood"
    OFF_TOPIC = "off_topic"
    REFUSED = "refused"
    EMERGENCY = "emergency"
    URGENT = "urgent"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REQUESTED = "requested"
    WAITING = "waiting"
    TIME_HELD = "time_held"


QUESTIONS = (
    Counted.ANSWERED, Counted.NOT_COVERED, Counted.NOT_UNDERSTOOD, Counted.REFUSED, Counted.ASKED_BACK,
    Counted.OFF_TOPIC,
)  # fmt: skip
MISSED = (Counted.NOT_COVERED, Counted.NOT_UNDERSTOOD)
ALARMS = (Counted.EMERGENCY, Counted.URGENT)


class Handled(str, Enum):
    """What became of a visitor's message."""

    REPLIED = "replied"
    TO_PERSON = "to_person"
    FAILED = "failed"
    OPEN = "open"


class BookingStep(int, Enum):
    """How far the booking form was when a turn ended, by what it asked for then."""

    VISIT_TYPE = 1
    TIME = 2
    PERSON = 3
    LAST = 4


@dataclass(frozen=True)
class CountedReply:
    """One reply of a turn, by its index there."""

    index: int
    kind: str
    topic: str
    counted: Counted | None


@dataclass(frozen=True)
class CountedTurn:
    """What is counted of a turn; `answer_ms` where it was answered in the usual way, `mark` a time held or booked."""

    handled: Handled
    replies: tuple[CountedReply, ...]
    answer_ms: int | None = None
    step: BookingStep | None = None
    mark: Counted | None = None


_BY_KIND = {
    "answer": Counted.ANSWERED, "refusal": Counted.REFUSED, "not_covered": Counted.NOT_COVERED,
    "clarify": Counted.ASKED_BACK, "out_of_scope": Counted.OFF_TOPIC, "emergency": Counted.EMERGENCY,
    "urgent": Counted.URGENT,
}  # fmt: skip
# What goes before the kind; `None`: said beside something else, so that it would count twice.
_BY_TOPIC = {
    ("clarify", "rephrase"): Counted.NOT_UNDERSTOOD,
    ("handoff", "second_miss"): Counted.NOT_UNDERSTOOD,
    ("out_of_scope", "other_language"): Counted.NOT_UNDERSTOOD,
    ("clarify", "kept_question"): None,
    ("emergency", "still_careful"): None,
    ("emergency", "reminder"): None,
    ("booking", "appointment_booked"): Counted.BOOKED,
    ("booking", "visit_moved"): Counted.MOVED,
    ("booking", "visit_cancelled"): Counted.CANCELLED,
    ("booking", "appointment_requested"): Counted.REQUESTED,
    ("booking", "waiting_list_joined"): Counted.WAITING,
    ("booking", "time_held"): Counted.TIME_HELD,
}
_STEPS = {
    "appointment_visit_type": BookingStep.VISIT_TYPE,
    "appointment_clinician": BookingStep.TIME,
    "appointment_time": BookingStep.TIME,
    "appointment_name": BookingStep.PERSON,
    "appointment_contact": BookingStep.PERSON,
    "appointment_reason": BookingStep.LAST,
    "appointment_confirmed": BookingStep.LAST,
}


def counted_as(kind: str, topic: str) -> Counted | None:
    """What a reply of the assistant counts as; `None` for small talk, the form's questions and the like."""
    return _BY_TOPIC.get((kind, topic), _BY_KIND.get(kind))


def count_turn(
    text: str | None, state: str, created_at: float, completed_at: float | None, replies: str | None, trace: str | None
) -> CountedTurn:
    """A turn's row as it counts; `replies` and `trace` as JSON, of which whatever cannot be read counts as nothing."""
    said, told = _replies(replies, is_counted=text is not None), _read(trace, dict)
    handled = _handled(state, said, is_with_person=bool(told.get("handoff")))
    counted = {reply.counted for reply in said}
    is_usual = handled is Handled.REPLIED and text is not None and not counted & set(ALARMS)
    answer_ms = max(round((completed_at - created_at) * 1000), 0) if is_usual and completed_at is not None else None
    mark = next((m for m in (Counted.BOOKED, Counted.TIME_HELD) if m in counted), None)
    return CountedTurn(handled, said, answer_ms, _step(told), mark)


def _handled(state: str, said: tuple[CountedReply, ...], is_with_person: bool) -> Handled:
    if state == "failed":
        return Handled.FAILED
    if state != "done":
        return Handled.OPEN
    return Handled.REPLIED if said and not is_with_person else Handled.TO_PERSON


def _replies(text: str | None, is_counted: bool) -> tuple[CountedReply, ...]:
    """`is_counted`: only what answers a visitor; a notice and a person's message are no answers of the assistant."""
    found = []
    for index, reply in enumerate(_read(text, list)):
        metadata = reply.get("metadata") if isinstance(reply, dict) else None
        told: Mapping[str, Any] = metadata if isinstance(metadata, dict) else {}
        kind, topic = _plain(told.get("kind"), 20), _plain(told.get("topic"), 80)
        found.append(CountedReply(index, kind, topic, counted_as(kind, topic) if is_counted else None))
    return tuple(found)


def _plain(value: Any, most: int) -> str:
    """A name without what no database keeps."""
    return "".join(sign for sign in str(value or "") if sign.isprintable())[:most]


def _step(told: Mapping[str, Any]) -> BookingStep | None:
    """Where the form asks for a visit; a trace that does not tell the purpose may be of a call back as well."""
    if told.get("form") != "appointment_form" or told.get("purpose") not in (None, "visit"):
        return None
    return _STEPS.get(str(told.get("requested_slot")))


def _read(text: str | None, shape: type) -> Any:
    try:
        found = json.loads(text) if text else None
    except ValueError:
        found = None
    return found if isinstance(found, shape) else shape()
