"""The waiting list: freed times reach those who fit, in their order, by real mail; one of them gets the time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from clinic.adapters.memory import MemoryAppointmentBook
from clinic.adapters.memory_waiting_list import MemoryWaitingList
from clinic.adapters.sql.appointments import SqlAppointmentBook, appointment
from clinic.adapters.sql.waiting_list import SqlWaitingList
from clinic.adapters.sql.waiting_list_tables import waiting_list_entry
from clinic.booking.appointment import AppointmentStatus, EventKind, EventState, EventTarget
from clinic.booking.errors import (
    BookingError,
    LinkExpired,
    LinkInvalid,
    NotWaiting,
    ReasonMissing,
    TimeTaken,
    WaitingNeedsEmail,
)
from clinic.booking.waiting_entry import WaitingStatus
from clinic.booking.waiting_list import WaitingList
from tests.contract.databases import database
from tests.contract.waiting_clinic import LEAVE, OFFERS, Clinic, Clock, OfferInbox


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def stores(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[SqlAppointmentBook | MemoryAppointmentBook, SqlWaitingList | MemoryWaitingList]]:
    told = (EventTarget.MAIL, EventTarget.WAITING_LIST)
    if request.param == "memory":
        yield MemoryAppointmentBook(told), MemoryWaitingList()
        return
    with database(request, tmp_path, appointment, waiting_list_entry) as engine:
        yield SqlAppointmentBook(engine, told), SqlWaitingList(engine)


@pytest.fixture
def clinic(stores) -> Iterator[Clinic]:  # type: ignore[no-untyped-def]
    inbox = OfferInbox()
    with inbox.listening():
        yield Clinic(*stores, Clock(), inbox)


def test_joining_keeps_what_was_said_and_the_same_key_is_one_place(clinic: Clinic) -> None:
    first = clinic.waits("ann", key="k", clinician="a")
    assert clinic.waits("ann", key="k", reason="something else") == first
    assert clinic.store.find(first.reference) == first
    assert clinic.store.waiting("first") == [first]
    assert (first.status, first.clinician, first.patient.reason) == (WaitingStatus.WAITING, "a", "restless legs")


def test_a_place_needs_an_email_address_and_what_a_form_would_ask_for(clinic: Clinic) -> None:
    for wrong, refusal in (({"contact": "202-555-0117"}, WaitingNeedsEmail), ({"reason": "?"}, ReasonMissing),
                           ({"visit_type": "none"}, KeyError), ({"clinician": "none"}, KeyError),
                           ({"key": ""}, ValueError)):  # fmt: skip
        with pytest.raises(refusal):
            clinic.waits("ann", **wrong)  # type: ignore[arg-type]
    assert clinic.store.waiting("first") == []


def test_a_cancelled_visit_is_offered_in_the_order_of_joining_and_once(clinic: Clinic) -> None:
    for name in ("ann", "bob"):
        clinic.waits(name)
    clinic.freed()
    assert clinic.work_off() == ["ann", "bob"]
    clinic.clock.passes(days=1)
    assert clinic.work_off() == []
    mail = clinic.inbox.mails[0]
    text = mail.get_body().get_content()  # type: ignore[union-attr]
    assert "Thursday, December 3, 2026 at 9:00 AM EST" in mail["Subject"]
    assert "{" not in mail["Subject"] + text
    assert len({mail["Message-ID"] for mail in clinic.inbox.mails}) == 2


def test_a_visit_that_moves_away_frees_the_time_it_had(clinic: Clinic) -> None:
    clinic.waits("ann")
    found = clinic.booked(clinic.slot())
    clinic.desk.move(found.reference, "giver@example.org", clinic.slot(2), "w")
    assert clinic.work_off() == ["ann"]
    assert "9:00 AM" in clinic.inbox.mails[0]["Subject"]
    freed = [e.freed for e in clinic.book.events() if e.kind is EventKind.MOVED]
    assert freed == [clinic.slot()] * 2


def test_only_those_hear_of_a_time_whom_it_fits(clinic: Clinic) -> None:
    clinic.waits("other-type", visit_type="other")
    clinic.waits("other-clinician", clinician="b")
    clinic.waits("same-clinician", clinician="a")
    clinic.waits("anybody")
    clinic.waits("giver")
    clinic.waits("has-earlier", appointment=clinic.booked(clinic.slot(day=2), "has-earlier"))
    clinic.waits("has-later", appointment=clinic.booked(clinic.slot(day=4), "has-later"))
    gone = clinic.booked(clinic.slot(1, day=4), "gone")
    clinic.waits("gone", appointment=gone)
    clinic.desk.cancel(gone.reference, "gone@example.org", "w")
    left = clinic.waits("left")
    clinic.waiting_list.leave(left.reference)
    clinic.work_off()
    clinic.inbox.mails.clear()
    clinic.freed()
    assert clinic.work_off() == ["same-clinician", "anybody", "has-later"]


def test_who_joined_twice_is_written_to_once_and_for_the_visit_they_have(clinic: Clinic) -> None:
    clinic.waits("ann")
    clinic.waits("bob")
    visit = clinic.booked(clinic.slot(day=4), "ann")
    clinic.waits("ann", appointment=visit)
    clinic.freed()
    assert clinic.work_off() == ["ann", "bob"]
    assert clinic.offers.take(clinic.offer_of("ann")).reference == visit.reference
    assert [entry.patient.contact.value for entry in clinic.store.waiting("first")] == ["bob@example.org"]


def test_nobody_is_offered_the_time_they_gave_up_themselves(clinic: Clinic) -> None:
    visit = clinic.booked(clinic.slot(), "ann")
    clinic.waits("ann", appointment=visit)
    clinic.desk.move(visit.reference, "ann@example.org", clinic.slot(2), "w")
    assert clinic.work_off() == []


def test_five_hear_of_it_at_once_and_the_next_five_when_nobody_took_it(clinic: Clinic) -> None:
    names = [f"p{number}" for number in range(8)]
    for name in names:
        clinic.waits(name)
    clinic.freed()
    assert clinic.work_off() == names[:5]
    clinic.clock.passes(minutes=30)
    assert clinic.work_off() == []
    clinic.clock.passes(hours=2)
    assert clinic.work_off() == names[5:]
    clinic.clock.passes(hours=3)
    assert clinic.work_off() == []
    assert [e.state for e in clinic.book.events() if e.freed and e.target is EventTarget.WAITING_LIST] == [
        EventState.SENT
    ]


def test_a_time_that_is_taken_again_is_offered_to_nobody(clinic: Clinic) -> None:
    clinic.waits("ann")
    slot = clinic.freed()
    clinic.booked(slot, "fast")
    for _ in range(6):
        assert clinic.work_off() == []
        clinic.clock.passes(minutes=11)


def test_a_time_that_is_only_held_is_offered_when_the_hold_has_run_out(clinic: Clinic) -> None:
    clinic.waits("ann")
    slot = clinic.freed()
    clinic.desk.hold("k", "undecided", slot)
    assert clinic.work_off() == []
    clinic.clock.passes(minutes=11)
    assert clinic.work_off() == ["ann"]


def test_a_letter_that_waits_for_a_server_is_dropped_once_the_time_is_taken(clinic: Clinic) -> None:
    clinic.waits("ann")
    clinic.waits("bob")
    slot = clinic.freed()
    clinic.inbox.answer = "451 later"
    assert clinic.work_off() == []
    clinic.inbox.answer = "250 OK"
    clinic.booked(slot, "fast")
    clinic.clock.passes(hours=1)
    assert clinic.work_off() == []


def test_a_server_that_was_down_gets_each_letter_once(clinic: Clinic) -> None:
    clinic.waits("ann")
    clinic.freed()
    clinic.inbox.answer = "451 later"
    assert clinic.work_off() == []
    clinic.inbox.answer = "250 OK"
    clinic.clock.passes(minutes=5)
    assert clinic.work_off() == ["ann"]
    clinic.clock.passes(minutes=5)
    assert clinic.work_off() == []


def test_a_letter_of_a_lost_sender_is_not_sent_again(clinic: Clinic) -> None:
    clinic.waits("ann")
    visit = clinic.booked(clinic.slot())
    clinic.work_off()
    clinic.book.cancel(visit.reference, clinic.clock.now)
    soon = clinic.clock.now + timedelta(minutes=5)
    event = clinic.book.take_due(clinic.clock.now, soon, EventTarget.WAITING_LIST)
    assert event is not None
    clinic.waiting_list.offer(event)
    lost = clinic.store.take_due_offer(clinic.clock.now, soon)
    assert lost is not None
    clinic.clock.passes(minutes=6)  # the event comes again, as whoever had it is lost too
    assert clinic.work_off() == []
    found = clinic.store.find_offer(lost.reference)
    assert found is not None
    assert (found.state, found.error) == (EventState.DEAD, "sender_lost")


def test_a_time_that_was_freed_twice_meanwhile_is_one_offer_and_one_that_is_freed_again_is_another(
    clinic: Clinic,
) -> None:
    clinic.waits("ann")
    clinic.freed()
    clinic.clock.passes(seconds=5)
    clinic.freed()
    assert clinic.work_off() == ["ann"]
    clinic.clock.passes(seconds=5)
    clinic.freed()
    assert clinic.work_off() == ["ann"]


def test_two_workers_at_once_write_to_everybody_once(clinic: Clinic) -> None:
    for number in range(4):
        clinic.waits(f"p{number}")
        clinic.freed(clinic.slot(number % 2, day=3 + number // 2))
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: clinic.sync().work_off(), range(3)))
    told = [(mail["To"], mail["Subject"]) for mail in clinic.inbox.mails]
    assert len(told) == len(set(told)) == len({mail["Message-ID"] for mail in clinic.inbox.mails})
    assert len({who for who, _ in told}) == 4


def test_taking_an_offer_books_it_once_with_what_was_said_when_joining(clinic: Clinic) -> None:
    entry = clinic.waits("ann")
    slot = clinic.freed()
    clinic.work_off()
    offer = clinic.offer_of("ann")
    assert clinic.offers.look_up(offer).appointment is None
    taken = clinic.offers.take(offer)
    assert (taken.slot, taken.status, taken.patient) == (slot, AppointmentStatus.BOOKED, entry.patient)
    assert clinic.offers.take(offer) == taken
    assert clinic.offers.look_up(offer).appointment == taken
    kept = clinic.store.find(entry.reference)
    assert kept is not None
    assert (kept.status, kept.served_by) == (WaitingStatus.SERVED, offer)
    assert clinic.desk.look_up(taken.reference, "ann@example.org", "w") == taken
    mails = [e.kind for e in clinic.book.events() if e.reference == taken.reference and e.target is EventTarget.MAIL]
    assert EventKind.BOOKED in mails


def test_taking_an_earlier_time_moves_the_visit(clinic: Clinic) -> None:
    visit = clinic.booked(clinic.slot(day=4), "ann")
    clinic.waits("ann", appointment=visit)
    clinic.waits("bob")
    slot = clinic.freed()
    clinic.work_off()
    first_of_bob = clinic.offer_of("bob")
    moved = clinic.offers.take(clinic.offer_of("ann"))
    assert (moved.reference, moved.slot, moved.sequence) == (visit.reference, slot, 1)
    assert clinic.offers.take(clinic.offer_of("ann")) == moved
    assert clinic.work_off() == ["bob"]  # of the time that was given up for it
    with pytest.raises(TimeTaken):
        clinic.offers.take(first_of_bob)


def test_the_first_gets_it_and_the_others_go_on_waiting(clinic: Clinic) -> None:
    entries = {name: clinic.waits(name) for name in ("ann", "bob", "cy")}
    clinic.freed()
    clinic.work_off()
    references = [clinic.offer_of(name) for name in entries]

    def attempt(reference: str) -> str:
        try:
            return clinic.offers.take(reference).reference
        except BookingError as refusal:
            return refusal.code

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(attempt, references * 2))
    assert outcomes.count("time_taken") == 4
    assert len({outcome for outcome in outcomes if outcome != "time_taken"}) == 1
    found = [clinic.store.find(entry.reference) for entry in entries.values()]
    assert sorted(entry.status for entry in found if entry) == ["served", "waiting", "waiting"]


def test_of_two_offers_one_can_be_taken_even_at_once(clinic: Clinic) -> None:
    clinic.waits("ann")
    clinic.freed(clinic.slot())
    clinic.work_off()
    first = clinic.offer_of("ann")
    clinic.freed(clinic.slot(1))
    clinic.work_off()
    second = clinic.offer_of("ann")
    assert first != second

    def attempt(reference: str) -> str:
        try:
            return clinic.offers.take(reference).status
        except BookingError as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(attempt, (first, second))) == ["booked", "not_waiting"]


def test_an_offer_that_was_given_up_later_is_over(clinic: Clinic) -> None:
    clinic.waits("ann")
    clinic.freed()
    clinic.work_off()
    offer = clinic.offer_of("ann")
    taken = clinic.offers.take(offer)
    clinic.desk.cancel(taken.reference, "ann@example.org", "w")
    for again in (clinic.offers.take, clinic.offers.look_up):
        with pytest.raises(NotWaiting):
            again(offer)


def test_an_offer_can_be_taken_until_the_time_is_too_near_and_not_by_who_has_left(clinic: Clinic) -> None:
    entry = clinic.waits("ann")
    clinic.waits("bob")
    slot = clinic.freed()
    clinic.work_off()
    clinic.waiting_list.leave(entry.reference)
    assert clinic.waiting_list.leave(entry.reference).status is WaitingStatus.LEFT
    with pytest.raises(NotWaiting):
        clinic.offers.take(clinic.offer_of("ann"))
    clinic.clock.now = slot.start - timedelta(hours=1)
    with pytest.raises(LinkExpired):
        clinic.offers.take(clinic.offer_of("bob"))
    with pytest.raises(LinkInvalid):
        clinic.offers.take("ZZZZ9999")


def test_who_died_between_the_place_and_the_booking_gets_it_with_the_same_link(clinic: Clinic) -> None:
    entry = clinic.waits("ann")
    clinic.freed()
    clinic.work_off()
    offer = clinic.offer_of("ann")
    assert clinic.store.serve(entry.reference, offer)
    assert not clinic.store.serve(entry.reference, "another")
    assert clinic.offers.take(offer).status is AppointmentStatus.BOOKED


def test_leaving_is_for_whose_place_it_is(clinic: Clinic) -> None:
    entry = clinic.waits("ann")
    with pytest.raises(NotWaiting):
        clinic.waiting_list.leave(entry.reference, sender="somebody else")
    assert clinic.waiting_list.leave(entry.reference, sender="chat ann").status is WaitingStatus.LEFT
    with pytest.raises(NotWaiting):
        clinic.waiting_list.leave("ZZZZ9999")


def test_a_link_in_the_mail_leads_off_the_list(clinic: Clinic) -> None:
    entry = clinic.waits("ann")
    clinic.freed()
    clinic.work_off()
    assert clinic.inbox.links(LEAVE) == {"ann@example.org": entry.reference}
    assert clinic.inbox.links(OFFERS) != {"ann@example.org": entry.reference}


def test_a_reference_that_is_drawn_twice_is_drawn_again(clinic: Clinic) -> None:
    draws = iter(["AAAA2222", "AAAA2222", "BBBB2222"])
    listed = WaitingList(clinic.store, clinic.book, clinic.desk, now=clinic.clock, draw_reference=lambda: next(draws))
    wished = {"sender": "s", "visit_type": "first", "name": "Ann", "contact": "ann@example.org", "reason": "legs"}
    assert listed.join(key="1", **wished).reference == "AAAA2222"
    assert listed.join(key="2", **wished).reference == "BBBB2222"


def test_an_earlier_time_is_of_the_same_kind_of_visit(clinic: Clinic) -> None:
    visit = clinic.booked(clinic.slot(day=4), "ann")
    with pytest.raises(ValueError, match="kind of visit"):
        clinic.waits("ann", visit_type="other", appointment=replace(visit))
