"""Reminders as later messages of a conversation, in the approved wording."""

from __future__ import annotations

import time

from clinic.answers import Catalogue, reply_of
from clinic.answers.clinic_facts import ClinicFacts
from clinic.booking.appointment import Appointment, AppointmentEvent
from clinic.booking.chat_reminders import ReminderFailed
from clinic.booking.timetable import Timetable
from clinic.booking.visit_in_words import visit_as_data, visit_in_words
from clinic.turns import TurnStore, TurnStoreError

_RESPONSE = "utter_reminder_in_chat"


class TurnStoreConversations:
    """`Conversations` on the store of turns: a visit and its conversation have one opaque sender."""

    def __init__(self, turns: TurnStore, catalogue: Catalogue, facts: ClinicFacts, timetable: Timetable) -> None:
        """All but `turns` are read once and held in memory."""
        self._turns, self._timetable = turns, timetable
        self._catalogue, self._facts = catalogue, facts

    def remind(self, event: AppointmentEvent, appointment: Appointment) -> bool:
        """Add the reminder as a later message; its id is made of the event, so that it is added once."""
        values = {**visit_in_words(appointment.slot, self._timetable), "reference": appointment.reference}
        reply = reply_of(self._catalogue.variations(_RESPONSE)[0], self._facts, values)
        reply["metadata"]["appointment"] = visit_as_data(appointment, self._timetable)
        message_id = f"{event.reference}.{event.sequence}.{event.kind.value}"
        try:
            added = self._turns.add_later(appointment.sender, message_id, [reply], "notice", time.time())
        except TurnStoreError as error:
            raise ReminderFailed(str(error)) from None
        return added is not None
