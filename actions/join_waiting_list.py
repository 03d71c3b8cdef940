"""The waiting list: for an earlier time than the visit that was booked, or for any time of a kind of visit."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.guard import Events, never_silent
from actions.latest_message import LatestMessage
from actions.open_desk import Desk
from actions.visit_proof import proven_visit
from clinic.booking.appointment import Appointment, AppointmentStatus
from clinic.booking.choices import ANYONE
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import AppointmentNotFound
from clinic.booking.purpose import Purpose
from clinic.booking.waiting_list import WaitingList
from clinic.bootstrap.booking import booking_desk, waiting_list
from clinic.intake import ContactKind

_LEAVE = re.compile(r"\b(?:off|leave|remove|delete|cancel|no longer|not any ?more)\b", re.IGNORECASE)
Lists = Callable[[], WaitingList | None]


class JoinWaitingList(Action):
    """With a visit of this conversation the wish is for an earlier time; without one the form asks what for."""

    def __init__(self, desk: Desk = booking_desk, lists: Lists = waiting_list) -> None:
        """Both are asked for on use."""
        self._desk, self._lists = desk, lists

    def name(self) -> str:
        """As in the domain."""
        return "action_join_waiting_list"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Join with what is known of the visit, or begin the form."""
        if _LEAVE.search(LatestMessage.of(tracker).text):
            dispatcher.utter_message(response="utter_waiting_list_leave")
            return []
        desk, lists = self._desk(), self._lists()
        if desk is None or lists is None:
            return [SlotSet(slots.PURPOSE, None), FollowupAction("appointment_form")]
        visit = await asyncio.to_thread(_visit_of, tracker, desk)
        if visit is None or visit.patient is None:
            return [SlotSet(slots.PURPOSE, Purpose.WAITING_LIST.value), FollowupAction("appointment_form")]
        if visit.patient.contact.kind is not ContactKind.EMAIL:  # the form asks for an address
            return [*_known_of(visit), FollowupAction("appointment_form")]
        await asyncio.to_thread(join_for, visit, dispatcher, tracker, lists)
        return []


def join_for(visit: Appointment, dispatcher: CollectingDispatcher, tracker: Tracker, lists: WaitingList) -> None:
    """Put somebody on the list for an earlier time than a visit of theirs, and say so; raises `WaitingNeedsEmail`."""
    patient = visit.patient
    if patient is None:
        return
    entry = lists.join(
        key=f"{visit.reference}:{visit.sequence}:{_messages(tracker)}",
        sender=tracker.sender_id,
        visit_type=visit.slot.visit_type,
        name=patient.name,
        contact=patient.contact.value,
        reason=patient.reason,
        appointment=visit,
    )
    dispatcher.utter_message(response="utter_waiting_list_joined", contact=entry.patient.contact.value)


def _known_of(visit: Appointment) -> Events:
    """What the form need not ask for."""
    patient = visit.patient
    known = {
        slots.PURPOSE: Purpose.WAITING_LIST.value,
        slots.VISIT_TYPE: visit.slot.visit_type,
        slots.CLINICIAN: ANYONE,
        slots.NAME: patient.name if patient else None,
        slots.REASON: patient.reason if patient else None,
    }
    return [SlotSet(slot, value) for slot, value in known.items()]


def joined_by_form(tracker: Tracker, lists: WaitingList) -> str:
    """Put somebody on the list with what the form has asked for; the address that is written to."""
    clinician = tracker.get_slot(slots.CLINICIAN)
    entry = lists.join(
        key=tracker.get_slot(slots.FORM_RUN) or tracker.sender_id,
        sender=tracker.sender_id,
        visit_type=tracker.get_slot(slots.VISIT_TYPE),
        name=tracker.get_slot(slots.NAME),
        contact=tracker.get_slot(slots.CONTACT),
        reason=tracker.get_slot(slots.REASON),
        clinician=None if clinician in (None, ANYONE) else clinician,
    )
    return entry.patient.contact.value


def _messages(tracker: Tracker) -> int:
    """How much the visitor has said so far: the same in a turn that is run again, another when asked for once more."""
    return sum(event.get("event") == "user" for event in tracker.events)


def _visit_of(tracker: Tracker, desk: BookingDesk) -> Appointment | None:
    """The visit that was proven or booked last in this conversation, as far as it is still to come."""
    if tracker.get_slot(slots.VISIT_REFERENCE) and tracker.get_slot(slots.VISIT_CONTACT):
        with suppress(AppointmentNotFound):
            return proven_visit(tracker, desk)
    reference = tracker.get_slot(slots.BOOKED)
    found = desk.own(reference, tracker.sender_id) if reference else None
    return found if found is not None and found.status is AppointmentStatus.BOOKED else None
