"""FHIR as an integration reads it: real HTTP, a real SQLite file; FHIR servers of others judge what is served."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from fhir.resources.R4B import get_fhir_model_class

from clinic.adapters.fhir_resources import VISIT_TYPES
from clinic.adapters.memory import MemoryAttempts
from clinic.adapters.sql.appointments import SqlAppointmentBook
from clinic.adapters.sql.engine import open_engine
from clinic.booking.appointment import Appointment
from clinic.booking.availability import TimeSlot
from clinic.booking.desk import BookingDesk
from clinic.booking.errors import BookingUnavailable
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.settings import ROOT, load_settings
from tests.peers import fhir_servers
from tests.serving import Served
from tests.web.conftest import KEY
from web.chat.wording import Wording
from web.errors import install_error_handlers
from web.fhir.routes import fhir_routes
from web.limits import RateLimit

PAGE = ROOT / "docs/how-to/read-the-schedule-over-fhir.md"
PUBLIC = "https://clinic.example"
BASE = f"{PUBLIC}/fhir"
TABLE = Timetable(
    zone=ZoneInfo("America/New_York"), hours=dict.fromkeys(range(5), (OpenInterval(time(9), time(12)),)),
    clinicians=(Clinician("dr_a", "Dr. A", frozenset({"first"})),
                Clinician("dr_b", "Dr. B", frozenset({"first", "scan"}))),
    visit_types=(VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=10)),
                 VisitType("scan", "Vein ultrasound", timedelta(minutes=30))),
    horizon=timedelta(days=5),
)  # fmt: skip
NOW = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
TEN = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)  # on the clinic's clock


class Clinic:
    """The clinic's side: its book, its desk, and what patients do there."""

    def __init__(self, database: str) -> None:
        self.now, self.timetable, self.attempts = NOW, TABLE, MemoryAttempts()
        self.engine = open_engine(database)
        self.book = SqlAppointmentBook(self.engine)

    def desk(self) -> BookingDesk:
        return BookingDesk(self.book, self.timetable, self.attempts, now=lambda: self.now)

    def hold(self, start: datetime = TEN, clinician: str = "dr_a", kind: str = "first") -> Appointment:
        slot = TimeSlot(start, start + self.timetable.visit_type(kind).length, clinician, kind)
        return self.desk().hold(uuid4().hex, uuid4().hex, slot)

    def booked(self, *where: Any, name: str = "Ann Example") -> Appointment:
        held = self.hold(*where)
        return self.desk().book(
            held.reference, held.sender, name=name, contact="ann@example.org", reason="restless legs"
        )

    def cancel(self, found: Appointment) -> None:
        self.desk().cancel(found.reference, "ann@example.org", "ann")

    def move(self, found: Appointment, start: datetime) -> None:
        slot = TimeSlot(start, start + (found.slot.end - found.slot.start), found.slot.clinician, found.slot.visit_type)
        self.desk().move(found.reference, "ann@example.org", slot, "ann")


