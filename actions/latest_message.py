"""What Rasa understood of the newest message, as the booking policy wants to have it."""

from __future__ import annotations

from dataclasses import dataclass

from rasa_sdk import Tracker

from clinic.booking.answer_or_question import STOP_INTENTS, Reading, reads_as
from clinic.booking.fields import Field, read_field

_SURE = 0.5


@dataclass(frozen=True)
class LatestMessage:
    """Text, intent with confidence, and the alarm of the safety gate or net, if there is one."""

    text: str
    intent: str
    confidence: float
    alarm: str | None

    @classmethod
    def of(cls, tracker: Tracker) -> LatestMessage:
        """From the tracker; anything may be missing there, as it may in a message by another channel."""
        message = tracker.latest_message or {}
        intent = message.get("intent") or {}
        alarm = (message.get("triage") or {}).get("intent")
        return cls(message.get("text") or "", intent.get("name") or "", float(intent.get("confidence") or 0.0), alarm)

    @property
    def has_stop_intent(self) -> bool:
        """Whether a rule ends the form for this intent."""
        return self.intent in STOP_INTENTS

    @property
    def wants_to_start_over(self) -> bool:
        """Whether the visitor asks to begin anew."""
        return self.intent == "start_over" and self.confidence >= _SURE and not self.is_alarm

    @property
    def is_alarm(self) -> bool:
        """Whether somebody is in danger."""
        return bool(self.alarm) or self.intent.startswith(("emergency_", "urgent_"))

    def reads_as(self, field: Field, *, fits: bool = False) -> Reading:
        """Whether it answers `field`; the policy is `clinic.booking.reads_as`."""
        return reads_as(field, self.text, self.intent, self.confidence, self.alarm, fits=fits)

    def read(self, field: Field, said: str, region: str) -> str | bool:
        """`said` as the value of `field`; raises the field's own `FieldError`."""
        return read_field(field, said, region=region, intent=self.intent, confidence=self.confidence)
