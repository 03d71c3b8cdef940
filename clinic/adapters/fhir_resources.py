"""Clinicians, times and appointments as FHIR R4B resources; each is checked by its model before it leaves.

What is served to integrations and what is written to the clinic's own FHIR server are the same resources with the same
identifiers; there the server gives the ids, and knows its clinicians by records of its own.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from fhir.resources.R4B.appointment import Appointment as AppointmentResource
from fhir.resources.R4B.practitioner import Practitioner
from fhir.resources.R4B.schedule import Schedule
from fhir.resources.R4B.slot import Slot

from clinic.booking.appointment import Appointment, AppointmentStatus
from clinic.booking.availability import TimeSlot
from clinic.booking.timetable import Clinician, Timetable

_OURS = "urn:x-truffles-rls:"
APPOINTMENTS, SLOTS, SCHEDULES = f"{_OURS}appointment", f"{_OURS}slot", f"{_OURS}schedule"
CLINICIANS, VISIT_TYPES = f"{_OURS}clinician", f"{_OURS}visit-type"

Json = dict[str, Any]

_STATUSES = {AppointmentStatus.BOOKED: "booked", AppointmentStatus.NO_SHOW: "noshow"}


@lru_cache(maxsize=256)
def clinician_id(clinician: str) -> str:
    """The id of a clinician's `Practitioner` and `Schedule`: FHIR allows no underscore, and 64 characters at most."""
    return hashlib.sha256(clinician.encode()).hexdigest()[:12]


def status_code(found: Appointment) -> str:
    """FHIR's word for how a visit stands."""
    return _STATUSES.get(found.status, "cancelled")


def slot_id(slot: TimeSlot) -> str:
    """The same for the same time of the same clinician and kind of visit, free or busy; ends in its start (UTC)."""
    return f"{clinician_id(slot.clinician)}-{clinician_id(slot.visit_type)}-{slot.start:%Y%m%dT%H%M}"


class FhirResources:
    """Makes resources; the reference of an appointment is a patient's proof and stands in none of them."""

    def __init__(self, timetable: Timetable, secret_key: str, *, are_practitioners_there: bool) -> None:
        """`are_practitioners_there`: clinicians are referred to as resources of ours, else by identifier and name."""
        self.timetable, self._secret = timetable, secret_key.encode()
        self._are_practitioners_there = are_practitioners_there

    def appointment_id(self, reference: str) -> str:
        """Says nothing about the reference; whoever changes SECRET_KEY changes it."""
        return hmac.new(self._secret, b"fhir appointment\x00" + reference.encode(), hashlib.sha256).hexdigest()[:32]

    def practitioner(self, clinician: Clinician) -> Practitioner:
        """A clinician: no more than the name."""
        return Practitioner.model_validate({
            "id": clinician_id(clinician.id),
            "identifier": [{"system": CLINICIANS, "value": clinician.id}],
            "active": True,
            "name": [{"text": clinician.name}],
        })  # fmt: skip

    def schedule(self, clinician: Clinician) -> Schedule:
        """A clinician's time: one for all kinds of visit, since one visit takes it from all of them."""
        kinds = [v.id for v in self.timetable.visit_types if v.id in clinician.visit_types]
        return Schedule.model_validate({
            "id": clinician_id(clinician.id),
            "identifier": [{"system": SCHEDULES, "value": clinician_id(clinician.id)}],
            "active": True,
            "serviceType": [self._service(kind) for kind in kinds],
            "actor": [self._practitioner(clinician.id)],
        })  # fmt: skip

    def slot(self, slot: TimeSlot, status: str, schedule: str) -> Slot:
        """A time; `schedule`: the reference of its `Schedule`."""
        return Slot.model_validate({
            "id": slot_id(slot),
            "identifier": [{"system": SLOTS, "value": slot_id(slot)}],
            "serviceType": [self._service(slot.visit_type)],
            "schedule": {"reference": schedule},
            "status": status,
            "start": slot.start,
            "end": slot.end,
        })  # fmt: skip

    def appointment(self, found: Appointment, slot: str | None) -> AppointmentResource:
        """A booked, missed or cancelled visit; `slot`: the reference of the `Slot` that it takes.

        Of the patient there is the name alone: why they come and how to reach them is for the clinic's staff.
        """
        is_cancelled = found.status not in _STATUSES
        participants = [self._practitioner(found.slot.clinician)]
        if found.patient is not None:
            participants.append({"type": "Patient", "display": found.patient.name})
        own_id = self.appointment_id(found.reference)
        return AppointmentResource.model_validate({
            "id": own_id,
            "identifier": [{"system": APPOINTMENTS, "value": own_id}],
            "status": status_code(found),
            "serviceType": [self._service(found.slot.visit_type)],
            "start": found.slot.start,
            "end": found.slot.end,
            "slot": [{"reference": slot}] if slot and not is_cancelled else None,
            "participant": [{"actor": actor, "status": "accepted"} for actor in participants],
        })  # fmt: skip

    def _service(self, visit_type: str) -> Json:
        titles = {v.id: v.title for v in self.timetable.visit_types}
        title = titles.get(visit_type, visit_type)  # one that the clinic does not offer any more
        return {"coding": [{"system": VISIT_TYPES, "code": visit_type, "display": title}], "text": title}

    def _practitioner(self, clinician: str) -> Json:
        names = {c.id: c.name for c in self.timetable.clinicians}
        if self._are_practitioners_there and clinician in names:
            return {"reference": f"Practitioner/{clinician_id(clinician)}", "display": names[clinician]}
        identifier = {"system": CLINICIANS, "value": clinician}
        return {"type": "Practitioner", "identifier": identifier, "display": names.get(clinician, clinician)}
