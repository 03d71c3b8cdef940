"""Who sees patients, and whose time it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from clinic.adapters.fhir_resources import clinician_id
from web.fhir.bundles import Entry
from web.fhir.kind import BY_CLINICIAN, BY_ID, BY_SERVICE, Kind
from web.fhir.parameters import Search


class Practitioners(Kind):
    """The clinicians of the timetable."""

    name = "Practitioner"
    parameters = {"_id": BY_ID}  # noqa: RUF012 # a constant

    def find(self, search: Search) -> Iterator[Entry]:
        """All of them."""
        for one in self._source.timetable.clinicians:
            own_id = clinician_id(one.id)
            yield Entry(own_id, own_id, partial(self._source.resources.practitioner, one))


class Schedules(Kind):
    """One for each clinician."""

    name = "Schedule"
    parameters = {"_id": BY_ID, "actor": BY_CLINICIAN, "service-type": BY_SERVICE}  # noqa: RUF012 # a constant

    def find(self, search: Search) -> Iterator[Entry]:
        """Those of a clinician, or where a kind of visit is given."""
        for one in self._source.timetable.clinicians:
            own_id = clinician_id(one.id)
            if search.allows("actor", own_id) and search.allows("service-type", *one.visit_types):
                yield Entry(own_id, own_id, partial(self._source.resources.schedule, one))
