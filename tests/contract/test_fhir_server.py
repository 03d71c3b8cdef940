"""Visits on FHIR servers that others wrote: one Appointment each, whatever is repeated, interrupted or reordered."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from fhir.resources.R4B import get_fhir_model_class

from clinic.adapters.fhir_resources import APPOINTMENTS, FhirResources
from clinic.adapters.fhir_server import FhirServer
from clinic.booking.appointment import Appointment, AppointmentStatus, Patient
from clinic.booking.availability import TimeSlot
from clinic.booking.mirror import AppointmentMirror, MirrorFailed
from clinic.booking.model import new_reference
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.intake import Contact, ContactKind
from clinic.settings import FhirSettings
from tests.peers import fhir_servers
from tests.processes import free_port

SECRET = "s" * 40
TABLE = Timetable(
    zone=ZoneInfo("America/New_York"), hours={0: (OpenInterval(time(9), time(12)),)},
    clinicians=tuple(
        Clinician(one, name, frozenset({"first"}))
        for one, name in {"dr_a": "Dr. A", "dr_b": "Dr. B", "new_here": "Dr. New"}.items()
    ),
    visit_types=(VisitType("first", "First visit", timedelta(minutes=40)),),
)  # fmt: skip
ANN = Patient("Ann Example", Contact(ContactKind.EMAIL, "ann@example.org"), "restless legs")
EIGHT = datetime(2026, 12, 7, 13, 0, tzinfo=UTC)


class Peer:
    """A FHIR server as its own users see it."""

    def __init__(self, url: str) -> None:
        self.settings = FhirSettings(url)
        self.http = httpx.Client(base_url=url, timeout=10)

    def mirror(self, client: httpx.Client | None = None) -> AppointmentMirror:
        return FhirServer(self.settings, TABLE, SECRET, client)

    def all(self, kind: str, **wanted: str) -> list[dict[str, Any]]:
        bundle = self.http.get(f"/{kind}", params=wanted).raise_for_status().json()
        return [entry["resource"] for entry in bundle.get("entry", [])]

    def of(self, visit: Appointment) -> dict[str, Any]:
        """The one Appointment of a visit."""
        own_id = FhirResources(TABLE, SECRET, are_practitioners_there=False).appointment_id(visit.reference)
        (found,) = self.all("Appointment", identifier=f"{APPOINTMENTS}|{own_id}")
        return found

    def slot_of(self, visit: Appointment) -> dict[str, Any]:
        """The Slot that the Appointment of a visit names."""
        (named,) = self.of(visit)["slot"]
        return self.http.get(f"/{named['reference']}").raise_for_status().json()

    def slots(self, visit: Appointment) -> list[tuple[datetime, str]]:
        """Start and status of every Slot of a visit's clinician."""
        whose = self.slot_of(visit)["schedule"]["reference"]
        return sorted((datetime.fromisoformat(s["start"]), s["status"]) for s in self.all("Slot", schedule=whose))


@pytest.fixture(scope="module")
def fhirstarter() -> Iterator[str]:
    with fhir_servers.fhirstarter() as url:
        yield url


@pytest.fixture(scope="module")
def medplum() -> Iterator[str]:
    with fhir_servers.medplum() as url:
        yield url


@pytest.fixture(params=["fhirstarter", "medplum"])
def peer(request: pytest.FixtureRequest) -> Peer:
    return Peer(request.getfixturevalue(request.param))


@pytest.fixture
def careful_peer(medplum: str) -> Peer:
    """A server that knows conditional requests and versions."""
    return Peer(medplum)


_days = iter(range(1000))


@pytest.fixture
def day() -> datetime:
    """A day that no other test uses."""
    return EIGHT + timedelta(days=next(_days))


def visit(start: datetime, clinician: str = "dr_a", **changes: Any) -> Appointment:
    slot = TimeSlot(start, start + timedelta(minutes=40), clinician, "first")
    content = {"reference": new_reference(), "hold_key": "k", "sender": "s", "slot": slot, "held_until": EIGHT,
               "status": AppointmentStatus.BOOKED, "created_at": EIGHT, "patient": ANN, **changes}  # fmt: skip
    return Appointment(**content)


