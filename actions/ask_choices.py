"""What the appointment form asks with the clinic's own choices: kind of visit, clinician, time, the read-back."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.guard import Events, never_silent
from actions.open_desk import Desk, open_desk
from actions.shown_times import buttons_for, remember, shown_in
from clinic.booking.choices import ANYONE, clinicians_for
from clinic.booking.choosing import Finding, times_to_show
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import BookingUnavailable
from clinic.booking.purpose import Purpose
from clinic.booking.spoken_times import in_full, wish_in_words, zone_in_words
from clinic.booking.wish import ANY_TIME
from clinic.bootstrap.booking import booking_desk

Domain = dict[str, Any]
ANYONE_TITLE = "Anyone"


class AskVisitType(Action):
    """Which kind of visit."""

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_ask_appointment_visit_type"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """A button for each kind."""
        titles = [visit.title for visit in open_desk(self._desk).timetable.visit_types]
        choices = [{"title": title, "payload": title} for title in titles]
        dispatcher.utter_message(response="utter_ask_appointment_visit_type", choices=choices)
        return []


class AskClinician(Action):
    """With whom."""

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_ask_appointment_clinician"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """A button for each who sees patients for this kind of visit."""
        seers = clinicians_for(open_desk(self._desk).timetable, tracker.get_slot(slots.VISIT_TYPE))
        choices = [{"title": name, "payload": name} for name in (ANYONE_TITLE, *(seer.name for seer in seers))]
        dispatcher.utter_message(response="utter_ask_appointment_clinician", choices=choices)
        return []


class AskTime(Action):
    """When: three to five real times."""

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_ask_appointment_time"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """The times, and what was understood of the wish."""
        visit_type, clinician = tracker.get_slot(slots.VISIT_TYPE), tracker.get_slot(slots.CLINICIAN) or ANYONE
        return await show_times(open_desk(self._desk), dispatcher, tracker, visit_type, clinician)


class AskConfirmed(Action):
    """The read-back: everything that will be stored, and what the yes means."""

    def __init__(self, desk: Desk = booking_desk) -> None:
        """`desk` is asked for on use."""
        self._desk = desk

    def name(self) -> str:
        """As in the domain."""
        return "action_ask_appointment_confirmed"

    @never_silent
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Domain) -> Events:
        """By what the form is filled in for."""
        purpose = Purpose(tracker.get_slot(slots.PURPOSE) or Purpose.CALLBACK)
        values: dict[str, str] = {}
        if purpose in (Purpose.VISIT, Purpose.WAITING_LIST):
            values = await asyncio.to_thread(lambda: self._visit(tracker, purpose))
        dispatcher.utter_message(response=f"utter_ask_appointment_confirmed_{purpose.value}", **values)
        return []

    def after_failure(self, tracker: Tracker) -> Events:
        """Nothing was read back, so nothing may be taken for the answer: the next message begins anew."""
        return [SlotSet(slots.REQUESTED_SLOT, slots.FORM_RUN)]

    def _visit(self, tracker: Tracker, purpose: Purpose) -> dict[str, str]:
        desk = open_desk(self._desk)
        table, clinician = desk.timetable, tracker.get_slot(slots.CLINICIAN) or ANYONE
        found = {"visit_title": table.visit_type(tracker.get_slot(slots.VISIT_TYPE)).title}
        if purpose is Purpose.WAITING_LIST:
            return found | {"visit_clinician": ANYONE_TITLE if clinician == ANYONE else table.clinician(clinician).name}
        held = desk.own(tracker.get_slot(slots.TIME) or "", tracker.sender_id)
        if held is None:
            raise BookingUnavailable("the held time cannot be found")
        start = held.slot.start.astimezone(table.zone)
        return found | {"visit_clinician": table.clinician(held.slot.clinician).name, "visit_when": in_full(start)}


async def show_times(
    desk: BookingDesk, dispatcher: CollectingDispatcher, tracker: Tracker, visit_type: str, clinician: str
) -> Events:
    """Say which times are free, with a button for each, and keep what was shown."""
    shown, finding = await asyncio.to_thread(lambda: times_to_show(desk, visit_type, clinician, shown_in(tracker)))
    names_clinician = clinician == ANYONE and len(clinicians_for(desk.timetable, visit_type)) > 1
    wanted = shown_in(tracker).wish if finding is Finding.NOTHING_FITS else shown.wish
    zone = zone_in_words(shown.times[0].start.astimezone(desk.timetable.zone)) if shown.times else ""
    is_any = finding is Finding.FITTING and wanted == ANY_TIME
    dispatcher.utter_message(
        response="utter_ask_time_any" if is_any else f"utter_ask_time_{finding.value}",
        choices=buttons_for(shown.times, desk.timetable, names_clinician=names_clinician),
        wished_times=wish_in_words(wanted),
        time_zone=zone,
    )
    return [remember(shown)]
