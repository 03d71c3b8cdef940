"""What visitors are told of a person who comes or goes, in the approved words, and the person's own words."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from clinic.answers import Catalogue, reply_of
from clinic.answers.clinic_facts import ClinicFacts
from clinic.answers.model import Review
from clinic.booking.errors import BookingUnavailable
from clinic.booking.timetable import Timetable
from clinic.handoff.callback import callback_when
from clinic.handoff.errors import HandoffUnavailable
from clinic.handoff.model import TAKEN, Ending, Handoff
from clinic.turns import SaidBy, Turn, TurnStore, TurnStoreError

RESPONSES = {
    TAKEN: "utter_person_came",
    Ending.HANDED_BACK.value: "utter_person_left",
    Ending.IDLE.value: "utter_person_left_idle",
    Ending.NOBODY_CAME.value: "utter_nobody_came",
}


class TurnStoreVisitors:
    """`Visitors` on the store of turns: later messages, which reach the widget by its stream."""

    def __init__(
        self, turns: TurnStore, catalogue: Callable[[], Catalogue], facts: Callable[[], ClinicFacts],
        timetable: Callable[[], Timetable | None],
    ) -> None:  # fmt: skip
        """All are asked for on use: another release may be live then."""
        self._turns, self._catalogue, self._facts, self._timetable = turns, catalogue, facts, timetable

    def tell(self, handoff: Handoff) -> None:
        """Say the news; its id is made of the handoff, so that it is there once."""
        catalogue = self._catalogue()
        answer = catalogue.find(RESPONSES[handoff.news]) if handoff.news else None
        if answer is None:  # a release from before there were such texts
            return
        try:
            when = callback_when(self._timetable(), catalogue, datetime.now(UTC))
        except BookingUnavailable as error:
            raise HandoffUnavailable(type(error).__name__) from None
        reply = reply_of(answer, self._facts(), {"callback_when": when})
        self._add(handoff.sender, f"handoff-{handoff.id}-{handoff.news}", reply, "notice")

    def say(self, sender: str, message_id: str, text: str) -> bool:
        """A person's words as they are, in the shape of every reply."""
        metadata = {"kind": "handoff", "topic": "person", "sources": [], "review": vars(Review())}
        reply = {"text": text, "buttons": [], "metadata": metadata}
        return self._add(sender, f"person-{message_id}", reply, "person") is not None

    def _add(self, sender: str, message_id: str, reply: dict[str, Any], by: SaidBy) -> Turn | None:
        try:
            return self._turns.add_later(sender, message_id, [reply], by, time.time())
        except TurnStoreError as error:
            raise HandoffUnavailable(str(error)) from None
