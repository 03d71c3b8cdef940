"""The booking desk on the store in memory."""

from datetime import UTC, datetime

import pytest

from clinic.adapters.memory import MemoryRequestStore
from clinic.booking import RequestDesk, RequestStatus, errors
from clinic.booking.model import REFERENCE_ALPHABET, REFERENCE_LENGTH, new_reference
from clinic.intake.errors import ContactMissing

_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
_ASKED = {
    "sender": "s1",
    "name": "Marlene Quigby",
    "contact": "(202) 555-0117",
    "reason": "restless legs at night",
    "preferred_time": "tuesday morning",
}


def test_a_request_is_kept_with_its_fields_read_and_a_time_in_utc() -> None:
    store = MemoryRequestStore()
    request = RequestDesk(store, now=lambda: _NOON).request_appointment(idempotency_key="k1", **_ASKED)
    assert store.find(request.reference) == request
    assert not request.is_question
    assert (request.contact.value, request.created_at, request.status) == (
        "+12025550117",
        _NOON,
        RequestStatus.REQUESTED,
    )


def test_the_same_key_gives_the_same_reference() -> None:
    desk = RequestDesk(MemoryRequestStore())
    first = desk.request_appointment(idempotency_key="k1", **_ASKED)
    assert desk.request_appointment(idempotency_key="k1", **_ASKED).reference == first.reference
    assert desk.request_appointment(idempotency_key="k2", **_ASKED).reference != first.reference


def test_a_reference_drawn_twice_is_drawn_again() -> None:
    draws = iter(["AAAA2222", "AAAA2222", "BBBB3333"])
    desk = RequestDesk(MemoryRequestStore(), draw_reference=lambda: next(draws))
    desk.request_appointment(idempotency_key="k1", **_ASKED)
    assert desk.request_appointment(idempotency_key="k2", **_ASKED).reference == "BBBB3333"


def test_when_no_reference_is_free_the_desk_says_it_is_unavailable() -> None:
    desk = RequestDesk(MemoryRequestStore(), draw_reference=lambda: "AAAA2222")
    desk.request_appointment(idempotency_key="k1", **_ASKED)
    with pytest.raises(errors.BookingUnavailable):
        desk.request_appointment(idempotency_key="k2", **_ASKED)


def test_no_caller_can_store_what_a_form_would_refuse() -> None:
    with pytest.raises(ContactMissing):
        RequestDesk(MemoryRequestStore()).request_appointment(
            idempotency_key="k1", **{**_ASKED, "contact": "none of that"}
        )


def test_a_request_without_a_key_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="key"):
        RequestDesk(MemoryRequestStore()).request_appointment(idempotency_key="", **_ASKED)


def test_a_request_is_withdrawn_by_its_reference_as_people_type_it() -> None:
    desk = RequestDesk(MemoryRequestStore())
    reference = desk.request_appointment(idempotency_key="k1", **_ASKED).reference
    typed = f" {reference[:4].lower()}-{reference[4:].lower()} "
    assert desk.withdraw(typed).status is RequestStatus.WITHDRAWN
    assert desk.withdraw(reference).status is RequestStatus.WITHDRAWN


def test_an_unknown_reference_is_refused() -> None:
    with pytest.raises(errors.RequestNotFound):
        RequestDesk(MemoryRequestStore()).withdraw("ZZZZ9999")


def test_references_hold_nothing_that_is_mistaken_for_something_else() -> None:
    drawn = {new_reference() for _ in range(500)}
    assert len(drawn) == 500
    assert {len(r) for r in drawn} == {REFERENCE_LENGTH}
    assert not set("".join(drawn)) - set(REFERENCE_ALPHABET)
    assert not set("0O1I") & set(REFERENCE_ALPHABET)