def moved(found: Appointment, start: datetime, clinician: str = "dr_a") -> Appointment:
    slot = TimeSlot(start, start + timedelta(minutes=40), clinician, "first")
    return replace(found, slot=slot, sequence=found.sequence + 1)


def cancelled(found: Appointment) -> Appointment:
    return replace(found, status=AppointmentStatus.CANCELLED, sequence=found.sequence + 1)


def statuses(peer: Peer, found: Appointment, *starts: datetime) -> list[str]:
    return [status for start, status in peer.slots(found) if start in starts]


def test_a_booked_visit_is_an_appointment_that_takes_a_busy_slot(peer: Peer, day: datetime) -> None:
    found = visit(day)
    peer.mirror().put(found)
    there, slot = peer.of(found), peer.slot_of(found)
    assert (there["status"], slot["status"]) == ("booked", "busy")
    assert datetime.fromisoformat(there["start"]) == datetime.fromisoformat(slot["start"]) == day
    assert datetime.fromisoformat(there["end"]) == day + timedelta(minutes=40)
    assert [p["actor"]["display"] for p in there["participant"]] == ["Dr. A", "Ann Example"]
    schedule = peer.http.get(f"/{slot['schedule']['reference']}").raise_for_status().json()
    assert schedule["actor"][0]["display"] == "Dr. A"
    for resource in (there, slot, schedule):
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_neither_reference_nor_contact_nor_reason_gets_there(peer: Peer, day: datetime) -> None:
    found = visit(day)
    peer.mirror().put(found)
    told = json.dumps([peer.all(kind) for kind in fhir_servers.TYPES])
    for secret in (found.reference, found.reference.lower(), "ann@example.org", "restless legs"):
        assert secret not in told


def test_the_same_visit_pushed_again_is_still_one(peer: Peer, day: datetime) -> None:
    found = visit(day)
    for _ in range(3):
        peer.mirror().put(found)
    assert peer.of(found)["status"] == "booked"  # `of` wants exactly one
    assert statuses(peer, found, day) == ["busy"]


def test_every_visit_of_a_clinician_is_in_one_schedule(peer: Peer, day: datetime) -> None:
    first, second, other = visit(day), visit(day + timedelta(hours=1)), visit(day, clinician="dr_b")
    for found in (first, second, other):
        peer.mirror().put(found)
    whose = [peer.slot_of(found)["schedule"]["reference"] for found in (first, second, other)]
    assert whose[0] == whose[1] != whose[2]
    actors = [schedule["actor"][0]["display"] for schedule in peer.all("Schedule")]
    assert actors.count("Dr. A") == actors.count("Dr. B") == 1


def test_a_visit_that_moves_is_the_same_appointment_and_frees_its_slot(peer: Peer, day: datetime) -> None:
    found, later = visit(day), day + timedelta(hours=2)
    peer.mirror().put(found)
    before = peer.of(found)["id"]
    now = moved(found, later)
    peer.mirror().put(now)
    peer.mirror().put(now)
    assert peer.of(now)["id"] == before
    assert datetime.fromisoformat(peer.of(now)["start"]) == later
    assert statuses(peer, now, day, later) == ["free", "busy"]


def test_a_visit_that_moves_to_another_clinician_leaves_the_first_ones_time_free(peer: Peer, day: datetime) -> None:
    found, stays = visit(day), visit(day + timedelta(hours=3))
    peer.mirror().put(found)
    peer.mirror().put(stays)
    now = moved(found, day, clinician="dr_b")
    peer.mirror().put(now)
    assert statuses(peer, now, day) == ["busy"]
    assert statuses(peer, stays, day, stays.slot.start) == ["free", "busy"]


def test_a_cancelled_visit_stays_as_cancelled_and_its_slot_is_free(peer: Peer, day: datetime) -> None:
    found, stays = visit(day), visit(day + timedelta(hours=3))
    peer.mirror().put(found)
    peer.mirror().put(stays)
    for _ in range(2):
        peer.mirror().remove(cancelled(found))
    assert peer.of(found)["status"] == "cancelled"
    assert "slot" not in peer.of(found)
    assert statuses(peer, stays, day) == ["free"]


