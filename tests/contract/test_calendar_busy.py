"""What else stands in the clinic's calendar, on a real CalDAV server on loopback: nobody is booked over it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from clinic.adapters.caldav_calendar import CalDavCalendar
from clinic.booking.busy import BusyTime
from clinic.booking.mirror import MirrorFailed
from clinic.settings import CalendarSettings
from tests.contract.radicale import (
    A_WEEK_LATER,
    ORGANIZER,
    PASSWORD,
    TABLE,
    THURSDAY,
    Clinic,
    Radicale,
    clinic_with,
    entry,
    running_radicale,
    slot,
)

HTML = {"Content-Type": "text/html"}
PAGE = b"<html>Please sign in<br></html>"
EMPTY = b'<?xml version="1.0"?><multistatus xmlns="DAV:"></multistatus>'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with running_radicale(tmp_path_factory.mktemp("radicale")) as found:
        yield found


@pytest.fixture
def radicale(server: Radicale) -> Radicale:
    server.empty()
    return server


@pytest.fixture
def clinic(radicale: Radicale, tmp_path: Path) -> Iterator[Clinic]:
    with clinic_with(radicale.settings, tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    ("lines", "free", "free_a_week_later"),
    [
        ("DTSTART;TZID=America/New_York:20261029T093000\nDURATION:PT90M", "11:00", "09:00"),
        ("DTSTART;TZID=America/New_York:20261001T093000\nDURATION:PT90M\nRRULE:FREQ=WEEKLY", "11:00", "11:00"),
        ("DTSTART;TZID=America/Los_Angeles:20261001T063000\nDURATION:PT90M\nRRULE:FREQ=WEEKLY", "11:00", "11:00"),
        ("DTSTART:20261001T133000Z\nDURATION:PT90M\nRRULE:FREQ=WEEKLY", "11:00", "10:00"),
        ("DTSTART:20261029T093000\nDURATION:PT90M", "11:00", "09:00"),
        ("DTSTART;VALUE=DATE:20261029", None, "09:00"),
        ("DTSTART;VALUE=DATE:20261026\nDTEND;VALUE=DATE:20261029", "09:00", "09:00"),
        ("DTSTART;VALUE=DATE:20261026\nDTEND;VALUE=DATE:20261106", None, None),
        ("DTSTART;VALUE=DATE:20261029\nTRANSP:TRANSPARENT", "09:00", "09:00"),
        ("DTSTART;VALUE=DATE:20261029\nSTATUS:CANCELLED", "09:00", "09:00"),
    ],
    ids=[
        "once", "weekly", "weekly by another zone", "weekly in UTC", "floating", "all day", "days that end before",
        "two weeks", "marked as free", "cancelled",
    ],
)  # fmt: skip
def test_a_busy_time_is_not_offered(
    radicale: Radicale, clinic: Clinic, lines: str, free: str | None, free_a_week_later: str | None
) -> None:
    """`free`: the first start that is left on the day, and every later one with it."""
    everything = clinic.offers("a", THURSDAY)
    radicale.put("dra", "theirs", entry(lines))
    clinic.refreshes()
    for day, first in ((THURSDAY, free), (A_WEEK_LATER, free_a_week_later)):
        assert clinic.offers("a", day) == [start for start in everything if first is not None and start >= first]
        assert clinic.offers("b", day) == everything


def test_a_floating_time_on_the_edge_of_what_is_asked_for_is_found(radicale: Radicale, clinic: Clinic) -> None:
    """The server takes 09:00 for 09:00 UTC, which is hours before; it is 13:00."""
    radicale.put("dra", "theirs", entry("DTSTART:20261029T090000\nDURATION:PT1H"))
    since = slot("09:30").start
    assert clinic.calendar.busy(since, since + timedelta(hours=2)) == [
        BusyTime("a", slot("09:00").start, slot("10:00").start)
    ]


def test_an_entry_that_is_marked_as_free_later_is_offered_again(radicale: Radicale, clinic: Clinic) -> None:
    everything = clinic.offers("a", THURSDAY)
    radicale.put("dra", "theirs", entry("DTSTART;VALUE=DATE:20261029"))
    assert clinic.refreshes() == 1
    radicale.put("dra", "theirs", entry("DTSTART;VALUE=DATE:20261029\nTRANSP:TRANSPARENT"))
    assert clinic.refreshes() == 0
    assert clinic.offers("a", THURSDAY) == everything


def test_our_own_entries_are_not_busy_times(clinic: Clinic) -> None:
    """Else a visit could not be moved by a quarter of an hour, and a cancelled one would block its time."""
    visit = clinic.books(slot("09:00"))
    assert clinic.sync.push() == 1
    assert clinic.refreshes() == 0
    assert clinic.moves(visit, slot("09:15")).slot == slot("09:15")


def test_an_entry_that_cannot_be_read_hides_no_other_and_nothing_of_it_is_logged(
    radicale: Radicale, clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    radicale.put("dra", "odd", entry("DTSTART:20261029T133000Z\nDURATION:PT1H\nRRULE:FREQ=MINUTELY;COUNT=3"))
    radicale.put("drb", "good", entry("DTSTART:20261029T133000Z\nDURATION:PT1H"))
    (found,) = clinic.calendar.busy(clinic.clock.now, clinic.clock.now + timedelta(days=30))
    assert found == BusyTime("b", slot("09:30").start, slot("10:30").start)
    assert "1 entries in the calendar of a" in caplog.text
    assert not [word for word in ("Secret", "theirs", PASSWORD) if word in caplog.text]


def test_a_server_that_is_down_raises_one_error_and_what_was_known_stays(radicale: Radicale, clinic: Clinic) -> None:
    radicale.put("dra", "theirs", entry("DTSTART;VALUE=DATE:20261029"))
    clinic.refreshes()
    visit = clinic.books(slot("09:00", "b"))
    with radicale.down():
        for use in (clinic.refreshes, lambda: clinic.calendar.put(visit), lambda: clinic.calendar.remove(visit)):
            with pytest.raises(MirrorFailed, match="ConnectionError"):
                use()
    assert clinic.offers("a", THURSDAY) == []


class OddServer(HTTPServer):
    """Answers each method of HTTP as `answers` says: status, headers, body."""

    answers: dict[str, tuple[int, dict[str, str], bytes]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Odd(BaseHTTPRequestHandler):
    server: OddServer

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, body = self.server.answers.get(self.command, self.server.answers["any"])
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_DELETE = do_REPORT = do_PROPFIND = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal of the tests."""


