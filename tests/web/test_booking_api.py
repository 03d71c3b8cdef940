"""The booking API as an integration sees it: real HTTP, a real SQLite file, a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from clinic.adapters.sql.appointments import SqlAppointmentBook
from clinic.adapters.sql.attempts import SqlAttempts
from clinic.adapters.sql.engine import open_engine
from clinic.answers import load_catalogue
from clinic.booking.desk import BookingDesk
from clinic.booking.timetable import Clinician, OpenInterval, Timetable, VisitType
from clinic.settings import load_settings
from tests.serving import Served
from tests.web.conftest import KEY
from web.booking.routes import booking_routes
from web.chat.wording import Wording
from web.errors import install_error_handlers
from web.limits import RateLimit

SHIFT = (OpenInterval(time(9), time(12)),)
TABLE = Timetable(
    zone=ZoneInfo("America/New_York"), hours=dict.fromkeys(range(5), SHIFT),
    clinicians=(Clinician("a", "Dr. A", frozenset({"first"})), Clinician("b", "Dr. B", frozenset({"first", "scan"}))),
    visit_types=(VisitType("first", "First visit", timedelta(minutes=40), timedelta(minutes=10)),
                 VisitType("scan", "Ultrasound", timedelta(minutes=30))),
)  # fmt: skip
PERSON = {"name": "Ann Example", "contact": "ann@example.org", "reason": "restless legs", "consent": True}
TEN = "2026-12-01T10:00:00-05:00"
ELEVEN = "2026-12-01T11:00:00-05:00"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Caller:
    """An integration with its key."""

    def __init__(self, url: str, key: str = KEY) -> None:
        self.http = httpx.Client(base_url=f"{url}/booking/v1", headers={"Authorization": f"Bearer {key}"}, timeout=30)

    def hold(
        self, key: str = "key-0001", sender: str = "ann", start: str = TEN, clinician: str = "a", **more: Any
    ) -> httpx.Response:
        body = {"sender": sender, "visit_type": "first", "clinician": clinician, "start": start, **more}
        return self.http.post("/holds", json=body, headers={"Idempotency-Key": key})

    def confirm(self, reference: str, sender: str = "ann", **more: Any) -> httpx.Response:
        return self.http.post(f"/holds/{reference}/confirm", json={"sender": sender, **PERSON, **more})

    def release(self, reference: str, sender: str = "ann") -> httpx.Response:
        return self.http.request("DELETE", f"/holds/{reference}", json={"sender": sender})

    def booked(self, **more: Any) -> str:
        reference: str = self.hold(**more).json()["reference"]
        assert self.confirm(reference, more.get("sender", "ann")).status_code == 200
        return reference

    def prove(self, what: str, reference: str, contact: str = "Ann@Example.org", **more: Any) -> httpx.Response:
        body = {"sender": "anybody", "reference": reference, "contact": contact, **more}
        return self.http.post(f"/appointments/{what}", json=body)

    def free(self, **more: Any) -> list[tuple[str, str]]:
        answer = self.http.get("/slots", params={"visit_type": "first", "limit": 200, **more})
        assert answer.status_code == 200, answer.text
        return [(slot["start"], slot["clinician"]) for slot in answer.json()["slots"]]


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def serve(desk: Callable[[], BookingDesk | None], messages_per_minute: int = 1200) -> Served:
    environment = {"SECRET_KEY": "s" * 40, "API_KEYS": f"test:{KEY},other:other-key-12345"}
    settings = load_settings(environment)
    object.__setattr__(settings, "messages_per_minute", messages_per_minute)
    app = FastAPI()
    install_error_handlers(app, Wording(None))
    app.include_router(booking_routes(settings, desk, RateLimit()))
    return Served(app)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(database: str) -> Iterator[sa.Engine]:
    found = open_engine(database)
    yield found
    found.dispose()


@pytest.fixture
def served(engine: sa.Engine, clock: Clock) -> Iterator[Served]:
    attempts = SqlAttempts(engine, now=clock)
    desk = BookingDesk(SqlAppointmentBook(engine), TABLE, attempts, now=clock)
    found = serve(lambda: desk)
    yield found
    found.stop()


@pytest.fixture
def caller(served: Served) -> Caller:
    return Caller(served.url)


@pytest.fixture
def other(served: Served) -> Caller:
    return Caller(served.url, "other-key-12345")


def test_what_can_be_booked_is_listed_with_who_gives_it(caller: Caller) -> None:
    found = caller.http.get("/visit-types").json()
    assert found["time_zone"] == "America/New_York"
    first, scan = found["visit_types"]
    assert (first["id"], first["title"], first["minutes"]) == ("first", "First visit", 40)
    assert [c["id"] for c in first["clinicians"]] == ["a", "b"]
    assert scan["clinicians"] == [{"id": "b", "name": "Dr. B"}]


def test_free_times_are_those_of_the_span_the_clinician_and_the_limit_in_their_order(caller: Caller) -> None:
    assert caller.free(**{"from": TEN, "to": "2026-12-01T10:30:00-05:00", "clinician": "a"}) == [
        (TEN, "a"), ("2026-12-01T10:15:00-05:00", "a"),
    ]  # fmt: skip
    both = caller.free(**{"from": "2026-12-01T15:00:00Z", "limit": 3})
    assert both == [(TEN, "a"), (TEN, "b"), ("2026-12-01T10:15:00-05:00", "a")]
    assert caller.free(to="2026-11-29T10:00:00Z") == []
    everything = caller.free()
    assert everything == sorted(everything)
    assert everything[0] == ("2026-12-01T09:00:00-05:00", "a")


def test_a_visit_is_held_booked_looked_up_moved_and_cancelled(caller: Caller) -> None:
    held = caller.hold()
    assert held.status_code == 201
    assert held.json() == {
        "reference": held.json()["reference"], "status": "held", "start": TEN, "end": "2026-12-01T10:40:00-05:00",
        "clinician": "a", "visit_type": "first", "held_until": "2026-11-30T10:10:00-05:00",
    }  # fmt: skip
    reference = held.json()["reference"]
    assert (TEN, "a") not in caller.free()
    assert caller.confirm(reference).json()["status"] == "booked"
    assert caller.prove("look-up", f" {reference[:4].lower()}-{reference[4:]}").json()["start"] == TEN
    moved = caller.prove("move", reference, start=ELEVEN)
    assert (moved.json()["start"], moved.json()["clinician"]) == (ELEVEN, "a")
    assert caller.prove("move", reference, start=ELEVEN, clinician="a").json() == moved.json()
    assert caller.prove("move", reference, start=TEN, clinician="b").json()["clinician"] == "b"
    cancelled = caller.prove("cancel", reference)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert caller.prove("cancel", reference).json() == cancelled.json()
    assert {(TEN, "a"), (TEN, "b"), (ELEVEN, "a")} <= set(caller.free())
    assert code(caller.prove("look-up", reference)) == (404, "appointment_not_found")


def test_the_same_key_gives_the_same_answer_and_no_second_hold(caller: Caller) -> None:
    assert caller.hold().json() == caller.hold().json()
    assert caller.hold().status_code == 201


def test_the_same_key_sent_twice_at_once_is_one_hold(caller: Caller) -> None:
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: caller.hold(), range(12)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["reference"] for a in answers}) == 1


def test_a_key_for_another_time_or_person_is_refused(caller: Caller) -> None:
    caller.hold()
    assert code(caller.hold(start=ELEVEN)) == (409, "key_reused")
    assert code(caller.hold(sender="bob")) == (409, "key_reused")


def test_two_integrations_with_one_key_and_sender_are_two_people(caller: Caller, other: Caller) -> None:
    mine = caller.hold().json()["reference"]
    assert code(other.hold()) == (409, "time_taken")
    assert other.hold(clinician="b").json()["reference"] != mine
    assert code(other.confirm(mine)) == (404, "appointment_not_found")


def test_a_taken_time_is_told_in_the_approved_words_with_the_nearest_that_are_really_free(caller: Caller) -> None:
    caller.hold()
    answer = caller.hold("key-0002", "bob")
    assert code(answer) == (409, "time_taken")
    error = answer.json()["error"]
    assert error["message"] == load_catalogue().variations("utter_booking_time_taken")[0].text
    assert len(error["nearest"]) == 3
    for number, near in enumerate(error["nearest"]):
        held = caller.hold(f"key-1{number:03}", "bob", near["start"], near["clinician"])
        assert held.status_code == 201
        assert caller.release(held.json()["reference"], "bob").status_code == 200


def test_a_move_to_a_taken_time_is_refused_with_the_nearest_and_the_old_time_stays(caller: Caller) -> None:
    caller.hold("key-0002", "bob", ELEVEN)
    reference = caller.booked()
    answer = caller.prove("move", reference, start=ELEVEN)
    assert code(answer) == (409, "time_taken")
    assert len(answer.json()["error"]["nearest"]) == 3
    assert caller.prove("look-up", reference).json()["start"] == TEN


def test_confirming_twice_is_one_appointment_and_a_late_hold_key_tells_of_it(caller: Caller) -> None:
    reference = caller.hold().json()["reference"]
    assert caller.confirm(reference).json() == caller.confirm(reference).json()
    again = caller.hold()
    assert (again.status_code, again.json()["reference"], again.json()["status"]) == (201, reference, "booked")


def test_a_hold_that_ran_out_and_was_taken_is_told_with_the_nearest(caller: Caller, clock: Clock) -> None:
    reference = caller.hold().json()["reference"]
    clock.now += timedelta(minutes=11)
    caller.hold("key-0002", "bob")
    answer = caller.confirm(reference)
    assert code(answer) == (409, "hold_expired")
    assert len(answer.json()["error"]["nearest"]) == 3


def test_without_consent_nothing_is_booked(caller: Caller) -> None:
    reference = caller.hold().json()["reference"]
    answer = caller.confirm(reference, consent=False)
    assert code(answer) == (422, "consent_missing")
    assert "agree" in answer.json()["error"]["message"]
    assert caller.hold().json()["status"] == "held"


@pytest.mark.parametrize(
    ("field", "said", "refusal"),
    [("name", "?", "name_missing"), ("name", "x" * 500, "name_too_long"), ("contact", "none", "contact_missing"),
     ("contact", "555-0117", "phone_incomplete"), ("contact", "ann@", "contact_missing"),
     ("reason", " ", "reason_missing"), ("reason", "x" * 500, "reason_too_long")],
)  # fmt: skip
def test_a_field_that_cannot_be_read_is_named_and_the_hold_stays(
    caller: Caller, field: str, said: str, refusal: str
) -> None:
    reference = caller.hold().json()["reference"]
    answer = caller.confirm(reference, **{field: said})
    assert code(answer) == (422, refusal)
    assert answer.json()["error"]["message"] == load_catalogue().variations(f"utter_booking_{refusal}")[0].text
    assert caller.confirm(reference).status_code == 200


def test_a_hold_is_given_up_by_its_owner_only_and_a_booking_not_at_all(caller: Caller) -> None:
    reference = caller.hold().json()["reference"]
    assert code(caller.release(reference, "bob")) == (404, "appointment_not_found")
    assert caller.release(reference).json()["status"] == "cancelled"
    assert (TEN, "a") in caller.free()
    booked = caller.booked(key="key-0002")
    assert caller.release(booked).json()["status"] == "booked"
    assert caller.prove("look-up", booked).status_code == 200


def test_a_time_the_clinic_does_not_offer_and_ids_it_does_not_have_are_named(caller: Caller) -> None:
    assert code(caller.hold(start="2026-12-01T13:00:00-05:00")) == (422, "time_not_offered")
    assert code(caller.hold(start="2026-12-05T10:00:00-05:00")) == (422, "time_not_offered")
    assert code(caller.hold(visit_type="surgery")) == (422, "unknown_visit_type")
    assert code(caller.hold(clinician="z")) == (422, "unknown_clinician")
    assert code(caller.http.get("/slots", params={"visit_type": "surgery"})) == (422, "unknown_visit_type")
    assert code(caller.hold(clinician="a", visit_type="scan")) == (422, "time_not_offered")


def test_a_wrong_contact_and_a_wrong_reference_sound_the_same_and_are_counted(caller: Caller, clock: Clock) -> None:
    reference = caller.booked()
    wrong = [caller.prove("look-up", reference, "bob@example.org"), caller.prove("cancel", "ZZZZ9999"),
             caller.prove("move", reference, "", start=ELEVEN), caller.prove("cancel", reference, "202-555-0117"),
             caller.prove("look-up", reference, "ann@example.com")]  # fmt: skip
    assert {answer.text for answer in wrong} == {wrong[0].text}
    assert code(wrong[0]) == (404, "appointment_not_found")
    refused = caller.prove("look-up", reference)
    assert code(refused) == (429, "too_many_attempts")
    assert int(refused.headers["Retry-After"]) == 900
    clock.now += timedelta(minutes=16)
    assert caller.prove("look-up", reference).status_code == 200


@pytest.mark.parametrize(
    "body",
    [{"extra": 1}, {"sender": ""}, {"sender": 5}, {"sender": "x" * 201}, {"start": 1796137200}, {"start": "tomorrow"},
     {"start": "1796137200"}, {"start": "2026-12-01T10:00:00"}, {"start": "9999-12-31T23:59:59-05:00"},
     {"start": "0001-01-01T00:00:00+14:00"}, {"clinician": None}, {"visit_type": "x" * 41}],
    ids=str,
)  # fmt: skip
def test_a_bad_wish_is_a_documented_error_and_holds_nothing(caller: Caller, body: dict[str, Any]) -> None:
    assert code(caller.http.post("/holds", headers={"Idempotency-Key": "key-0001"}, json={
        "sender": "ann", "visit_type": "first", "clinician": "a", "start": TEN, **body,
    })) == (422, "bad_request")  # fmt: skip
    assert (TEN, "a") in caller.free()


def test_a_hold_needs_a_key_of_some_length(caller: Caller) -> None:
    for key in ("", "short", "x" * 101):
        assert code(caller.hold(key)) == (422, "bad_request")
    body = {"sender": "ann", "visit_type": "first", "clinician": "a", "start": TEN}
    assert code(caller.http.post("/holds", json=body)) == (422, "bad_request")


@pytest.mark.parametrize(
    "hostile", ["\\ud800", "a\\u0000b", "\\u202e", "'; DROP TABLE claim; --", "%00", "{0.__class__}"]
)
def test_hostile_text_anywhere_is_text_or_a_named_error(caller: Caller, hostile: str) -> None:
    reference = caller.hold().json()["reference"]
    proof = f'{{"sender": "{hostile}", "reference": "{hostile}", "contact": "{hostile}"}}'
    said = f'{{"sender": "ann", "name": "{hostile}", "contact": "{hostile}", "reason": "{hostile}", "consent": true}}'
    wish = f'{{"sender": "{hostile}", "visit_type": "{hostile}", "clinician": "{hostile}", "start": "{hostile}"}}'
    answers = [
        caller.http.post(path, content=body, headers={"Content-Type": "application/json", "Idempotency-Key": "k" * 9})
        for path, body in [("/appointments/look-up", proof), (f"/holds/{reference}/confirm", said), ("/holds", wish)]
    ]
    assert {answer.status_code for answer in answers} <= {404, 422}
    assert caller.confirm(reference).status_code == 200


def test_a_caller_without_a_key_learns_nothing(served: Served) -> None:
    stranger = Caller(served.url, "guessed-key-1")
    answers = [stranger.http.get("/visit-types"), stranger.hold(), stranger.prove("look-up", "ABCD2345")]
    assert {code(answer) for answer in answers} == {(401, "unauthorized")}


def test_what_is_stored_of_sender_and_key_says_nothing_of_them(caller: Caller, engine: sa.Engine) -> None:
    caller.hold("ann-example-and-her-key", "ann.example@example.org")
    with engine.begin() as connection:
        (row,) = connection.execute(sa.text("SELECT hold_key, sender FROM appointment")).all()
    assert all(len(value) == 64 and set(value) <= set("0123456789abcdef") for value in row)


def test_a_clinic_without_a_timetable_says_so_everywhere() -> None:
    served = serve(lambda: None)
    caller = Caller(served.url)
    answers = [caller.http.get("/visit-types"), caller.hold(), caller.confirm("ABCD2345"), caller.release("ABCD2345"),
               caller.prove("look-up", "ABCD2345"), caller.prove("cancel", "ABCD2345")]  # fmt: skip
    served.stop()
    assert {code(answer) for answer in answers} == {(404, "booking_off")}
    assert "staff" in answers[0].json()["error"]["message"]


def test_a_database_that_is_gone_is_an_honest_error_that_tells_no_secrets(
    clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = open_engine("sqlite:////nowhere/at/all/clinic.db")
    served = serve(lambda: BookingDesk(SqlAppointmentBook(engine), TABLE, SqlAttempts(engine), now=clock))
    caller = Caller(served.url)
    answers = [caller.hold(), caller.confirm("ABCD2345"), caller.prove("cancel", "ABCD2345")]
    served.stop()
    assert {code(answer) for answer in answers} == {(503, "unavailable")}
    assert {answer.headers["Retry-After"] for answer in answers} == {"1"}
    told = "".join([*capfd.readouterr(), *(answer.text for answer in answers)])
    assert not [secret for secret in ("Ann", "ann@", "restless legs", "nowhere", "sqlite") if secret in told]


def test_a_fault_nobody_thought_of_is_an_error_without_its_words(capfd: pytest.CaptureFixture[str]) -> None:
    def broken() -> BookingDesk | None:
        raise RuntimeError("Ann Example, restless legs")

    served = serve(broken)
    answer = Caller(served.url).hold()
    served.stop()
    assert code(answer) == (500, "unavailable")
    assert "Ann" not in "".join([*capfd.readouterr(), answer.text])


def test_an_integration_that_asks_too_often_is_told_so() -> None:
    served = serve(lambda: None, messages_per_minute=3)
    caller = Caller(served.url)
    answers = [code(caller.http.get("/visit-types")) for _ in range(4)]
    other = code(Caller(served.url, "other-key-12345").http.get("/visit-types"))
    served.stop()
    assert answers[2:] == [(404, "booking_off"), (429, "too_many")]
    assert other == (404, "booking_off")


def test_the_web_process_serves_it_and_describes_it(web: httpx.Client) -> None:
    kinds = web.get("/booking/v1/visit-types").json()["visit_types"]
    free = web.get("/booking/v1/slots", params={"visit_type": kinds[0]["id"], "limit": 2}).json()["slots"]
    assert len(free) == 2
    paths = web.get("/openapi.json").json()["paths"]
    assert {path for path in paths if path.startswith("/booking")} == {
        "/booking/v1/visit-types", "/booking/v1/slots", "/booking/v1/holds", "/booking/v1/holds/{reference}",
        "/booking/v1/holds/{reference}/confirm", "/booking/v1/appointments/look-up", "/booking/v1/appointments/move",
        "/booking/v1/appointments/cancel",
    }  # fmt: skip
