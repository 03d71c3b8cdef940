"""The end of the appointment form: the visit is booked, or the request kept, once the read-back was confirmed."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.callback_hours import callback_when
from actions.guard import Events, never_silent
from actions.join_waiting_list import Lists, joined_by_form
from actions.open_desk import Desk, open_desk
from actions.picked_time import give_up_time
from actions.shown_times import remember
from actions.visit_proof import as_proven
from clinic.answers import load_catalogue
from clinic.booking import RequestDesk
from clinic.booking.appointment import Appointment
from clinic.booking.choosing import Shown
from clinic.booking.errors import AppointmentNotFound, BookingUnavailable, HoldExpired
from clinic.booking.purpose import Purpose
from clinic.booking.visit_in_words import visit_as_data, visit_in_words
from clinic.bootstrap.booking import booking_desk, mails_leave, request_desk, waiting_list
from clinic.intake import ContactKind


class SubmitAppointment(Action):
    """Runs whenever the form has ended: confirmed, not confirmed, or left by a word."""

    def __init__(
        self,
        requests: Callable[[], RequestDesk] = request_desk,
        desk: Desk = booking_desk,
        lists: Lists = waiting_list,
        mails: Callable[[], bool] = mails_leave,
    ) -> None:
        """All are asked for on use, so that starting the server opens no database."""
        self._requests, self._desk, self._lists, self._mails = requests, desk, lists, mails

    def name(self) -> str:
        """As in the domain."""
        return "action_submit_appointment"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Book or keep it and give its reference, or say that nothing was sent."""
        confirmed = tracker.get_slot(slots.CONFIRMED)
        if confirmed is not True:
            await asyncio.to_thread(give_up_time, tracker, self._desk)
            said_no = confirmed is False
            dispatcher.utter_message(
                response="utter_appointment_not_confirmed" if said_no else "utter_appointment_stopped"
            )
            return slots.forget_appointment()
        # In a thread: a busy database must not hold up every other conversation.
        keep = {Purpose.VISIT.value: self._book, Purpose.WAITING_LIST.value: self._join}
        return await asyncio.to_thread(keep.get(tracker.get_slot(slots.PURPOSE), self._request), dispatcher, tracker)

    def after_failure(self, tracker: Tracker) -> Events:
        """Keep what was typed and the key of this run: asking for a visit again goes straight to the read-back."""
        return [SlotSet(slots.CONFIRMED, None)]

    def _book(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        desk, reference = open_desk(self._desk), tracker.get_slot(slots.TIME) or ""
        held = desk.own(reference, tracker.sender_id)
        try:
            booked = desk.book(
                reference,
                tracker.sender_id,
                name=tracker.get_slot(slots.NAME),
                contact=tracker.get_slot(slots.CONTACT),
                reason=tracker.get_slot(slots.REASON),
            )
        except (HoldExpired, AppointmentNotFound):
            dispatcher.utter_message(response=f"utter_booking_{HoldExpired.code}")
            again = [SlotSet(slots.TIME, None), SlotSet(slots.CONFIRMED, None)]
            shown = remember(Shown(near=held.slot.start if held else None))
            return [*again, shown, FollowupAction("appointment_form")]
        dispatcher.utter_message(
            response=f"utter_appointment_booked_{self._told_by(booked)}",
            reference=booked.reference,
            contact=tracker.get_slot(slots.CONTACT),
            appointment=visit_as_data(booked, desk.timetable),
            **visit_in_words(booked.slot, desk.timetable),
        )
        return [*slots.forget_appointment(), SlotSet(slots.BOOKED, booked.reference), *as_proven(booked)]

    def _told_by(self, booked: Appointment) -> str:
        """Whether a mail confirms it: not to a phone number, and not where no mail leaves the house."""
        has_mail = booked.patient is not None and booked.patient.contact.kind is ContactKind.EMAIL
        return "by_mail" if has_mail and self._mails() else "without_mail"

    def _join(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        lists = self._lists()
        if lists is None:
            raise BookingUnavailable("there is no waiting list")
        dispatcher.utter_message(response="utter_waiting_list_joined", contact=joined_by_form(tracker, lists))
        return slots.forget_appointment()

    def _request(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        no_visit = load_catalogue().variations("utter_ask_staff_no_visit")[0].text
        request = self._requests().request_appointment(
            idempotency_key=tracker.get_slot(slots.FORM_RUN) or uuid.uuid4().hex,
            sender=tracker.sender_id,
            name=tracker.get_slot(slots.NAME),
            contact=tracker.get_slot(slots.CONTACT),
            reason=tracker.get_slot(slots.REASON),
            preferred_time=tracker.get_slot(slots.PREFERRED_TIME) or no_visit,
            is_question=tracker.get_slot(slots.PURPOSE) == Purpose.QUESTION.value,
        )
        dispatcher.utter_message(
            response="utter_appointment_requested", reference=request.reference, callback_when=callback_when(self._desk)
        )
        return slots.forget_appointment()
