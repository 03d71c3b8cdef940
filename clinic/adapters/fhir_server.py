"""The clinic's own FHIR R4B server: every visit as an Appointment there, with the Slot that it takes.

Everything is looked for by identifiers of ours before it is written: a repeat changes, it never adds. What is new is
created on the condition that it is still not there.
"""

from __future__ import annotations

import httpx
from fhir.resources.R4B.resource import Resource

from clinic.adapters.fhir_client import FhirClient, Json, as_json, identifiers, objects_in, reference_to
from clinic.adapters.fhir_resources import APPOINTMENTS, SCHEDULES, SLOTS, FhirResources, clinician_id, slot_id
from clinic.booking.appointment import Appointment
from clinic.booking.availability import TimeSlot
from clinic.booking.mirror import MirrorFailed
from clinic.booking.timetable import Timetable
from clinic.settings import FhirSettings

_TRIES = 5


class FhirServer:
    """`AppointmentMirror` over FHIR's REST."""

    def __init__(
        self, settings: FhirSettings, timetable: Timetable, secret_key: str, client: httpx.Client | None = None
    ) -> None:
        """`secret_key`: the identifiers of appointments are made with it. Nothing is connected yet."""
        self._resources = FhirResources(timetable, secret_key, are_practitioners_there=False)
        self._timetable, self._server = timetable, FhirClient(settings, client)

    def put(self, appointment: Appointment) -> None:
        """Show a booked visit as it is now; see `AppointmentMirror`.

        The old slot is freed before the appointment there forgets it: after an interruption all is done anew.
        """
        taken = self._busy(appointment.slot)
        known = self._known(appointment)
        self._free_slots(known, but=taken)
        self._write(self._resources.appointment(appointment, taken), known)
        # Once more: whoever frees this slot right now, and did not see the visit yet, finds the slot changed.
        self._busy(appointment.slot)

    def remove(self, appointment: Appointment) -> None:
        """Show a visit as cancelled and its slot as free; see `AppointmentMirror`."""
        known = self._known(appointment)
        if known is not None:
            self._free_slots(known)
            self._write(self._resources.appointment(appointment, None), known)

    def _known(self, appointment: Appointment) -> Json | None:
        return self._server.find("Appointment", APPOINTMENTS, self._resources.appointment_id(appointment.reference))

    def _busy(self, slot: TimeSlot) -> str:
        """The reference of a slot, which is busy now."""
        known = self._server.find("Slot", SLOTS, slot_id(slot))
        return self._write(self._resources.slot(slot, "busy", self._schedule(slot.clinician)), known)

    def _schedule(self, clinician: str) -> str:
        """The reference of a clinician's schedule; one that is there stays as the clinic has it."""
        known = self._server.find("Schedule", SCHEDULES, clinician_id(clinician))
        if known is not None:
            return reference_to(known)
        return self._server.create(self._resources.schedule(self._timetable.clinician(clinician)))[0]

    def _write(self, resource: Resource, known: Json | None) -> str:
        """Create a resource or bring the known one up to date; its reference there."""
        if known is None:
            reference, is_new = self._server.create(resource)
            known = None if is_new else self._server.read(reference)
            if known is None:
                return reference
        body = as_json(resource)
        # What the clinic added there stays, its own identifiers too; a slot that is not taken any more does not.
        kept = {name: value for name, value in known.items() if name != "slot"}
        self._server.replace(known, {**kept, **body, "identifier": known["identifier"]})
        return reference_to(known)

    def _free_slots(self, appointment: Json | None, but: str = "") -> None:
        """Free what an appointment took there so far, as far as it is ours, and nobody else's by now."""
        if appointment is None:
            return
        for entry in objects_in(appointment, "slot"):
            reference = "/".join(str(entry.get("reference", "")).split("/")[-2:])
            if reference.startswith("Slot/") and reference != but:
                self._free(reference, appointment)

    def _free(self, reference: str, appointment: Json) -> None:
        for _ in range(_TRIES):
            slot = self._server.read(reference)
            if slot is None or not identifiers(slot, SLOTS) or self._is_anothers(reference, appointment):
                return
            if self._server.replace(slot, {**slot, "status": "free"}, if_unchanged=True):
                return
        raise MirrorFailed("changes_all_the_time")

    def _is_anothers(self, reference: str, appointment: Json) -> bool:
        """Whether a slot is taken by another appointment than this."""
        found = self._server.search("Appointment", {"slot": reference, "status": "booked"})
        others = [one for one in found if one["id"] != appointment["id"] and one.get("status") == "booked"]
        taken = [str(entry.get("reference", "")) for other in others for entry in objects_in(other, "slot")]
        return any(f"/{one}".endswith(f"/{reference}") for one in taken)