def test_who_did_not_come_is_a_noshow_there(peer: Peer, day: datetime) -> None:
    found = visit(day)
    peer.mirror().put(found)
    peer.mirror().put(replace(found, status=AppointmentStatus.NO_SHOW, sequence=1))
    assert peer.of(found)["status"] == "noshow"
    assert statuses(peer, found, day) == ["busy"]


def test_a_visit_that_never_got_there_is_not_made_to_be_cancelled(peer: Peer, day: datetime) -> None:
    before = len(peer.all("Appointment"))
    peer.mirror().remove(cancelled(visit(day)))
    assert len(peer.all("Appointment")) == before


def test_a_slot_that_was_freed_is_taken_again_by_the_next_visit(peer: Peer, day: datetime) -> None:
    first, second = visit(day), visit(day)
    peer.mirror().put(first)
    peer.mirror().remove(cancelled(first))
    peer.mirror().put(second)
    assert statuses(peer, second, day) == ["busy"]


def test_a_late_cancellation_does_not_free_a_slot_that_is_anothers_by_now(peer: Peer, day: datetime) -> None:
    first, second = visit(day), visit(day)
    peer.mirror().put(first)
    peer.mirror().put(second)
    peer.mirror().remove(cancelled(first))
    assert peer.of(first)["status"] == "cancelled"
    assert statuses(peer, second, day) == ["busy"]


def test_what_the_clinic_added_there_stays(peer: Peer, day: datetime) -> None:
    found = visit(day)
    peer.mirror().put(found)
    there = peer.of(found)
    own = {"system": "urn:example:clinic", "value": "1"}
    there |= {"comment": "Room 2", "identifier": [own, *there["identifier"]]}
    peer.http.put(f"/Appointment/{there['id']}", json=there).raise_for_status()
    peer.mirror().put(moved(found, day + timedelta(hours=2)))
    assert (peer.of(found)["comment"], own in peer.of(found)["identifier"]) == ("Room 2", True)
    assert datetime.fromisoformat(peer.of(found)["start"]) == day + timedelta(hours=2)


class Interrupted(Exception):
    """The process ends here."""


def interrupting(after: int) -> httpx.Client:
    """A client whose process ends after so many requests."""
    sent = []

    def count(request: httpx.Request) -> None:
        sent.append(request)
        if len(sent) > after:
            raise Interrupted

    return httpx.Client(event_hooks={"request": [count]})


def done(act: Callable[[AppointmentMirror], None], peer: Peer, after: int) -> bool:
    """Whether it got done with a client that stands no more than so many requests."""
    try:
        act(peer.mirror(interrupting(after)))
    except Interrupted:
        return False
    return True


def test_wherever_it_is_interrupted_beginning_anew_ends_well(peer: Peer, day: datetime) -> None:
    found, stays = visit(day), visit(day + timedelta(hours=3))
    peer.mirror().put(stays)
    now = moved(found, day + timedelta(hours=1))
    steps = [lambda m: m.put(found), lambda m: m.put(now), lambda m: m.remove(cancelled(now))]
    seen = [["busy"], ["free", "busy"], ["free", "free"]]
    for step, expected in zip(steps, seen, strict=True):
        after = 0
        while not done(step, peer, after):
            after += 1
        assert after > 4
        step(peer.mirror())
        assert statuses(peer, stays, day, now.slot.start) == expected
    assert peer.of(found)["status"] == "cancelled"


def test_a_visit_booked_while_its_slot_is_being_freed_keeps_it(careful_peer: Peer, day: datetime) -> None:
    """Whoever frees looks first whether somebody else is there; here somebody comes just after that look."""
    first, second, came = visit(day), visit(day), []
    careful_peer.mirror().put(first)

    def come(request: httpx.Request) -> None:
        if request.method == "PUT" and b'"free"' in request.content and not came:
            came.append(request)
            careful_peer.mirror().put(second)

    careful_peer.mirror(httpx.Client(event_hooks={"request": [come]})).remove(cancelled(first))
    assert came
    assert careful_peer.of(first)["status"] == "cancelled"
    assert statuses(careful_peer, second, day) == ["busy"]


