"""Times that can be booked, and times that are. One that somebody is choosing right now is neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from fhir.resources.R4B.resource import Resource

from clinic.adapters.fhir_resources import clinician_id, slot_id
from clinic.booking.availability import TimeSlot
from web.fhir.bundles import Entry
from web.fhir.dates import EVER, Range
from web.fhir.kind import BY_ID, BY_SERVICE, Kind
from web.fhir.parameters import Parameter, Search

_ID = re.compile(r"[0-9a-f]{12}-[0-9a-f]{12}-(\d{8}T\d{4})", re.ASCII)
_ALL = 1_000_000
_STATUS = Parameter(
    "token", "free or busy", system="http://hl7.org/fhir/slotstatus",
    codes=("busy", "free", "busy-unavailable", "busy-tentative", "entered-in-error"),
)  # fmt: skip


class Slots(Kind):
    """Free times as the desk offers them, busy ones as they stand in the book."""

    name = "Slot"
    parameters = {  # noqa: RUF012 # a constant
        "_id": BY_ID,
        "schedule": Parameter("reference", "whose time", target="Schedule"),
        "start": Parameter("date", "when it begins"),
        "status": _STATUS,
        "service-type": BY_SERVICE,
    }

    def find(self, search: Search) -> Iterator[Entry]:
        """Free ones first: what is booked between the two looks is there twice, and the latter counts."""
        if search.allows("status", "free"):
            yield from (self._entry(slot, "free") for slot in self._free(search))
        if search.allows("status", "busy"):
            taken = [v.slot for v in self._source.visits(search.during) if self._source.takes_a_slot(v)]
            yield from (self._entry(slot, "busy") for slot in taken if _is_wanted(search, slot))

    def read(self, id_: str) -> Resource | None:
        """A time by its id, which ends in its start."""
        start = _start(id_)
        if start is None:
            return None
        during = EVER.within(Range(start, start + timedelta(minutes=1)))
        entries = [entry for entry in self.find(Search(during=during)) if entry.id == id_]
        return entries[-1].make() if entries else None

    def _free(self, search: Search) -> Iterator[TimeSlot]:
        since, until = search.during.since, search.during.until
        for kind in self._source.timetable.visit_types:
            if search.allows("service-type", kind.id):
                found = self._source.desk.free(kind.id, None, since, until, _ALL)
                yield from (slot for slot in found if _is_wanted(search, slot))

    def _entry(self, slot: TimeSlot, status: str) -> Entry:
        own_id, schedule = slot_id(slot), f"Schedule/{clinician_id(slot.clinician)}"
        make = partial(self._source.resources.slot, slot, status, schedule)
        return Entry(f"{slot.start:%Y%m%dT%H%M}-{own_id}", own_id, make)


def _is_wanted(search: Search, slot: TimeSlot) -> bool:
    is_theirs = search.allows("schedule", clinician_id(slot.clinician))
    return is_theirs and search.allows("service-type", slot.visit_type)


def _start(id_: str) -> datetime | None:
    written = _ID.fullmatch(id_)
    try:
        return datetime.strptime(written[1], "%Y%m%dT%H%M").replace(tzinfo=UTC) if written else None
    except ValueError:
        return None
