"""The clinic's calendar over CalDAV: shows the appointments, and tells when clinicians are busy otherwise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from clinic.adapters.caldav_server import CalDavServer, StoredEntry, connected
from clinic.adapters.calendar_entries import UnreadableEntry, busy_spans, uids
from clinic.adapters.calendar_file import Organizer, calendar_entry, uid_of, uid_prefix
from clinic.booking.appointment import Appointment
from clinic.booking.busy import BusyTime
from clinic.booking.timetable import Timetable
from clinic.settings import CalendarSettings

_logger = logging.getLogger(__name__)
_DAY = timedelta(days=1)


class CalDavCalendar:
    """`AppointmentMirror` and `BusyCalendar`: one calendar for each clinician who has one there."""

    def __init__(
        self,
        settings: CalendarSettings,
        calendars: Mapping[str, str],
        timetable: Timetable,
        organizer: Organizer,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`calendars`: the name or path of a calendar by the clinician's id; nothing is connected yet.

        `organizer`: the same as in letters, so that an appointment has one UID everywhere.
        """
        self._settings, self._calendars = settings, calendars
        self._timetable, self._organizer, self._now = timetable, organizer, now

    def put(self, appointment: Appointment) -> None:
        """Show an appointment in its clinician's calendar and in no other; see `AppointmentMirror`.

        Stored first, taken out of the others afterwards: at no moment is a visit nowhere.
        """
        with connected(self._settings) as server:
            home = self._calendars.get(appointment.slot.clinician)
            calendar = server.calendar(home) if home else None
            if calendar is not None:
                self._store(server, calendar, appointment)
            for other in self._addresses(server) - {calendar}:
                self._take_out(server, other, appointment)

    def remove(self, appointment: Appointment) -> None:
        """Take an appointment out of every calendar; see `AppointmentMirror`."""
        with connected(self._settings) as server:
            for calendar in self._addresses(server):
                self._take_out(server, calendar, appointment)

    def busy(self, since: datetime, until: datetime) -> list[BusyTime]:
        """Who is busy when, between two moments, our own visits not counted; see `BusyCalendar`."""
        found: set[BusyTime] = set()
        with connected(self._settings) as server:
            for clinician, name in self._calendars.items():
                # A server compares days and floating times in UTC or in a zone of its own: up to 14 hours off.
                entries = server.between(server.calendar(name), since - _DAY, until + _DAY)
                found.update(self._busy(clinician, entries, since, until))
        return sorted(found)

    def _store(self, server: CalDavServer, calendar: str, appointment: Appointment) -> None:
        """Put the entry over the one that is there, wherever that stands; one of an earlier mail domain goes."""
        uid, entries = uid_of(appointment, self._organizer), _entries(server, calendar, appointment)
        url = next((entry.url for entry in entries if uid in uids(entry.text)), self._address(calendar, appointment))
        server.store(url, calendar_entry(appointment, self._now(), self._timetable, self._organizer))
        for entry in entries:
            if entry.url != url:
                server.delete(entry.url)

    def _take_out(self, server: CalDavServer, calendar: str, appointment: Appointment) -> None:
        """Delete what can be found, and what must be there if a server finds nothing by UID."""
        found = {entry.url for entry in _entries(server, calendar, appointment)}
        for url in found | {self._address(calendar, appointment)}:
            server.delete(url)

    def _addresses(self, server: CalDavServer) -> set[str]:
        """Every calendar of ours; one that is missing raises, as nobody knows whether the entry is in it."""
        return {server.calendar(name) for name in self._calendars.values()}

    def _address(self, calendar: str, appointment: Appointment) -> str:
        """Where an entry stands that we put there."""
        return f"{calendar}{quote(uid_of(appointment, self._organizer), safe='@')}.ics"

    def _busy(
        self, clinician: str, entries: Iterable[StoredEntry], since: datetime, until: datetime
    ) -> Iterator[BusyTime]:
        unreadable = 0
        for entry in entries:
            try:
                spans = busy_spans(entry.text, since, until, self._timetable.zone)
            except UnreadableEntry:
                unreadable += 1
                continue
            yield from (BusyTime(clinician, start, end) for start, end in spans)
        if unreadable:
            _logger.warning("%d entries in the calendar of %s cannot be read: not counted", unreadable, clinician)


def _entries(server: CalDavServer, calendar: str, appointment: Appointment) -> list[StoredEntry]:
    """The entries of an appointment; looked at here too, as a server may find more than it was asked for."""
    prefix = uid_prefix(appointment)
    found = server.with_uid(calendar, prefix)
    return [entry for entry in found if any(uid.startswith(prefix) for uid in uids(entry.text))]