def test_a_slot_that_is_freed_just_before_the_next_visit_can_be_seen_is_busy_in_the_end(
    peer: Peer, day: datetime
) -> None:
    first, second, came = visit(day), visit(day), []
    peer.mirror().put(first)

    def free(request: httpx.Request) -> None:
        if request.url.path.startswith("/Appointment") and request.method == "POST" and not came:
            came.append(request)
            peer.mirror().remove(cancelled(first))

    peer.mirror(httpx.Client(event_hooks={"request": [free]})).put(second)
    assert came
    assert statuses(peer, second, day) == ["busy"]


def test_two_who_create_at_once_make_one(careful_peer: Peer, day: datetime) -> None:
    found, came = visit(day, clinician="new_here"), []

    def come(request: httpx.Request) -> None:
        if request.method == "POST" and request.url.path not in came:
            came.append(request.url.path)
            careful_peer.mirror().put(found)

    careful_peer.mirror(httpx.Client(event_hooks={"request": [come]})).put(found)
    assert came
    assert statuses(careful_peer, found, day) == ["busy"]
    actors = [schedule["actor"][0]["display"] for schedule in careful_peer.all("Schedule")]
    assert actors.count("Dr. New") == 1


def test_a_server_that_is_down_is_asked_again_later(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server = FhirServer(FhirSettings(f"http://127.0.0.1:{free_port()}"), TABLE, SECRET)
    for act in (server.put, server.remove):
        with pytest.raises(MirrorFailed) as failure:
            act(visit(EIGHT))
        assert (failure.value.code, failure.value.is_final) == ("ConnectError", False)
    assert "Ann" not in caplog.text


def test_the_token_is_shown_and_a_wrong_one_can_be_mended() -> None:
    found = visit(EIGHT)
    with fhir_servers.fhirstarter(token="open-sesame") as url:
        FhirServer(FhirSettings(url, "open-sesame"), TABLE, SECRET).put(found)
        for token in (None, "wrong"):
            with pytest.raises(MirrorFailed) as failure:
                FhirServer(FhirSettings(url, token), TABLE, SECRET).put(found)
            assert (failure.value.code, failure.value.is_final) == ("http_401", False)


@pytest.mark.parametrize(
    ("status", "is_final"),
    [(400, True), (405, True), (422, True), (404, False), (409, False), (429, False), (500, False), (503, False)],
)
def test_what_will_be_refused_tomorrow_too_is_final(
    caplog: pytest.LogCaptureFixture, status: int, is_final: bool
) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, text=f"what you sent was {request.content!r}")

    caplog.set_level(logging.DEBUG)
    client = httpx.Client(transport=httpx.MockTransport(refuse))
    with pytest.raises(MirrorFailed) as failure:
        FhirServer(FhirSettings("http://127.0.0.1:9"), TABLE, SECRET, client).put(visit(EIGHT))
    assert (failure.value.code, failure.value.is_final) == (f"http_{status}", is_final)
    assert "Ann" not in caplog.text


STRANGE = [
    "<html>", "[]", "{}", '{"resourceType": "Slot"}', "", '{"resourceType": "Bundle", "entry": "x"}', "null",
    '{"resourceType": "Bundle", "entry": [null, 5, {"resource": 5}, {"resource": {"resourceType": "Slot"}}]}',
]  # fmt: skip


@pytest.mark.parametrize("answer", STRANGE)
def test_an_answer_that_is_not_fhir_is_a_failure_that_can_be_mended(answer: str) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, text=answer)))
    with pytest.raises(MirrorFailed) as failure:
        FhirServer(FhirSettings("http://127.0.0.1:9"), TABLE, SECRET, client).put(visit(EIGHT))
    assert not failure.value.is_final


def test_the_lock_of_the_node_server_names_no_registry() -> None:
    lock = Path(fhir_servers.__file__).parent / "medplum/package-lock.json"
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    assert "://" not in lock.read_text("utf-8")
    assert all("integrity" in package for name, package in packages.items() if name)
