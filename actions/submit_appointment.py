"""Sending the appointment request once the patient has confirmed what was read back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.guard import Events, never_silent
from clinic.booking import AppointmentRequest, RequestDesk
from clinic.bootstrap import request_desk


class SubmitAppointment(Action):
    """Runs whenever the form has ended: confirmed, not confirmed, or left by a word."""

    def __init__(self, desk: Callable[[], RequestDesk] = request_desk) -> None:
        """`desk` is asked for on use, so that starting the server opens no database."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_submit_appointment"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Keep the request and give its reference, or say that nothing was sent."""
        confirmed = tracker.get_slot(slots.CONFIRMED)
        if confirmed is True:
            # In a thread: a busy database must not hold up every other conversation.
            request = await asyncio.to_thread(self._request, tracker)
            dispatcher.utter_message(response="utter_appointment_requested", reference=request.reference)
        else:
            said_no = confirmed is False
            dispatcher.utter_message(
                response="utter_appointment_not_confirmed" if said_no else "utter_appointment_stopped"
            )
        return slots.forget_appointment()

    def after_failure(self, tracker: Tracker) -> Events:
        """Keep what was typed and the key of this run: asking for a visit again goes straight to the read-back."""
        return [SlotSet(slots.CONFIRMED, None)]

    def _request(self, tracker: Tracker) -> AppointmentRequest:
        return self._desk().request_appointment(
            idempotency_key=tracker.get_slot(slots.FORM_RUN) or uuid.uuid4().hex,
            sender=tracker.sender_id,
            name=tracker.get_slot(slots.NAME),
            contact=tracker.get_slot(slots.CONTACT),
            reason=tracker.get_slot(slots.REASON),
            preferred_time=tracker.get_slot(slots.PREFERRED_TIME),
        )
