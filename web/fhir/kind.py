"""What every resource type that is served has in common: how it is searched, how one is read, where it comes from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from fhir.resources.R4B.resource import Resource

from clinic.adapters.fhir_resources import VISIT_TYPES, FhirResources
from clinic.booking.appointment import Appointment, AppointmentStatus
from clinic.booking.desk import BookingDesk
from clinic.booking.ports import AppointmentBook
from clinic.booking.timetable import Timetable
from web.fhir.bundles import Entry
from web.fhir.dates import EVER, Range
from web.fhir.parameters import Parameter, Search

# Older visits are the business of the clinic's own records; and a read looks through all that are served.
SERVED_FOR = timedelta(days=366)

BY_ID = Parameter("token", "id of the resource")
BY_SERVICE = Parameter("token", "kind of visit", system=VISIT_TYPES)
BY_CLINICIAN = Parameter("reference", "the clinician", target="Practitioner")


@dataclass(frozen=True)
class Source:
    """Where everything comes from."""

    resources: FhirResources
    desk: BookingDesk
    book: AppointmentBook
    now: Callable[[], datetime]

    @property
    def timetable(self) -> Timetable:
        """The clinic's clinicians and kinds of visit."""
        return self.desk.timetable

    def visits(self, wanted: Range) -> list[Appointment]:
        """Visits that begin in a range, cancelled ones among them, as far back as they are served."""
        served = wanted.within(Range(self.now() - SERVED_FOR, EVER.until))
        return self.book.between(served.since, served.until)

    def takes_a_slot(self, visit: Appointment) -> bool:
        """Whether a visit keeps a time busy; not one of a clinician who has left, and with whom the `Schedule` has."""
        is_with_us = visit.slot.clinician in {c.id for c in self.timetable.clinicians}
        return is_with_us and visit.status is not AppointmentStatus.CANCELLED


class Kind(ABC):
    """A resource type."""

    name: ClassVar[str]
    parameters: ClassVar[Mapping[str, Parameter]]

    def __init__(self, source: Source) -> None:
        self._source = source

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return self._source.timetable.zone

    @abstractmethod
    def find(self, search: Search) -> Iterator[Entry]:
        """Everything that matches (`_id` aside), in any order."""

    def read(self, id_: str) -> Resource | None:
        """The one with this id."""
        return next((entry.make() for entry in self.find(Search()) if entry.id == id_), None)
