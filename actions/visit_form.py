"""The form for a visit that is booked: proof first, then it is shown, moved or cancelled."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.choice_fields import fits
from actions.guard import Events, never_silent
from actions.join_waiting_list import Lists, join_for
from actions.latest_message import LatestMessage
from actions.open_desk import Desk, open_desk
from actions.shown_times import remember, shown_in
from actions.visit_proof import holds_reference, means_another_visit, proof_in, proven_visit
from clinic.booking.answer_or_question import goes_on
from clinic.booking.availability import to_text
from clinic.booking.choosing import Shown, choose_time
from clinic.booking.errors import AppointmentNotFound, TooManyAttempts
from clinic.booking.model import read_reference
from clinic.booking.purpose import VISIT_FIELDS, VisitWish
from clinic.bootstrap.booking import booking_desk, clinic_region, waiting_list
from clinic.intake import FieldError

_WISHES = {
    "check_appointment": VisitWish.CHECK,
    "change_appointment": VisitWish.MOVE,
    "cancel_appointment": VisitWish.CANCEL,
}
_PROOF = (slots.VISIT_REFERENCE, slots.VISIT_CONTACT)
_LOST_IT = re.compile(
    r"\b(?:lost|forgot(?:ten)?|deleted|misplaced|no idea|can(?:'?t| ?not) find"
    r"|do(?:n'?t| not) (?:have|know|remember))\b",
    re.IGNORECASE,
)
_CANCEL_ALONE = re.compile(
    r"^(?:(?:yes|yeah|ok|okay|please|just|go ahead(?: and)?)[\s,.!]+)*cancel"
    r"(?:[\s,.!]+(?:it|this|that|the|my|visit|appointment|booking|please|now|then|thanks|thank you))*[\s.!]*$",
    re.IGNORECASE,
)
_BEFORE_ANOTHER_TIME = re.compile(r"^(?:(?:no|nope|nah|yes,? but|ok(?:ay)?,? but|actually|wait|sorry)[\s,.!]+)+", re.I)
_NO_REPLY_OF_THEIR_OWN = frozenset({"inform", "affirm", "deny"})
_MISSES_BEFORE_AN_EXAMPLE = 2
Domain = dict[str, Any]


class ValidateVisitForm(FormValidationAction):
    """Reads one field a turn; see `ValidateAppointmentForm`. What is wished may change while it asks."""

    unavailable = "utter_visit_unavailable"

    def __init__(
        self,
        region: Callable[[], str] = clinic_region,
        desk: Desk = booking_desk,
        lists: Lists = waiting_list,
    ) -> None:
        """`region`: the clinic's country; the others are asked for on use."""
        self._region, self._desk, self._lists = region, desk, lists

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
        """Begin, change the wish, stop, or read the answer to the field that was asked.

        Whoever has lost the reference is led to the staff.
        """
        asked, message = tracker.get_slot(slots.REQUESTED_SLOT), LatestMessage.of(tracker)
        if self._desk() is None:  # staff keep the visits: the form ends, and its last action says so
            return [SlotSet(slots.VISIT_WISH, _wish(tracker, message)), SlotSet(slots.REQUESTED_SLOT, None)]
        if asked is not None and (found := self._apart_from_the_field(dispatcher, tracker, asked, message)):
            return await self._and_next(found, dispatcher, tracker, domain)
        if asked not in slots.VISIT_FIELDS or _says_a_wish(tracker, asked, message) or _names_another(tracker, message):
            begun = await asyncio.to_thread(self._anew, dispatcher, tracker, message)
            events = [SlotSet(slots.VISIT_WISH, _wish(tracker, message)), *begun]
            return await self._and_next(events, dispatcher, tracker, domain)
        if self._reads_as(tracker, asked, message) == "stop" and not message.has_stop_intent:
            return [SlotSet(slots.VISIT_CONFIRMED, None), SlotSet(slots.REQUESTED_SLOT, None)]
        read: Events = await super().run(dispatcher, tracker, domain)
        return read

    def _apart_from_the_field(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: str, message: LatestMessage
    ) -> Events:
        """Going on, starting over, and having no reference: no answers to a field, and no rules of their own."""
        if goes_on(message.text):
            return [SlotSet(slots.MISSES, None)]
        if message.wants_to_start_over:
            dispatcher.utter_message(response="utter_appointment_from_the_start")
            return [SlotSet(slot, None) for slot in (*slots.VISIT_FIELDS, slots.SHOWN_TIMES, slots.MISSES)]
        if asked == slots.VISIT_REFERENCE and _LOST_IT.search(message.text) and not message.is_alarm:
            return [*slots.forget_visit(), SlotSet(slots.REQUESTED_SLOT, None), FollowupAction("action_ask_staff")]
        return []

    async def get_extraction_events(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """The message as a candidate for the requested slot, where the policy takes it for an answer."""
        asked, message = tracker.get_slot(slots.REQUESTED_SLOT), LatestMessage.of(tracker)
        if message.is_alarm:
            return []
        if self._reads_as(tracker, asked, message) == "answer" or holds_reference(message.text):
            return [SlotSet(asked, message.text)]
        return [SlotSet(asked, "")] if message.intent in _NO_REPLY_OF_THEIR_OWN else []

    async def get_validation_events(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """The value that was read, proven once reference and contact are there; or the refusal's own sentence."""
        asked = tracker.get_slot(slots.REQUESTED_SLOT)
        said = tracker.slots_to_validate().get(asked)
        if said is None:
            return []
        try:
            return await asyncio.to_thread(self._answered, dispatcher, tracker, asked, said)
        except FieldError as error:
            misses = int(tracker.get_slot(slots.MISSES) or 0) + 1
            dispatcher.utter_message(response=f"utter_booking_{error.code}")
            if misses >= _MISSES_BEFORE_AN_EXAMPLE:
                dispatcher.utter_message(response=f"utter_booking_example_{slots.field_of(asked)}")
            return [SlotSet(asked, None), SlotSet(slots.MISSES, misses)]
        except AppointmentNotFound as error:
            dispatcher.utter_message(response=f"utter_booking_{error.code}")
            return [SlotSet(slot, None) for slot in (*slots.VISIT_FIELDS, slots.MISSES)]
        except TooManyAttempts as error:
            dispatcher.utter_message(response=f"utter_booking_{error.code}")
            return [*(SlotSet(slot, None) for slot in slots.VISIT), SlotSet(slots.REQUESTED_SLOT, None)]

    def _answered(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: str, said: str) -> Events:
        if asked == slots.VISIT_TIME:
            return self._time(dispatcher, tracker, said)
        if asked == slots.VISIT_CONFIRMED:
            return self._confirmed(dispatcher, tracker, said)
        reference, contact = proof_in(tracker, asked, said, self._region())
        if reference and contact:
            open_desk(self._desk).look_up(reference, contact, tracker.sender_id)
        return [*_both(reference, contact), SlotSet(slots.MISSES, None)]

    def _anew(self, dispatcher: CollectingDispatcher, tracker: Tracker, message: LatestMessage) -> Events:
        """What a run begins with: a proof from before holds on, unless another visit is named or this one is gone."""
        reference, contact = proof_in(tracker, None, message.text, self._region())
        is_same = reference == tracker.get_slot(slots.VISIT_REFERENCE)
        if reference and contact:
            try:
                open_desk(self._desk).look_up(reference, contact, tracker.sender_id)
            except (AppointmentNotFound, TooManyAttempts) as error:
                if not is_same:
                    dispatcher.utter_message(response=f"utter_booking_{error.code}")
                reference = contact = None
        near = shown_in(tracker).near if is_same else None  # the times closest to one that somebody else took
        emptied = (slots.VISIT_TIME, slots.VISIT_CONFIRMED, slots.VISIT_CLINICIAN, slots.MISSES)
        return [*_both(reference, contact), *(SlotSet(slot, None) for slot in emptied), remember(Shown(near=near))]

    def _time(self, dispatcher: CollectingDispatcher, tracker: Tracker, said: str) -> Events:
        desk = open_desk(self._desk)
        visit = proven_visit(tracker, desk)
        clinician = tracker.get_slot(slots.VISIT_CLINICIAN) or visit.slot.clinician
        choice = choose_time(desk, visit.slot.visit_type, clinician, shown_in(tracker), said)
        lists = self._lists() if choice.waits else None
        if lists is not None:
            join_for(visit, dispatcher, tracker, lists)
        found: Events = [remember(choice.shown), SlotSet(slots.MISSES, None), SlotSet(slots.VISIT_CONFIRMED, None)]
        if choice.clinician:
            found.append(SlotSet(slots.VISIT_CLINICIAN, choice.clinician))
        return [*found, SlotSet(slots.VISIT_TIME, to_text(choice.slot) if choice.slot else None)]

    def _confirmed(self, dispatcher: CollectingDispatcher, tracker: Tracker, said: str) -> Events:
        """Yes or no; at a move also another time: "no, Friday rather"."""
        wish = tracker.get_slot(slots.VISIT_WISH)
        if wish == VisitWish.CANCEL and _CANCEL_ALONE.match(said):
            return [SlotSet(slots.VISIT_CONFIRMED, True)]
        other = _BEFORE_ANOTHER_TIME.sub("", said)
        if wish == VisitWish.MOVE and other:
            try:
                return self._time(dispatcher, tracker, other)
            except FieldError:
                pass  # no time: yes or no
        confirmed = LatestMessage.of(tracker).read("confirmed", said, self._region())
        return [SlotSet(slots.VISIT_CONFIRMED, confirmed), SlotSet(slots.MISSES, None)]

    def _reads_as(self, tracker: Tracker, asked: str, message: LatestMessage) -> str:
        wish = tracker.get_slot(slots.VISIT_WISH)
        if asked == slots.VISIT_CONFIRMED:
            is_yes = wish == VisitWish.CANCEL and _CANCEL_ALONE.match(message.text)
            is_time = wish == VisitWish.MOVE and fits(tracker, slots.VISIT_TIME, message.text, self._desk)
            if is_yes or is_time or _WISHES.get(message.intent) == wish:
                return "answer"
        is_held = fits(tracker, asked, message.text, self._desk) or (
            asked == slots.VISIT_REFERENCE and holds_reference(message.text)
        )
        return message.reads_as(slots.field_of(asked), fits=is_held)

    async def _and_next(
        self, events: Events, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain
    ) -> Events:
        if any(event.get("name") == slots.REQUESTED_SLOT for event in events):  # the form ends
            return events
        tracker.add_slots(events)
        required = await self.required_slots([], dispatcher, tracker, domain)
        missing = next((slot for slot in required if tracker.slots.get(slot) is None), None)
        return [*events, SlotSet(slots.REQUESTED_SLOT, missing)]

    def after_failure(self, tracker: Tracker) -> Events:
        """Ask the same again; but an alarm and a stop go to their rules, whatever is broken here."""
        message = LatestMessage.of(tracker)
        if message.is_alarm or message.intent == "stop":
            return []
        # Where nothing was asked yet, the next message begins anew: no field has this slot.
        asked = tracker.get_slot(slots.REQUESTED_SLOT) or slots.VISIT_WISH
        return [SlotSet(slots.VISIT_CONFIRMED, None), SlotSet(slots.REQUESTED_SLOT, asked)]


def _says_a_wish(tracker: Tracker, asked: str, message: LatestMessage) -> bool:
    """Whether the message says what is wished; "cancel it" is also the yes to "shall I cancel it?"."""
    wish = _WISHES.get(message.intent)
    if wish is None or message.is_alarm:
        return False
    is_repeated = wish == tracker.get_slot(slots.VISIT_WISH)
    return not (is_repeated and asked in (slots.VISIT_CONFIRMED, slots.VISIT_TIME))


def _names_another(tracker: Tracker, message: LatestMessage) -> bool:
    """Whether another visit than the proven one is meant while a time or a yes is asked for."""
    asked, known = tracker.get_slot(slots.REQUESTED_SLOT), tracker.get_slot(slots.VISIT_REFERENCE)
    if asked in _PROOF or message.is_alarm:
        return False
    if holds_reference(message.text):
        return bool(read_reference(message.text) != known)
    return means_another_visit(message.text)


def _both(reference: str | None, contact: str | None) -> Events:
    return [SlotSet(slots.VISIT_REFERENCE, reference), SlotSet(slots.VISIT_CONTACT, contact)]


def _wish(tracker: Tracker, message: LatestMessage) -> str:
    return (_WISHES.get(message.intent) or VisitWish(tracker.get_slot(slots.VISIT_WISH) or "check")).value
