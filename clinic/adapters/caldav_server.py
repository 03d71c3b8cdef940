"""A CalDAV server (RFC 4791): finds calendars, stores, deletes and reads entries; whatever fails is `MirrorFailed`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote, urljoin, urlsplit

from caldav.davclient import DAVClient
from caldav.elements import cdav, dav
from caldav.elements.base import BaseElement

from clinic.booking.mirror import MirrorFailed
from clinic.settings import CalendarSettings

_SECONDS = 20
_ICALENDAR = {"Content-Type": "text/calendar; charset=utf-8"}
_REFUSED = frozenset({400, 413, 415})  # the entry is at fault; any other answer the clinic can mend, or it passes


@dataclass(frozen=True)
class StoredEntry:
    """An entry of a calendar: its address, and what it is in iCalendar."""

    url: str
    text: str


@contextmanager
def connected(settings: CalendarSettings) -> Iterator[CalDavServer]:
    """A connection for one use; what fails within it, here or there, is `MirrorFailed`."""
    logging.getLogger("caldav").setLevel(logging.CRITICAL)  # its warnings quote what stands in the calendar
    try:
        with DAVClient(
            settings.url, username=settings.user, password=settings.password, timeout=_SECONDS, enable_rfc6764=False
        ) as client:
            # A redirected PUT becomes a GET, whose answer would look as if the entry had been stored.
            client.session.max_redirects = 0
            yield CalDavServer(client)
    except MirrorFailed:
        raise
    # Whichever of its five libraries an odd answer breaks. Not chained: their errors quote what was sent.
    except Exception as error:
        raise MirrorFailed(type(error).__name__) from None


class CalDavServer:
    """What a calendar needs of its server; made by `connected`."""

    def __init__(self, client: DAVClient) -> None:
        """`client` is open."""
        self._client = client

    def calendar(self, name: str) -> str:
        """The address of a calendar, by the name it is shown with, the last part of its address, or its path.

        Raises `MirrorFailed` where there is none of this name, or more than one.
        """
        if "/" in name:
            return urljoin(str(self._client.url), name.rstrip("/") + "/")
        found = self._calendars.get(name, set())
        if len(found) != 1:
            raise MirrorFailed(f"{'calendar_ambiguous' if found else 'calendar_not_found'}: {name}")
        return next(iter(found))

    def store(self, url: str, entry: bytes) -> None:
        """Put an entry where it belongs, over the one that is there."""
        self._expect(self._client.put(url, entry.decode(), _ICALENDAR).status, {200, 201, 204})

    def delete(self, url: str) -> None:
        """Take an entry away; none there is no error."""
        self._expect(self._client.delete(url).status, {200, 202, 204, 404, 410})

    def with_uid(self, calendar: str, part: str) -> list[StoredEntry]:
        """The events of a calendar in whose UID this occurs."""
        return self._query(calendar, cdav.PropFilter("UID") + cdav.TextMatch(part))

    def between(self, calendar: str, since: datetime, until: datetime) -> list[StoredEntry]:
        """The events of a calendar that happen between two moments, those that recur unexpanded."""
        return self._query(calendar, cdav.TimeRange(since, until))

    def _query(self, calendar: str, wanted: BaseElement) -> list[StoredEntry]:
        events = cdav.CompFilter("VCALENDAR") + (cdav.CompFilter("VEVENT") + wanted)
        query = cdav.CalendarQuery() + (dav.Prop() + cdav.CalendarData()) + (cdav.Filter() + events)
        answer = self._client.report(calendar, str(query), depth=1)
        if answer.status == 404:
            raise MirrorFailed(f"calendar_not_found: {urlsplit(calendar).path}")
        self._expect(answer.status, {207})
        if answer.tree is None:  # a page for people is no empty calendar
            raise MirrorFailed("no_multistatus")
        # Addresses come back unquoted, and without the server.
        return [
            StoredEntry(urljoin(calendar, quote(found.href, safe="/@")), found.calendar_data)
            for found in answer.parse_calendar_query()
            if found.calendar_data
        ]

    @cached_property
    def _calendars(self) -> dict[str, set[str]]:
        """The addresses of all calendars of this user, by both names of each."""
        found: dict[str, set[str]] = {}
        for calendar in self._client.get_calendars():
            for name in (calendar.get_display_name(), calendar.id):
                found.setdefault(str(name), set()).add(str(calendar.url))
        return found

    def _expect(self, status: int, good: set[int]) -> None:
        if status not in good:
            raise MirrorFailed(f"status_{status}", is_final=status in _REFUSED)
