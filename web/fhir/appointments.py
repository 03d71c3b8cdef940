"""Visits that are booked, and those that were: missed or cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from fhir.resources.R4B.resource import Resource

from clinic.adapters.fhir_resources import clinician_id, slot_id, status_code
from clinic.booking.appointment import Appointment
from web.fhir.bundles import Entry
from web.fhir.kind import BY_CLINICIAN, BY_ID, BY_SERVICE, Kind
from web.fhir.parameters import Parameter, Search

_STATUS = Parameter(
    "token", "booked, noshow or cancelled", system="http://hl7.org/fhir/appointmentstatus",
    codes=("proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error",
           "checked-in", "waitlist"),
)  # fmt: skip


class Appointments(Kind):
    """Visits as they stand in the book; which reference an id stands for can only be found by trying all."""

    name = "Appointment"
    parameters = {  # noqa: RUF012 # a constant
        "_id": BY_ID,
        "date": Parameter("date", "when it begins"),
        "status": _STATUS,
        "actor": BY_CLINICIAN,
        "service-type": BY_SERVICE,
    }

    def find(self, search: Search) -> Iterator[Entry]:
        """Those that begin in the range."""
        for visit in self._source.visits(search.during):
            is_theirs = search.allows("actor", clinician_id(visit.slot.clinician))
            is_such = search.allows("service-type", visit.slot.visit_type)
            if is_theirs and is_such and search.allows("status", status_code(visit)):
                own_id = self._source.resources.appointment_id(visit.reference)
                yield Entry(f"{visit.slot.start:%Y%m%dT%H%M}-{own_id}", own_id, partial(self._resource, visit))

    def _resource(self, visit: Appointment) -> Resource:
        slot = f"Slot/{slot_id(visit.slot)}" if self._source.takes_a_slot(visit) else None
        return self._source.resources.appointment(visit, slot)
