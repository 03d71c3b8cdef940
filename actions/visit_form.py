"""The form for a visit that is booked: proof first, then it is shown, moved or cancelled."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.choice_fields import fits
from actions.guard import Events, never_silent
from actions.latest_message import LatestMessage
from actions.open_desk import Desk, open_desk
from actions.shown_times import remember, shown_in
from clinic.booking.appointment import Appointment
from clinic.booking.availability import to_text
from clinic.booking.choosing import choose_time
from clinic.booking.errors import AppointmentNotFound, TooManyAttempts
from clinic.booking.model import read_reference
from clinic.booking.purpose import VISIT_FIELDS, VisitWish
from clinic.bootstrap import booking_desk, clinic_region
from clinic.intake import FieldError, read_contact

_WISHES = {
    "check_appointment": VisitWish.CHECK,
    "change_appointment": VisitWish.MOVE,
    "cancel_appointment": VisitWish.CANCEL,
}
_SURE = 0.6
_LOST_IT = re.compile(
    r"\b(?:lost|forgot(?:ten)?|deleted|misplaced|no idea|can(?:'?t| ?not) find"
    r"|do(?:n'?t| not) (?:have|know|remember))\b",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:not|no|never|keep|instead|wait)\b|n't\b|\?", re.IGNORECASE)
_NO_REPLY_OF_THEIR_OWN = frozenset({"inform", "affirm", "deny"})
_MISSES_BEFORE_AN_EXAMPLE = 2
Domain = dict[str, Any]


class ValidateVisitForm(FormValidationAction):
    """Reads one field a turn; see `ValidateAppointmentForm`. What is wished may change while it asks."""

    def __init__(self, region: Callable[[], str] = clinic_region, desk: Desk = booking_desk) -> None:
        """`region`: the clinic's country; `desk` is asked for on use."""
        self._region, self._desk = region, desk

    def name(self) -> str:
        """The form's name with Rasa's prefix."""
        return "validate_visit_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> list[str]:
        """Those that the wish takes."""
        return [f"visit_{field}" for field in VISIT_FIELDS[VisitWish(tracker.get_slot(slots.VISIT_WISH) or "check")]]

    async def next_requested_slot(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> EventType | None:
        """The next one that is missing; none where this turn has ended the form."""
        if tracker.get_slot(slots.REQUESTED_SLOT) is None:
            return SlotSet(slots.REQUESTED_SLOT, None)
        found: EventType | None = await super().next_requested_slot(dispatcher, tracker, domain)
        return found

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """Begin, change the wish, stop, or read the answer to the field that was asked."""
        asked, message = tracker.get_slot(slots.REQUESTED_SLOT), LatestMessage.of(tracker)
        if self._desk() is None:  # staff keep the visits: the form ends, and its last action says so
            return [SlotSet(slots.VISIT_WISH, _wish(tracker, message)), SlotSet(slots.REQUESTED_SLOT, None)]
        if asked not in slots.VISIT_FIELDS or self._says_a_wish(tracker, asked, message):
            events = [SlotSet(slots.VISIT_WISH, _wish(tracker, message)), *await asyncio.to_thread(self._anew, tracker)]
            return await self._and_next(events, dispatcher, tracker, domain)
        if self._reads_as(tracker, asked, message) == "stop" and not message.has_stop_intent:
            return [SlotSet(slots.VISIT_CONFIRMED, None), SlotSet(slots.REQUESTED_SLOT, None)]
        found: Events = await super().run(dispatcher, tracker, domain)
        return found

    async def get_extraction_events(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """The message as a candidate for the requested slot, where the policy takes it for an answer."""
        asked, message = tracker.get_slot(slots.REQUESTED_SLOT), LatestMessage.of(tracker)
        if message.is_alarm:
            return []
        if asked == slots.VISIT_REFERENCE and _LOST_IT.search(message.text):
            return [SlotSet(asked, "")]  # the refusal says who can help
        if self._reads_as(tracker, asked, message) == "answer" or _holds_reference(message.text):
            return [SlotSet(asked, message.text)]
        return [SlotSet(asked, "")] if message.intent in _NO_REPLY_OF_THEIR_OWN else []

    async def get_validation_events(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """The value that was read, proven once reference and contact are there; or the refusal's own sentence."""
        asked = tracker.get_slot(slots.REQUESTED_SLOT)
        said = tracker.slots_to_validate().get(asked)
        if said is None:
            return []
        try:
            if asked == slots.VISIT_TIME:
                return await asyncio.to_thread(self._time, tracker, said)
            if asked == slots.VISIT_CONFIRMED:
                return [SlotSet(asked, _is_confirmed(tracker, said, self._region()))]
            return await self._proof(dispatcher, tracker, asked, said)
        except FieldError as error:
            misses = int(tracker.get_slot(slots.MISSES) or 0) + 1
            dispatcher.utter_message(response=f"utter_booking_{error.code}")
            if misses >= _MISSES_BEFORE_AN_EXAMPLE:
                dispatcher.utter_message(response=f"utter_booking_example_{slots.field_of(asked)}")
            return [SlotSet(asked, None), SlotSet(slots.MISSES, misses)]

    def _anew(self, tracker: Tracker) -> Events:
        """What a run begins with: a proof from before holds on, unless the visit is gone meanwhile."""
        emptied = [slots.VISIT_TIME, slots.VISIT_CONFIRMED, slots.VISIT_CLINICIAN, slots.MISSES, slots.SHOWN_TIMES]
        if tracker.get_slot(slots.VISIT_REFERENCE) and tracker.get_slot(slots.VISIT_CONTACT):
            try:
                proven_visit(tracker, open_desk(self._desk))
            except (AppointmentNotFound, TooManyAttempts):
                emptied += [slots.VISIT_REFERENCE, slots.VISIT_CONTACT]
        return [SlotSet(slot, None) for slot in emptied]

    async def _proof(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: str, said: str) -> Events:
        """Reference and contact, in one message or in two; with both the visit is looked up."""
        reference, contact = self._read_both(tracker, asked, said)
        found = {slots.VISIT_REFERENCE: reference, slots.VISIT_CONTACT: contact}
        events: Events = [*(SlotSet(slot, value) for slot, value in found.items()), SlotSet(slots.MISSES, None)]
        if reference is None or contact is None:
            return events
        try:
            await asyncio.to_thread(open_desk(self._desk).look_up, reference, contact, tracker.sender_id)
        except AppointmentNotFound as error:
            dispatcher.utter_message(response=f"utter_booking_{error.code}")
            return [SlotSet(slot, None) for slot in (*found, slots.MISSES)]
        except TooManyAttempts as error:
            dispatcher.utter_message(response=f"utter_booking_{error.code}")
            ended = [SlotSet(slot, None) for slot in slots.VISIT]
            return [*ended, SlotSet(slots.REQUESTED_SLOT, None)]
        return events

    def _read_both(self, tracker: Tracker, asked: str, said: str) -> tuple[str | None, str | None]:
        reference, contact = tracker.get_slot(slots.VISIT_REFERENCE), tracker.get_slot(slots.VISIT_CONTACT)
        if asked == slots.VISIT_REFERENCE:
            reference = read_reference(said)
            return reference, contact or self._contact_beside(said, reference)
        if _holds_reference(said):
            reference = read_reference(said)
        return reference, read_contact(said, self._region()).value

    def _contact_beside(self, said: str, reference: str) -> str | None:
        try:
            return read_contact(said, self._region()).value
        except FieldError:
            return None

    def _time(self, tracker: Tracker, said: str) -> Events:
        visit = proven_visit(tracker, open_desk(self._desk))
        clinician = tracker.get_slot(slots.VISIT_CLINICIAN) or visit.slot.clinician
        choice = choose_time(open_desk(self._desk), visit.slot.visit_type, clinician, shown_in(tracker), said)
        found: Events = [remember(choice.shown), SlotSet(slots.MISSES, None)]
        if choice.clinician:
            found.append(SlotSet(slots.VISIT_CLINICIAN, choice.clinician))
        return [*found, SlotSet(slots.VISIT_TIME, to_text(choice.slot) if choice.slot else None)]

    def _reads_as(self, tracker: Tracker, asked: str, message: LatestMessage) -> str:
        if asked == slots.VISIT_CONFIRMED and _WISHES.get(message.intent) == tracker.get_slot(slots.VISIT_WISH):
            return "answer"
        is_held = fits(tracker, asked, message.text, self._desk) or (
            asked == slots.VISIT_REFERENCE and _holds_reference(message.text)
        )
        return message.reads_as(slots.field_of(asked), fits=is_held)

    @staticmethod
    def _says_a_wish(tracker: Tracker, asked: str, message: LatestMessage) -> bool:
        """Whether the message says what is wished; "cancel it" is also the yes to "shall I cancel it?"."""
        wish = _WISHES.get(message.intent)
        if wish is None or message.is_alarm or message.confidence < _SURE or _holds_reference(message.text):
            return False
        is_repeated = wish == tracker.get_slot(slots.VISIT_WISH)
        return not (is_repeated and asked in (slots.VISIT_CONFIRMED, slots.VISIT_TIME))

    async def _and_next(
        self, events: Events, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        tracker.add_slots(events)
        required = await self.required_slots([], dispatcher, tracker, domain)
        missing = next((slot for slot in required if tracker.slots.get(slot) is None), None)
        return [*events, SlotSet(slots.REQUESTED_SLOT, missing)]

    def after_failure(self, tracker: Tracker) -> Events:
        """Ask the same again; but an alarm and a stop go to their rules, whatever is broken here."""
        message = LatestMessage.of(tracker)
        asked = SlotSet(slots.REQUESTED_SLOT, tracker.get_slot(slots.REQUESTED_SLOT))
        return [] if message.is_alarm or message.has_stop_intent else [SlotSet(slots.VISIT_CONFIRMED, None), asked]


def proven_visit(tracker: Tracker, desk: Any) -> Appointment:
    """The visit that was proven in this conversation, as it is now; raises `AppointmentNotFound`."""
    found: Appointment = desk.look_up(
        tracker.get_slot(slots.VISIT_REFERENCE) or "", tracker.get_slot(slots.VISIT_CONTACT) or "", tracker.sender_id
    )
    return found


def _is_confirmed(tracker: Tracker, said: str, region: str) -> bool:
    message = LatestMessage.of(tracker)
    try:
        return bool(message.read("confirmed", said, region))
    except FieldError:
        is_wish = _WISHES.get(message.intent) == tracker.get_slot(slots.VISIT_WISH)
        if is_wish and not _DENIES.search(said):
            return True
        raise


def _wish(tracker: Tracker, message: LatestMessage) -> str:
    return (_WISHES.get(message.intent) or VisitWish(tracker.get_slot(slots.VISIT_WISH) or "check")).value


def _holds_reference(text: str) -> bool:
    try:
        read_reference(text)
    except FieldError:
        return False
    return True
