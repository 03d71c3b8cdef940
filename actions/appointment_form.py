"""The appointment form: takes an answer for the field that was asked, and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.guard import Events, never_silent
from actions.latest_message import LatestMessage
from clinic.booking.corrections import correction
from clinic.bootstrap import clinic_region
from clinic.intake.errors import FieldError

_ASKED = (*slots.FIELDS, slots.CONFIRMED)
# Intents whose own reply would be wrong while the form asks: the question is put again instead.
_NO_REPLY_OF_THEIR_OWN = frozenset({"inform", "affirm", "deny", "book_appointment"})
_MISSES_BEFORE_AN_EXAMPLE = 2
Domain = dict[str, Any]


class ValidateAppointmentForm(FormValidationAction):
    """Reads one field a turn. No event means "not for the form": Rasa answers by rule, then asks again."""

    def __init__(self, region: Callable[[], str] = clinic_region) -> None:
        """`region`: the clinic's country, asked for when a phone number is read."""
        self._region = region

    def name(self) -> str:
        """The form's name with Rasa's prefix."""
        return "validate_appointment_form"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """Begin, stop, or read the answer to the field that was asked."""
        asked, message = tracker.get_slot(slots.REQUESTED_SLOT), LatestMessage.of(tracker)
        if asked not in _ASKED:
            run = tracker.get_slot(slots.FORM_RUN) or uuid.uuid4().hex
            return [SlotSet(slots.FORM_RUN, run), SlotSet(slots.CONFIRMED, None), SlotSet(slots.MISSES, None)]
        if message.wants_to_start_over:
            dispatcher.utter_message(response="utter_appointment_from_the_start")
            return [SlotSet(slot, None) for slot in (*_ASKED, slots.MISSES)]
        if message.reads_as(slots.field_of(asked)) == "stop" and not message.has_stop_intent:
            # No rule sees this stop: ending the form unconfirmed makes `action_submit_appointment` say it.
            # The first event keeps Rasa from taking the second for "nothing was said".
            return [SlotSet(slots.CONFIRMED, None), SlotSet(slots.REQUESTED_SLOT, None)]
        events: Events = await super().run(dispatcher, tracker, domain)
        return events

    async def get_extraction_events(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """The message as a candidate for the requested slot, where the policy takes it for an answer."""
        asked, message = tracker.get_slot(slots.REQUESTED_SLOT), LatestMessage.of(tracker)
        answered = [slots.field_of(slot) for slot in slots.FIELDS if tracker.get_slot(slot) is not None]
        corrected = None if message.is_alarm else correction(slots.field_of(asked), message.text, answered)
        if corrected:
            return [SlotSet(slots.slot_of(corrected.field), corrected.said)]
        reading = message.reads_as(slots.field_of(asked))
        if reading == "answer":
            return [SlotSet(asked, message.text)]
        has_no_reply = message.intent in _NO_REPLY_OF_THEIR_OWN and not message.is_alarm
        return [SlotSet(asked, "")] if reading == "interruption" and has_no_reply else []

    async def get_validation_events(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """The value that was read; or the refusal's own sentence, with an example from the second one on."""
        asked, message = tracker.get_slot(slots.REQUESTED_SLOT), LatestMessage.of(tracker)
        candidates = tracker.slots_to_validate()
        for slot in candidates.keys() & set(slots.FIELDS) - {asked}:
            return self._corrected(dispatcher, tracker, slot, candidates[slot])
        said = candidates.get(asked)
        if said is None:
            return []
        try:
            value = message.read(slots.field_of(asked), said, self._region())
            if value is False and not tracker.get_slot(slots.MISSES):  # the first "no" asks what is wrong
                dispatcher.utter_message(response="utter_appointment_what_to_change")
                return [SlotSet(asked, None), SlotSet(slots.MISSES, 1)]
            return [SlotSet(asked, value), SlotSet(slots.MISSES, None)]
        except FieldError as error:
            misses = int(tracker.get_slot(slots.MISSES) or 0) + 1
            dispatcher.utter_message(response=f"utter_booking_{error.code}")
            if misses >= _MISSES_BEFORE_AN_EXAMPLE:
                dispatcher.utter_message(response=f"utter_booking_example_{slots.field_of(asked)}")
            return [SlotSet(asked, None), SlotSet(slots.MISSES, misses)]

    def _corrected(self, dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, said: str) -> Events:
        """An earlier answer put right; one that cannot be read leaves the former in place."""
        try:
            value = LatestMessage.of(tracker).read(slots.field_of(slot), said, self._region())
        except FieldError as error:
            dispatcher.utter_message(response=f"utter_booking_{error.code}")
            return [SlotSet(slot, _former(tracker, slot))]
        dispatcher.utter_message(response="utter_appointment_corrected", corrected=str(value))
        return [SlotSet(slot, value), SlotSet(slots.MISSES, None)]

    def after_failure(self, tracker: Tracker) -> Events:
        """Ask the same again; but an alarm and a stop go to their rules, whatever is broken here."""
        message = LatestMessage.of(tracker)
        return [] if message.is_alarm or message.has_stop_intent else [SlotSet(slots.CONFIRMED, None)]


def _former(tracker: Tracker, slot: str) -> str | None:
    """The slot's value before the candidates that stand at the end of the events."""
    events = list(tracker.events)
    while events and events[-1].get("event") == "slot":
        events.pop()
    values = (e.get("value") for e in reversed(events) if e.get("event") == "slot" and e.get("name") == slot)
    return next(values, None)
