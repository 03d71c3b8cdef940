"""The answer to the times that were shown: one is held, or others are shown next."""

from __future__ import annotations

import contextlib
import hashlib

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import slots
from actions.guard import Events
from actions.open_desk import Desk
from actions.shown_times import remember, shown_in
from clinic.booking.appointment import Appointment
from clinic.booking.availability import TimeSlot
from clinic.booking.choices import ANYONE
from clinic.booking.choosing import Shown, choose_time
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import BookingError, TimeNotOffered, TimeTaken
from clinic.booking.purpose import Purpose
from clinic.booking.spoken_times import in_full


def time_events(
    dispatcher: CollectingDispatcher, tracker: Tracker, said: str, desk: BookingDesk, former: str | None
) -> Events:
    """What an answer at the time step sets; raises the `FieldError` of an answer that cannot be read.

    `former`: the reference of the time that was held before, if any.
    """
    clinician = tracker.get_slot(slots.CLINICIAN) or ANYONE
    choice = choose_time(desk, tracker.get_slot(slots.VISIT_TYPE), clinician, shown_in(tracker), said)
    found: Events = [SlotSet(slots.MISSES, None), remember(choice.shown)]
    if choice.clinician:
        found.append(SlotSet(slots.CLINICIAN, choice.clinician))
    if choice.waits:
        waits: Events = [SlotSet(slots.PURPOSE, Purpose.WAITING_LIST.value), SlotSet(slots.TIME, None)]
        has_address = "@" in (tracker.get_slot(slots.CONTACT) or "@")
        return [*found, *waits, *([] if has_address else [SlotSet(slots.CONTACT, None)])]
    held = desk.own(former, tracker.sender_id) if former else None
    if held is not None and choice.slot is None and choice.shown.near == held.slot.start:
        return [*found, SlotSet(slots.TIME, held.reference)]  # it is not free because this visitor has it
    if choice.slot is None:
        return [*found, SlotSet(slots.TIME, None)]
    return [*found, *_held(dispatcher, tracker, choice.slot, desk)]


def _held(dispatcher: CollectingDispatcher, tracker: Tracker, slot: TimeSlot, desk: BookingDesk) -> Events:
    picks = int(tracker.get_slot(slots.PICKS) or 0)
    key = hashlib.sha256(f"{tracker.get_slot(slots.FORM_RUN)}:{picks}:{slot}".encode()).hexdigest()
    try:
        held = _first_held(tracker, key, slot, desk)
    except (TimeTaken, TimeNotOffered) as error:
        dispatcher.utter_message(response=f"utter_booking_{error.code}")
        return [remember(Shown(near=slot.start)), SlotSet(slots.TIME, None)]
    table, slot = desk.timetable, held.slot
    dispatcher.utter_message(
        response="utter_appointment_time_held",
        visit_when=in_full(slot.start.astimezone(table.zone)),
        visit_clinician=table.clinician(slot.clinician).name,
        hold_minutes=int(table.hold.total_seconds() // 60),
    )
    return [SlotSet(slots.TIME, held.reference), SlotSet(slots.PICKS, picks + 1)]


def _first_held(tracker: Tracker, key: str, slot: TimeSlot, desk: BookingDesk) -> Appointment:
    """The hold of a time; where anyone will do, of whoever is still free then."""
    try:
        return desk.hold(key, tracker.sender_id, slot)
    except TimeTaken:
        is_anyone = tracker.get_slot(slots.CLINICIAN) in (None, ANYONE)
        others = desk.free(slot.visit_type, None, slot.start, slot.end, 9) if is_anyone else []
        same_start = [other for other in others if other.start == slot.start]
        if not same_start:
            raise
        return desk.hold(f"{key[:63]}+", tracker.sender_id, same_start[0])


def give_up_time(tracker: Tracker, desk: Desk) -> None:
    """Make the held time free for others; where that fails it is free in some minutes anyway."""
    reference = tracker.get_slot(slots.TIME)
    if not reference:
        return
    with contextlib.suppress(BookingError):
        found = desk()
        if found is not None:
            found.release(reference)