class Reader:
    """An integration with its key; follows links, and checks by FHIR's models whatever it gets."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}, timeout=30)

    def get(self, path: str, status: int = 200, headers: dict[str, str] | None = None) -> dict[str, Any]:
        answer = self.http.get(path.removeprefix(PUBLIC), headers=headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/fhir+json")
        found: dict[str, Any] = answer.json()
        get_fhir_model_class(found["resourceType"]).model_validate(found)
        return found

    def pages(self, link: str) -> Iterator[dict[str, Any]]:
        """A page of a search, and all that follow it."""
        while link:
            bundle = self.get(link)
            yield bundle
            link = next((one["url"] for one in bundle["link"] if one["relation"] == "next"), "")

    def all(self, query: str) -> list[dict[str, Any]]:
        """Every match of a search, over all its pages."""
        bundles = list(self.pages(f"/fhir/{query}"))
        found = [entry["resource"] for bundle in bundles for entry in bundle.get("entry", [])]
        assert {bundle["total"] for bundle in bundles} == {len(found)}
        return found

    def refusal(self, path: str, status: int, headers: dict[str, str] | None = None) -> str:
        outcome = self.get(path, status, headers)
        (issue,) = outcome["issue"]
        assert outcome["resourceType"] == "OperationOutcome"
        return str(issue["details"]["text"])


@pytest.fixture
def clinic(database: str) -> Iterator[Clinic]:
    found = Clinic(database)
    yield found
    found.engine.dispose()


@pytest.fixture
def reader(clinic: Clinic, database: str) -> Iterator[Reader]:
    settings = load_settings({"SECRET_KEY": "s" * 40, "API_KEYS": f"ehr:{KEY}", "CLINIC_DB_URL": database,
                              "PUBLIC_URL": PUBLIC})  # fmt: skip
    app = FastAPI()
    install_error_handlers(app, Wording(None))
    app.include_router(fhir_routes(settings, clinic.desk, clinic.book, RateLimit(), lambda: clinic.now))
    served = Served(app)
    yield Reader(served.url)
    served.stop()


def starts(found: list[dict[str, Any]]) -> set[datetime]:
    return {datetime.fromisoformat(one["start"]) for one in found}


def test_everything_that_is_named_can_be_read(reader: Reader, clinic: Clinic) -> None:
    clinic.booked()
    for kind in ("Practitioner", "Schedule", "Slot", "Appointment"):
        for one in reader.all(kind):
            assert reader.get(f"/fhir/{kind}/{one['id']}") == one
    (visit,) = reader.all("Appointment")
    slot = reader.get(f"/fhir/{visit['slot'][0]['reference']}")
    schedule = reader.get(f"/fhir/{slot['schedule']['reference']}")
    clinician = reader.get(f"/fhir/{schedule['actor'][0]['reference']}")
    assert clinician["name"][0]["text"] == visit["participant"][0]["actor"]["display"] == "Dr. A"
    assert (slot["status"], slot["start"], slot["end"]) == ("busy", visit["start"], visit["end"])


def test_a_clinician_has_one_schedule_whatever_the_visit(reader: Reader) -> None:
    served = reader.all("Schedule")
    assert {one["actor"][0]["display"] for one in served} == {"Dr. A", "Dr. B"}
    assert len(reader.all(f"Schedule?service-type={VISIT_TYPES}|scan")) == 1
    actor = served[0]["actor"][0]["reference"]
    for written in (actor, f"{BASE}/{actor}", actor.removeprefix("Practitioner/")):
        assert reader.all(f"Schedule?actor={written}") == [served[0]]


def test_a_free_slot_becomes_busy_under_the_same_id_and_free_again(reader: Reader, clinic: Clinic) -> None:
    (free,) = reader.all("Slot?status=free&start=2026-12-01T15:00:00Z&service-type=scan")
    visit = clinic.booked(TEN, "dr_b", "scan")
    assert reader.get(f"/fhir/Slot/{free['id']}") == {**free, "status": "busy"}
    assert reader.all("Slot?status=busy") == [{**free, "status": "busy"}]
    assert free["id"] not in {one["id"] for one in reader.all("Slot?status=free")}
    clinic.cancel(visit)
    assert reader.get(f"/fhir/Slot/{free['id']}") == free


def test_free_slots_are_those_of_the_desk(reader: Reader, clinic: Clinic) -> None:
    visit = clinic.booked()
    clinic.hold(TEN + timedelta(hours=1))
    served = reader.all("Slot?status=free&service-type=first")
    offered = clinic.desk().offers("first", "dr_a", number=1000) + clinic.desk().offers("first", "dr_b", number=1000)
    assert starts(served) == {slot.start for slot in offered}
    assert len(served) == len(offered)
    (mine,) = (one["schedule"]["reference"] for one in reader.all("Slot?status=busy"))
    around = {visit.slot.start + timedelta(minutes=15 * i) for i in range(-2, 3)}
    held = {TEN + timedelta(hours=1)}
    assert not (around | held) & starts(reader.all(f"Slot?schedule={mine}&status=free"))


def test_a_time_that_is_held_is_neither_free_nor_busy(reader: Reader, clinic: Clinic) -> None:
    before = {one["id"] for one in reader.all("Slot?start=2026-12-01T15:00:00Z&service-type=first")}
    clinic.hold()
    after = {one["id"] for one in reader.all("Slot?start=2026-12-01T15:00:00Z&service-type=first")}
    (gone,) = before - after
    reader.refusal(f"/fhir/Slot/{gone}", 404)


def test_an_appointment_tells_the_name_and_nothing_else_of_a_patient(reader: Reader, clinic: Clinic) -> None:
    visits = [clinic.booked(), clinic.booked(TEN, "dr_b", "scan")]
    clinic.cancel(visits[1])
    served = {kind: reader.all(kind) for kind in ("Practitioner", "Schedule", "Slot", "Appointment")}
    told = json.dumps(served)
    for secret in ("ann@example.org", "restless legs", *(v.reference for v in visits), *(v.sender for v in visits)):
        assert secret.lower() not in told.lower()
    patients = [[p["actor"] for p in one["participant"]][1] for one in served["Appointment"]]
    assert patients == [{"type": "Patient", "display": "Ann Example"}] * 2
    assert "Ann" not in json.dumps([served["Slot"], served["Schedule"]])


def test_a_visit_keeps_its_id_when_it_moves_and_when_it_is_cancelled(reader: Reader, clinic: Clinic) -> None:
    visit = clinic.booked()
    (booked,) = reader.all("Appointment")
    clinic.move(visit, TEN + timedelta(hours=1))
    (moved,) = reader.all("Appointment?status=booked")
    assert moved["id"] == booked["id"]
    assert starts(reader.all("Slot?status=busy")) == starts([moved]) == {TEN + timedelta(hours=1)}
    clinic.cancel(visit)
    (cancelled,) = reader.all("Appointment?status=cancelled")
    assert (cancelled["id"], "slot" in cancelled) == (booked["id"], False)
    assert reader.all("Appointment?status=booked") == []


def test_who_did_not_come_is_a_noshow_that_keeps_its_slot(reader: Reader, clinic: Clinic) -> None:
    found = clinic.booked()
    clinic.now = found.slot.start + timedelta(hours=1)
    clinic.book.mark_no_show(found.reference, clinic.now)
    (seen,) = reader.all("Appointment?status=noshow")
    assert (seen["status"], len(seen["slot"])) == ("noshow", 1)
    assert reader.all("Appointment?status=booked") == reader.all("Appointment?status=cancelled") == []


def test_a_hold_is_no_appointment(reader: Reader, clinic: Clinic) -> None:
    clinic.desk().release(clinic.hold().reference)
    clinic.hold()
    assert reader.all("Appointment") == []


def test_a_visit_older_than_a_year_is_not_served(reader: Reader, clinic: Clinic) -> None:
    clinic.booked()
    (visit,) = reader.all("Appointment")
    (slot,) = reader.all("Slot?status=busy")
    clinic.now = TEN + timedelta(days=365)
    assert reader.all("Appointment") == [visit]
    assert reader.get(f"/fhir/Slot/{slot['id']}") == slot
    clinic.now = TEN + timedelta(days=367)
    assert reader.all("Appointment") == []
    reader.refusal(f"/fhir/Appointment/{visit['id']}", 404)


def test_a_visit_with_a_clinician_who_has_left_is_still_listed(reader: Reader, clinic: Clinic) -> None:
    clinic.booked(TEN, "dr_b", "scan")
    clinic.timetable = Timetable(
        TABLE.zone, TABLE.hours, clinicians=TABLE.clinicians[:1], visit_types=TABLE.visit_types[:1]
    )
    (visit,) = reader.all("Appointment")
    assert "slot" not in visit
    assert reader.all("Slot?status=busy") == []


DATES = [
    ("eq2026-12-01", 3), ("2026-12-01", 3), ("ge2026-12-01", 4), ("gt2026-12-01", 1), ("le2026-12-01", 3),
    ("lt2026-12-01", 0), ("2026-12", 4), ("2026", 4), ("gt2026", 0), ("lt2027", 4),
    ("2026-12-01T15:00:00Z", 1), ("2026-12-01T10:00-05:00", 1), ("2026-12-01T10:00", 1),
    ("2026-12-01T16:00:00+01:00", 1), ("ge2026-12-01T15:00:00Z", 3), ("gt2026-12-01T15:00:00Z", 2),
    ("le2026-12-01T15:00:00Z", 2), ("lt2026-12-01T15:00:00Z", 1), ("lt2026-12-01T15:00:00.001Z", 2),
]  # fmt: skip


def test_dates_are_read_as_fhir_means_them_on_the_clinics_clock(reader: Reader, clinic: Clinic) -> None:
    for start in (TEN - timedelta(hours=1), TEN, TEN + timedelta(hours=1), TEN + timedelta(days=1)):
        clinic.booked(start)
    for date, number in DATES:
        assert (date, len(reader.all(f"Appointment?date={date}"))) == (date, number)
        assert (date, len(reader.all(f"Slot?status=busy&start={date}"))) == (date, number)
    day = "date=ge2026-12-01T14:30:00Z&date=lt2026-12-01T16:00:00Z"
    assert starts(reader.all(f"Appointment?{day}")) == {TEN}
    assert reader.all("Appointment?date=ge2027&date=lt2026") == []


def test_codes_may_name_their_system_and_be_several(reader: Reader, clinic: Clinic) -> None:
    clinic.booked()
    clinic.booked(TEN, "dr_b", "scan")
    everything = {one["id"] for one in reader.all("Slot")}
    both = {one["id"] for one in reader.all("Slot?status=free,busy")}
    named = {one["id"] for one in reader.all("Slot?status=http://hl7.org/fhir/slotstatus|free,http://hl7.org/fhir/slotstatus|busy")}  # fmt: skip  # noqa: E501
    assert everything == both == named
    assert reader.all("Slot?status=free&status=busy") == []
    assert reader.all("Slot?status=busy-tentative") == []
    assert len(reader.all(f"Appointment?service-type={VISIT_TYPES}|scan")) == 1
    assert reader.all("Appointment?service-type=surgery") == []
    (actor,) = (s["actor"][0]["reference"] for s in reader.all("Schedule?service-type=scan"))
    assert [a["participant"][0]["actor"]["display"] for a in reader.all(f"Appointment?actor={actor}")] == ["Dr. B"]


def test_pages_hold_everything_once_even_when_something_is_booked_meanwhile(reader: Reader, clinic: Clinic) -> None:
    before = [one["id"] for one in reader.all("Slot?_count=7")]
    assert len(before) == len(set(before)) > 50
    assert before == [one["id"] for one in reader.all("Slot?_count=200")]
    pages = reader.pages("/fhir/Slot?_count=20&status=free")
    first = next(pages)
    clinic.booked(TEN - timedelta(days=1))  # on the page that was seen
    clinic.booked(TEN + timedelta(days=3))  # on one that is still to come
    shown = [entry["resource"]["id"] for page in (first, *pages) for entry in page["entry"]]
    now_free = {one["id"] for one in reader.all("Slot?status=free")}
    assert len(shown) == len(set(shown))
    assert now_free <= set(shown)


def test_a_bundle_says_where_it_and_its_entries_come_from(reader: Reader) -> None:
    bundle = reader.get("/fhir/Slot?status=free&start=ge2026-12-01&_count=2")
    assert bundle["type"] == "searchset"
    assert bundle["link"][0] == {"relation": "self", "url": f"{BASE}/Slot?status=free&start=ge2026-12-01&_count=2"}
    for entry in bundle["entry"]:
        assert entry["fullUrl"] == f"{BASE}/Slot/{entry['resource']['id']}"
        assert entry["search"] == {"mode": "match"}
    counted = reader.get("/fhir/Slot?_count=0")
    assert counted["total"] > 50
    assert ("entry" in counted, len(counted["link"])) == (False, 1)


BAD = [
    "Slot?color=red", "Slot?status:not=free", "Slot?status=maybe", "Slot?status=", "Slot?status=urn:x|free",
    "Slot?start=tomorrow", "Slot?start=ne2026-12-01", "Slot?start=2026-13-01", "Slot?start=2026-02-30",
    "Slot?start=2026-12-01T25:00:00Z", "Slot?start=0001-01-01", "Slot?start=9999-12-31", "Slot?start=2026-12-01T10",
    "Slot?start=2026-12-01T10:00:00%2B99:99", "Slot?_count=-1", "Slot?_count=many", "Slot?_count=1e3",
    "Slot?_count=%C2%B2", "Slot?schedule=Practitioner/1", "Slot?_include=Slot:schedule",
    "Appointment?patient=Ann", "Appointment?status=free", "Schedule?date=2026", "Slot/1?status=free",
]  # fmt: skip


@pytest.mark.parametrize("query", BAD)
def test_a_parameter_that_is_not_understood_is_refused_by_its_name(reader: Reader, query: str) -> None:
    name = query.partition("?")[2].partition("=")[0].partition(":")[0]
    text = reader.refusal(f"/fhir/{query}", 400)
    assert name in text or "no such search parameter" in text


STRANGE = ["x" * 5000, "%00", "..", "%F0%9F%A6%B5", "' OR 1=1 --", "000000000000-000000000000-99999999T9999",
           "000000000000-000000000000-20261301T0000", "000000000000-000000000000-20261201T1500"]  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE)
def test_an_id_that_nothing_has_is_not_found(reader: Reader, strange: str) -> None:
    for kind in ("Practitioner", "Schedule", "Slot", "Appointment"):
        if strange != "..":
            reader.refusal(f"/fhir/{kind}/{strange}", 404)
        assert reader.get(f"/fhir/{kind}?_id={strange}")["total"] == 0


def test_what_is_not_there_is_said_in_fhir(reader: Reader) -> None:
    for path in ("", "/", "/Patient", "/Patient/1", "/Slot/", "/Slot/1/_history", "/nothing/at/all"):
        reader.refusal(f"/fhir{path}", 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/Slot", "/Appointment/1", "/Slot/_search", "/metadata", ""])
def test_nothing_can_be_written(reader: Reader, method: str, path: str) -> None:
    answer = reader.http.request(method, f"/fhir{path}", json={"resourceType": "Slot"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert answer.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("header", ["", "Bearer wrong-key-12345", "Basic dGVzdA==", "Bearer"])
def test_without_a_known_key_nothing_but_the_statement_is_shown(reader: Reader, header: str) -> None:
    reader.http.headers["Authorization"] = header
    for path in ("/Slot", "/Slot/1", "/Schedule", "/Appointment", "/Practitioner"):
        reader.refusal(f"/fhir{path}", 401)
        assert reader.http.get(f"/fhir{path}").headers["WWW-Authenticate"] == "Bearer"
    assert reader.get("/fhir/metadata")["fhirVersion"] == "4.3.0"


def test_the_statement_names_what_can_be_searched_and_all_of_it_can(reader: Reader) -> None:
    values = {"reference": "1", "date": "2026-12-01", "token": "1"}
    for kind in reader.get("/fhir/metadata")["rest"][0]["resource"]:
        assert [one["code"] for one in kind["interaction"]] == ["read", "search-type"]
        for parameter in kind["searchParam"]:
            value = "booked" if (kind["type"], parameter["name"]) == ("Appointment", "status") else values[parameter["type"]]  # fmt: skip  # noqa: E501
            value = "free" if (kind["type"], parameter["name"]) == ("Slot", "status") else value
            reader.all(f"{kind['type']}?{parameter['name']}={value}")


@pytest.mark.parametrize(
    ("accept", "is_spoken"),
    [("application/fhir+xml", False), ("text/html", False), ("application/fhir+json", True), ("*/*", True),
     ("application/fhir+json; fhirVersion=4.3", True), ("application/fhir+xml, application/json;q=0.5", True)],
)  # fmt: skip
def test_only_json_is_spoken(reader: Reader, accept: str, is_spoken: bool) -> None:
    for path in ("/fhir/metadata", "/fhir/Slot"):
        if is_spoken:
            reader.get(path, headers={"Accept": accept})
        else:
            reader.refusal(path, 406, headers={"Accept": accept})


def test_the_format_in_the_query_outranks_the_header(reader: Reader) -> None:
    reader.refusal("/fhir/Slot?_format=xml", 406)
    reader.refusal("/fhir/Slot?_format=application/fhir%2Bxml", 406)
    for spoken in ("json", "application/fhir+json", "application/fhir%2Bjson"):
        reader.get(f"/fhir/Slot?_format={spoken}", headers={"Accept": "application/fhir+xml"})


@pytest.mark.parametrize(("failure", "status"), [(BookingUnavailable, 503), (RuntimeError, 500)])
def test_a_failure_is_told_and_nothing_of_its_cause(
    reader: Reader, clinic: Clinic, monkeypatch: pytest.MonkeyPatch, failure: type[Exception], status: int
) -> None:
    def fail(*_: Any) -> list[Appointment]:
        raise failure("the row of Ann Example")

    monkeypatch.setattr(clinic.book, "between", fail)
    for path in ("Appointment", "Appointment/1", "Slot"):
        assert "Ann" not in reader.refusal(f"/fhir/{path}", status)


async def test_who_asks_too_often_is_told_so(clinic: Clinic, database: str) -> None:
    settings = load_settings({"SECRET_KEY": "s" * 40, "API_KEYS": f"ehr:{KEY}", "CLINIC_DB_URL": database})
    limit = RateLimit()
    for _ in range(settings.messages_per_minute):
        await limit.check("fhir:ehr", settings.messages_per_minute)
    app = FastAPI()
    app.include_router(fhir_routes(settings, clinic.desk, clinic.book, limit))
    served = Served(app)
    Reader(served.url).refusal("/fhir/Slot", 429)
    served.stop()


def test_a_key_that_may_chat_need_not_be_one_that_may_read(clinic: Clinic, database: str) -> None:
    settings = load_settings({"SECRET_KEY": "s" * 40, "API_KEYS": f"chat:{KEY},ehr:other-key-12345",
                              "CLINIC_DB_URL": database})  # fmt: skip
    app = FastAPI()
    app.include_router(fhir_routes(settings, clinic.desk, clinic.book, RateLimit(), readers={"ehr"}))
    served = Served(app)
    reader = Reader(served.url)
    for path in ("/fhir/Appointment", "/fhir/Appointment/1", "/fhir/Slot"):
        reader.refusal(path, 403)
    reader.http.headers["Authorization"] = "Bearer other-key-12345"
    assert reader.all("Appointment") == []
    served.stop()


def test_a_clinic_without_times_has_nothing_to_read(clinic: Clinic, database: str) -> None:
    settings = load_settings({"SECRET_KEY": "s" * 40, "API_KEYS": f"ehr:{KEY}", "CLINIC_DB_URL": database})
    app = FastAPI()
    app.include_router(fhir_routes(settings, lambda: None, clinic.book, RateLimit()))
    served = Served(app)
    Reader(served.url).refusal("/fhir/Slot", 404)
    served.stop()


def test_the_how_to_does_what_it_says(reader: Reader, clinic: Clinic) -> None:
    clinic.booked()
    clinic.cancel(clinic.booked(TEN + timedelta(hours=1)))
    blocks = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    given = {"BASE": str(reader.http.base_url).rstrip("/"), "KEY": KEY, "SINCE": "2026-12-01", "UNTIL": "2026-12-08"}
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", "".join(blocks)],
        env={**os.environ, **given}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    kinds, free, visits, who = done.stdout.splitlines()
    assert kinds == "['Practitioner', 'Schedule', 'Slot', 'Appointment']"
    assert free.count("2026-12-0") == 10
    assert visits == "[('booked', '2026-12-01T15:00:00Z'), ('cancelled', '2026-12-01T16:00:00Z')]"
    assert who == "['Dr. A', 'Ann Example']"


@pytest.fixture(params=["fhirstarter", "medplum"])
def other(request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    with getattr(fhir_servers, request.param)() as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


def test_other_servers_take_what_is_served_and_find_the_same_in_it(
    reader: Reader, clinic: Clinic, other: httpx.Client
) -> None:
    clinic.booked()
    clinic.move(clinic.booked(TEN, "dr_b", "scan"), TEN + timedelta(minutes=30))
    clinic.cancel(clinic.booked(TEN + timedelta(days=1)))
    for kind in fhir_servers.TYPES:
        for one in reader.all(kind):
            answer = other.put(f"/{kind}/{one['id']}", json=one)
            assert answer.is_success, answer.text
    (theirs,) = reader.all("Schedule?service-type=scan")
    schedule, actor = f"Schedule/{theirs['id']}", theirs["actor"][0]["reference"]
    queries = [
        "Schedule", f"Schedule?actor={actor}", f"Schedule?service-type={VISIT_TYPES}|scan",
        "Slot?status=busy", "Slot?status=free,busy", f"Slot?schedule={schedule}&status=free",
        f"Slot?service-type={VISIT_TYPES}|first",
        "Slot?start=ge2026-12-01T15:00:00Z&start=lt2026-12-02T05:00:00Z&status=free",
        f"Slot?schedule={schedule}&start=ge2026-12-02T14:15:00Z&start=lt2026-12-02T15:15:00Z",
        "Appointment", "Appointment?status=booked", "Appointment?status=cancelled", f"Appointment?actor={actor}",
        "Appointment?date=ge2026-12-01T15:30:00Z", "Appointment?date=lt2026-12-02T00:00:00Z&status=booked",
        f"Appointment?service-type={VISIT_TYPES}|scan&status=booked",
    ]  # fmt: skip
    for query in queries:
        answer = other.get(f"/{query}{'&' if '?' in query else '?'}_count=1000").raise_for_status().json()
        found = {entry["resource"]["id"] for entry in answer.get("entry", [])}
        assert (query, found) == (query, {one["id"] for one in reader.all(query)})
        assert found
