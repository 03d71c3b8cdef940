"""The appointment form: takes an answer for the field that was asked, and nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.appointment_start import start_of
from actions.choice_fields import choice_slots, fits, other_choice
from actions.guard import Events, never_silent
from actions.latest_message import LatestMessage
from actions.open_desk import Desk, open_desk
from actions.picked_time import give_up_time, time_events
from actions.shown_times import remember
from clinic.booking.answer_or_question import goes_on, tells_a_time
from clinic.booking.appointment import Appointment
from clinic.booking.choosing import Shown
from clinic.booking.corrections import correction
from clinic.booking.errors import ConfirmationUnclear, WaitingNeedsEmail
from clinic.booking.purpose import FIELDS, Purpose
from clinic.booking.wish import Wish
from clinic.bootstrap.booking import booking_desk, clinic_region
from clinic.intake.errors import FieldError

_ASKED = (*slots.FIELDS, slots.CONFIRMED)
# Intents whose own reply would be wrong while the form asks: the question is put again instead.
_NO_REPLY_OF_THEIR_OWN = frozenset({"inform", "affirm", "deny", "book_appointment"})
_SURE = 0.6
_MISSES_BEFORE_AN_EXAMPLE = 2
_OTHER_DAY = re.compile(r"\b(?:days?|dates?)\b", re.IGNORECASE)
Domain = dict[str, Any]


class ValidateAppointmentForm(FormValidationAction):
    """Reads one field a turn. No slot but the requested one means "not for the form": Rasa answers by rule first."""

    def __init__(self, region: Callable[[], str] = clinic_region, desk: Desk = booking_desk) -> None:
        """`region`: the clinic's country, asked for when a phone number is read; `desk` is asked for on use."""
        self._region, self._desk = region, desk

    def name(self) -> str:
        """The form's name with Rasa's prefix."""
        return "validate_appointment_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        """Those that the purpose takes."""
        return [slots.slot_of(field) for field in FIELDS[_purpose(tracker)]]

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """Begin, stop, or read the answer to the field that was asked."""
        asked, message = tracker.get_slot(slots.REQUESTED_SLOT), LatestMessage.of(tracker)
        if asked not in _ASKED:
            events = await asyncio.to_thread(start_of, dispatcher, tracker, message, self._desk)
            return await self._and_next(events, dispatcher, tracker, domain)
        if _rather_a_visit(tracker, asked, message):
            events = await asyncio.to_thread(start_of, dispatcher, tracker, message, self._desk)
            return await self._and_next(events, dispatcher, tracker, domain)
        if asked is not None and goes_on(message.text):
            return await self._and_next([SlotSet(slots.MISSES, None)], dispatcher, tracker, domain)
        if message.wants_to_start_over:
            dispatcher.utter_message(response="utter_appointment_from_the_start")
            await asyncio.to_thread(give_up_time, tracker, self._desk)
            events = [SlotSet(s, None) for s in (*_ASKED, slots.MISSES, slots.SAID_NO, slots.SHOWN_TIMES)]
            return await self._and_next(events, dispatcher, tracker, domain)
        if self._reads_as(tracker, asked, message) == "stop" and not message.has_stop_intent:
            # No rule sees this stop: ending the form unconfirmed makes `action_submit_appointment` say it.
            # The first event keeps Rasa from taking the second for "nothing was said".
            return [SlotSet(slots.CONFIRMED, None), SlotSet(slots.REQUESTED_SLOT, None)]
        found: Events = await super().run(dispatcher, tracker, domain)
        return found

    async def get_extraction_events(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """The message as a candidate for the requested slot, where the policy takes it for an answer."""
        asked, message = tracker.get_slot(slots.REQUESTED_SLOT), LatestMessage.of(tracker)
        answered = [slots.field_of(slot) for slot in slots.FIELDS if tracker.get_slot(slot) is not None]
        corrected = None if message.is_alarm else correction(slots.field_of(asked), message.text, answered)
        other = None if message.is_alarm else other_choice(tracker, asked, message.text, self._desk)
        if other:
            return [SlotSet(other, message.text)]
        if corrected:
            return [SlotSet(slots.slot_of(corrected.field), corrected.said or "")]
        reading = self._reads_as(tracker, asked, message)
        if reading == "answer":
            return [SlotSet(asked, message.text)]
        has_no_reply = message.intent in _NO_REPLY_OF_THEIR_OWN and not message.is_alarm
        return [SlotSet(asked, "")] if reading == "interruption" and has_no_reply else []

    async def get_validation_events(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """The value that was read; or the refusal's own sentence, with an example from the second one on."""
        asked, candidates = tracker.get_slot(slots.REQUESTED_SLOT), tracker.slots_to_validate()
        for slot in candidates.keys() & set(slots.FIELDS) - {asked}:
            return await self._corrected(dispatcher, tracker, slot, candidates[slot])
        said = candidates.get(asked)
        if said is None:
            return []
        try:
            return await self._answered(dispatcher, tracker, asked, said)
        except FieldError as error:
            misses = int(tracker.get_slot(slots.MISSES) or 0) + 1
            dispatcher.utter_message(response=f"utter_booking_{error.code}")
            if misses >= _MISSES_BEFORE_AN_EXAMPLE:
                dispatcher.utter_message(response=f"utter_booking_example_{slots.field_of(asked)}")
            return [SlotSet(asked, None), SlotSet(slots.MISSES, misses)]

    async def _answered(self, dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, said: str) -> Events:
        if slot == slots.TIME:
            former = _former(tracker, slots.TIME)
            return await asyncio.to_thread(time_events, dispatcher, tracker, said, open_desk(self._desk), former)
        if slot in (slots.VISIT_TYPE, slots.CLINICIAN):
            return choice_slots(tracker, slot, said, open_desk(self._desk))
        value = LatestMessage.of(tracker).read(slots.field_of(slot), said, self._region())
        _refuse_a_phone(tracker, slot, value)
        if value is True and tells_a_time(said):  # "yes, Friday at 3": another time than the one that was read back?
            raise ConfirmationUnclear("a yes with a time of its own")
        if value is False and not tracker.get_slot(slots.SAID_NO):  # the first "no" asks what is wrong
            dispatcher.utter_message(response="utter_appointment_what_to_change")
            return [SlotSet(slot, None), SlotSet(slots.SAID_NO, True)]
        return [SlotSet(slot, value), SlotSet(slots.MISSES, None)]

    async def _corrected(self, dispatcher: CollectingDispatcher, tracker: Tracker, slot: str, said: str) -> Events:
        """An earlier answer put right; one that cannot be read leaves the former in place."""
        former = _former(tracker, slot)
        try:
            if slot == slots.TIME:
                return await self._other_time(dispatcher, tracker, said)
            if not said:
                emptied = (slot, slots.TIME) if slot in (slots.VISIT_TYPE, slots.CLINICIAN) else (slot,)
                return [SlotSet(one, None) for one in (*emptied, slots.MISSES)]
            if slot in (slots.VISIT_TYPE, slots.CLINICIAN):
                return choice_slots(tracker, slot, said, open_desk(self._desk))
            value = LatestMessage.of(tracker).read(slots.field_of(slot), said, self._region())
            _refuse_a_phone(tracker, slot, value)
        except FieldError as error:
            dispatcher.utter_message(response=f"utter_booking_{error.code}")
            return [SlotSet(slot, former)]
        dispatcher.utter_message(response="utter_appointment_corrected", corrected=str(value))
        return [SlotSet(slot, value), SlotSet(slots.MISSES, None), SlotSet(slots.SAID_NO, None)]

    async def _other_time(self, dispatcher: CollectingDispatcher, tracker: Tracker, said: str) -> Events:
        """Another time instead of the one that is held; that one is kept until the new one is."""
        if not said:
            given_up = await asyncio.to_thread(self._give_up, tracker)
            shown = [remember(self._instead_of(given_up.slot.start, tracker))] if given_up else []
            return [SlotSet(slots.TIME, None), SlotSet(slots.MISSES, None), *shown]
        former = _former(tracker, slots.TIME)
        return await asyncio.to_thread(time_events, dispatcher, tracker, said, open_desk(self._desk), former)

    def _instead_of(self, start: datetime, tracker: Tracker) -> Shown:
        """The closest times; for "another day" those of the following days."""
        if not _OTHER_DAY.search(LatestMessage.of(tracker).text):
            return Shown(near=start)
        day = start.astimezone(open_desk(self._desk).timetable.zone).date()
        return Shown(wish=Wish(first_day=day + timedelta(days=1)))

    def _give_up(self, tracker: Tracker) -> Appointment | None:
        desk, reference = open_desk(self._desk), _former(tracker, slots.TIME) or ""
        held = desk.own(reference, tracker.sender_id)
        desk.release(reference)
        return held

    def _reads_as(self, tracker: Tracker, asked: str, message: LatestMessage) -> str:
        return message.reads_as(slots.field_of(asked), fits=fits(tracker, asked, message.text, self._desk))

    async def _and_next(
        self, events: Events, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        """The events, and which slot is asked for after them: Rasa itself would go by the domain's list."""
        tracker.add_slots(events)
        required = await self.required_slots([], dispatcher, tracker, domain)
        missing = next((slot for slot in required if tracker.slots.get(slot) is None), None)
        return [*events, SlotSet(slots.REQUESTED_SLOT, missing)]

    def after_failure(self, tracker: Tracker) -> Events:
        """Ask the same again; but an alarm and a stop go to their rules, whatever is broken here."""
        message = LatestMessage.of(tracker)
        if message.is_alarm or message.has_stop_intent:
            return []
        # Where nothing was asked yet, the next message begins anew: no field has this slot.
        asked = tracker.get_slot(slots.REQUESTED_SLOT) or slots.FORM_RUN
        return [SlotSet(slots.CONFIRMED, None), SlotSet(slots.REQUESTED_SLOT, asked)]


def _refuse_a_phone(tracker: Tracker, slot: str, value: str | bool) -> None:
    if slot == slots.CONTACT and _purpose(tracker) is Purpose.WAITING_LIST and "@" not in str(value):
        raise WaitingNeedsEmail("a freed time is offered by mail")


def _rather_a_visit(tracker: Tracker, asked: str, message: LatestMessage) -> bool:
    """Whether somebody who asks for a call back, or waits, wishes a visit now; what was told stays."""
    is_sure = message.intent == "book_appointment" and message.confidence >= _SURE and not message.is_alarm
    return is_sure and asked != slots.REASON and _purpose(tracker) is not Purpose.VISIT


def _purpose(tracker: Tracker) -> Purpose:
    return Purpose(tracker.get_slot(slots.PURPOSE) or Purpose.CALLBACK)


def _former(tracker: Tracker, slot: str) -> str | None:
    """The slot's value before the candidates that stand at the end of the events."""
    events = list(tracker.events)
    while events and events[-1].get("event") == "slot":
        events.pop()
    values = (e.get("value") for e in reversed(events) if e.get("event") == "slot" and e.get("name") == slot)
    return next(values, None)