@pytest.fixture
def odd_server() -> Iterator[OddServer]:
    found = OddServer(("127.0.0.1", 0), _Odd)
    thread = threading.Thread(target=found.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


@pytest.mark.parametrize(
    "answer",
    [
        (200, HTML, PAGE),
        (207, HTML, PAGE),
        (207, {"Content-Type": "text/xml"}, b"<?xml"),
        (404, {}, b""),
        (500, {}, b"broken"),
        (503, {"Retry-After": "600"}, b""),
    ],
    ids=["page", "page as a multistatus", "half a multistatus", "nothing there", "broken", "busy itself"],
)
@pytest.mark.parametrize("name", ["Dr. A", "/path/to/a"])
def test_an_odd_answer_is_a_failure_and_never_an_empty_calendar(
    clinic: Clinic, odd_server: OddServer, name: str, answer: tuple[int, dict[str, str], bytes]
) -> None:
    odd_server.answers = {"any": answer}
    odd = CalDavCalendar(CalendarSettings(odd_server.url), {"a": name}, TABLE, ORGANIZER)
    visit = clinic.books(slot("09:00"))
    for use in (lambda: odd.busy(clinic.clock.now, slot().end), lambda: odd.put(visit), lambda: odd.remove(visit)):
        with pytest.raises(MirrorFailed) as failure:
            use()
        assert not failure.value.is_final


@pytest.mark.parametrize(
    ("answer", "code", "is_final"),
    [
        ((302, {"Location": "/sign-in"}, b""), "TooManyRedirects", False),
        ((409, {}, b""), "status_409", False),
        ((507, {}, b""), "status_507", False),
        ((415, {}, b""), "status_415", True),
    ],
)
def test_an_entry_that_was_not_stored_is_not_taken_for_stored(
    clinic: Clinic, odd_server: OddServer, answer: tuple[int, dict[str, str], bytes], code: str, is_final: bool
) -> None:
    """A redirected PUT becomes a GET of a page for signing in, whose answer is 200."""
    odd_server.answers = {"REPORT": (207, {"Content-Type": "text/xml"}, EMPTY), "PUT": answer, "any": (200, HTML, PAGE)}
    odd = CalDavCalendar(CalendarSettings(odd_server.url), {"a": "/path/to/a"}, TABLE, ORGANIZER)
    with pytest.raises(MirrorFailed) as failure:
        odd.put(clinic.books(slot("09:00")))
    assert (failure.value.code, failure.value.is_final) == (code, is_final)
