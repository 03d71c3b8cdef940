"""The real worker: a reminder comes into the conversation that booked, whatever becomes of the mail."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from clinic.booking.appointment import EventKind, EventState, EventTarget
from clinic.bootstrap.database import turn_store
from tests.worker.clinic_with_worker import NAME, REASON, Clinic, wait_for


@pytest.mark.parametrize("contact", ["202-555-0117", "ann@example.org"])
def test_a_reminder_is_said_in_the_chat_while_no_mail_leaves(clinic: Clinic, contact: str) -> None:
    clinic.mail.stop()
    turns = turn_store(clinic.settings)
    visit = clinic.book_visit(remind_in=timedelta(hours=1), contact=contact)
    nobodys = clinic.book_visit(remind_in=timedelta(hours=1), contact=contact)
    for booked in (visit, nobodys):
        clinic.let_minutes_pass(booked, 60)
    turns.add(visit.sender, "m-1", "book a visit", time.time(), time.time() + 20)
    clinic.start_worker()
    wait_for(lambda: len(turns.history(visit.sender)) == 2, 20)
    notice = turns.history(visit.sender)[1]
    assert (notice.by, notice.text) == ("notice", None)
    assert notice.replies[0]["metadata"]["appointment"]["reference"] == visit.reference
    wait_for(lambda: clinic.event(nobodys, EventKind.REMINDER, EventTarget.CHAT).state is EventState.DROPPED)
    assert turns.history(nobodys.sender) == []
    assert clinic.event(visit, EventKind.REMINDER, EventTarget.CHAT).state is EventState.SENT
    assert clinic.event(visit).state is not EventState.SENT
    assert not any(private in clinic.log() for private in (NAME, REASON, "ann@", "555", visit.reference))
