"""How the day's pages say things to staff."""

from __future__ import annotations

from clinic.booking.appointment import Appointment, AppointmentStatus, EventState
from clinic.booking.timetable import Timetable
from clinic.booking.visit_notes import Deed
from clinic.intake import ContactKind

STATUSES = {
    AppointmentStatus.BOOKED: ("Booked", "badge-ok"),
    AppointmentStatus.CANCELLED: ("Cancelled", ""),
    AppointmentStatus.NO_SHOW: ("Did not come", "badge-warn"),
    AppointmentStatus.HELD: ("Being booked", ""),
    AppointmentStatus.EXPIRED: ("Not booked", ""),
}

DEEDS = {
    Deed.BOOKED: "Booked",
    Deed.MOVED: "Moved",
    Deed.CANCELLED: "Cancelled",
    Deed.NO_SHOW: "Marked: did not come",
    Deed.CAME: "Mark taken back: the patient came",
}

LETTERS = {
    EventState.WAITING: "Mail will be sent",
    EventState.SENDING: "Mail is being sent",
    EventState.SENT: "Mail sent",
    EventState.DROPPED: "No mail",
    EventState.DEAD: "Mail could not be sent: call the patient",
}

FIELDS = {
    "name_missing": "Type the patient's name.",
    "name_too_long": "The name is too long. 100 letters at most.",
    "contact_missing": "Type a phone number or an e-mail address.",
    "email_invalid": "No mail can reach this address. Check it letter by letter.",
    "phone_invalid": "Nobody can be called at this number. Check the digits.",
    "phone_incomplete": "The phone number needs its area code.",
    "reason_too_long": "The reason is too long. 200 letters at most.",
}

REFUSALS = {
    "time_taken": "Somebody else has just taken this time. Choose another one.",
    "time_not_offered": "This time cannot be booked any more. Choose another one.",
    "hold_expired": "The time was kept for a few minutes only, and somebody else has it now. Choose another one.",
    "appointment_not_found": "This visit is over or cancelled.",
    "key_reused": "This page was used for another time already. Choose the time again.",
}

_CATEGORIES = {
    "heart_lungs": "Chest pain or trouble breathing",
    "bleeding": "Heavy bleeding",
    "cauda_equina": "Numb saddle area, bladder or bowel trouble",
    "collapse": "Collapse or fainting",
    "limb": "Cold, pale or numb leg",
    "overdose": "Too much medicine taken",
    "sedation": "Cannot be woken, too sleepy",
    "stroke": "Signs of a stroke",
    "suicide": "Thoughts of suicide or self-harm",
    "violence": "Violence at home",
    "clot": "Signs of a blood clot",
    "impulse": "Urges that cannot be stopped (medicine)",
    "infection": "Signs of an infection",
    "low_mood": "Very low mood",
    "pregnancy": "Pregnancy with warning signs",
    "sleep_attack": "Falls asleep suddenly",
    "swelling": "New swelling",
    "weakness": "New weakness",
    "withdrawal": "Stopped a medicine suddenly",
}
LEVELS = {"emergency": ("Emergency", "badge-danger"), "urgent": ("Urgent: care today", "badge-warn")}


def category(name: str) -> str:
    """What an alarm was about."""
    return _CATEGORIES.get(name, name.replace("_", " ").capitalize())


def clinician_name(table: Timetable, clinician: str) -> str:
    """The name; the id of one that no schedule knows any more."""
    return next((c.name for c in (*table.clinicians, *table.former_clinicians) if c.id == clinician), clinician)


def visit_title(table: Timetable, visit_type: str) -> str:
    """The kind of visit."""
    return next((v.title for v in (*table.visit_types, *table.former_visit_types) if v.id == visit_type), visit_type)


def hears_by(visit: Appointment) -> str:
    """How the patient learns of a change."""
    if visit.patient is None:
        return ""
    if visit.patient.contact.kind is ContactKind.EMAIL:
        return "The patient gets a mail about it."
    return "The patient left a phone number and gets no mail: call them."
