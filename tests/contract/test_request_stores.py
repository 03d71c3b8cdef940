"""What every store of appointment requests must do, in memory, in SQLite, and in PostgreSQL where one is given."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command

from clinic.adapters.memory import MemoryRequestStore
from clinic.adapters.sql.appointment_requests import SqlRequestStore, appointment_request
from clinic.adapters.sql.engine import open_engine
from clinic.booking import AppointmentRequest, ReferenceTaken, RequestStatus, RequestStore
from clinic.booking.errors import BookingUnavailable
from clinic.booking.model import new_reference
from clinic.intake import Contact, ContactKind
from tests.postgres_server import new_database
from tools.migrate import config_of, upgrade


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RequestStore]:
    if request.param == "memory":
        yield MemoryRequestStore()
        return
    on_file = f"sqlite:///{tmp_path / 'clinic.db'}"
    engine = open_engine(on_file if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    appointment_request.create(engine, checkfirst=True)
    yield SqlRequestStore(engine)
    engine.dispose()


def _request(**changes: object) -> AppointmentRequest:
    request = AppointmentRequest(
        reference=new_reference(),
        idempotency_key=uuid4().hex,
        sender="s1",
        name="Jos\u00e9 O'Dellary",
        contact=Contact(ContactKind.PHONE, "+12025550117"),
        reason="restless legs",
        preferred_time="tuesday morning",
        created_at=datetime(2026, 11, 22, 12, 30, tzinfo=UTC),
    )
    return replace(request, **changes)


def test_a_request_comes_back_as_it_was_kept(store: RequestStore) -> None:
    request = _request()
    assert store.add(request) == request
    assert store.find(request.reference) == request


def test_a_question_is_told_from_a_call_back(store: RequestStore) -> None:
    question, call_back = (store.add(_request(is_question=each)).reference for each in (True, False))
    found = [store.find(reference) for reference in (question, call_back)]
    assert [each.is_question for each in found if each] == [True, False]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_questions_that_were_kept_before_they_were_marked_stay_questions(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    on_file = f"sqlite:///{tmp_path / 'clinic.db'}"
    url = on_file if kind == "sqlite" else new_database(request.getfixturevalue("postgres_url"))
    upgrade(url)
    engine = open_engine(url)
    store = SqlRequestStore(engine)
    wishes = ("no visit, just a reply", "tuesday morning")
    references = [store.add(_request(preferred_time=wish)).reference for wish in wishes]
    engine.dispose()
    command.downgrade(config_of(url), "0014")
    upgrade(url)
    found = [store.find(reference) for reference in references]
    assert [each.is_question for each in found if each] == [True, False]
    engine.dispose()


def test_the_time_comes_back_in_utc(store: RequestStore) -> None:
    local = datetime(2026, 11, 22, 7, 30, tzinfo=timezone(timedelta(hours=-5)))
    reference = store.add(_request(created_at=local)).reference
    found = store.find(reference)
    assert found is not None
    assert found.created_at == local
    assert found.created_at.tzinfo is not None


def test_an_unknown_reference_finds_nothing(store: RequestStore) -> None:
    assert store.find("ZZZZ9999") is None
    assert store.withdraw("ZZZZ9999") is None


def test_the_same_key_keeps_the_first_request(store: RequestStore) -> None:
    first = store.add(_request())
    again = store.add(_request(idempotency_key=first.idempotency_key, reason="something else"))
    assert again == first


def test_a_reference_of_another_request_is_refused(store: RequestStore) -> None:
    first = store.add(_request())
    with pytest.raises(ReferenceTaken):
        store.add(_request(reference=first.reference))
    assert store.find(first.reference) == first


def test_withdrawing_keeps_the_rest_and_may_be_repeated(store: RequestStore) -> None:
    request = store.add(_request())
    withdrawn = replace(request, status=RequestStatus.WITHDRAWN)
    assert store.withdraw(request.reference) == withdrawn
    assert store.withdraw(request.reference) == withdrawn
    assert store.find(request.reference) == withdrawn


def test_many_at_once_with_one_key_keep_one_request(store: RequestStore) -> None:
    key = uuid4().hex
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda _: store.add(_request(idempotency_key=key)).reference, range(24)))
    assert len(set(kept)) == 1


def test_a_broken_database_is_unavailable_and_quotes_no_patient(tmp_path: Path) -> None:
    store = SqlRequestStore(open_engine(f"sqlite:///{tmp_path / 'empty.db'}"))
    with pytest.raises(BookingUnavailable) as caught:
        store.add(_request())
    assert "Dellary" not in str(caught.value)
    assert caught.value.__cause__ is None
