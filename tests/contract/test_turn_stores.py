"""The record of turns keeps its promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.turn_tables import button, conversation, erasure, feedback, turn
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.turns import ConversationOver, TurnState, TurnStoreError
from tests.contract.databases import database


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlTurnStore]:
    with database(request, tmp_path) as engine:
        yield SqlTurnStore(engine)


@pytest.fixture
def sender() -> str:
    return uuid4().hex


def add(store: SqlTurnStore, sender: str, message_id: str) -> int:
    now = time.time()
    return store.add(sender, message_id, "words", now, now + 20)[0].number


def test_turns_are_numbered_in_the_order_of_their_arrival(store: SqlTurnStore, sender: str) -> None:
    assert [add(store, sender, m) for m in "abc"] == [1, 2, 3]


def test_the_same_message_is_the_same_turn(store: SqlTurnStore, sender: str) -> None:
    now = time.time()
    first, is_new = store.add(sender, "a", "words", now, now + 20)
    again, is_new_again = store.add(sender, "a", "words", now, now + 20)
    assert (first.number, is_new, is_new_again) == (again.number, True, False)


def test_a_later_turn_waits_for_the_earlier_one(store: SqlTurnStore, sender: str) -> None:
    first, second = add(store, sender, "a"), add(store, sender, "b")
    now = time.time()
    assert not store.take(sender, second, now, now + 20)
    assert store.take(sender, first, now, now + 20)
    assert not store.take(sender, second, now, now + 20)
    store.finish(sender, first, TurnState.DONE, [], {}, now)
    assert store.take(sender, second, now, now + 20)


def test_a_turn_whose_process_died_does_not_block_for_ever(store: SqlTurnStore, sender: str) -> None:
    first, second = add(store, sender, "a"), add(store, sender, "b")
    now = time.time()
    assert store.take(sender, first, now, now + 1)
    assert store.take(sender, second, now + 30, now + 50)


def test_an_answered_turn_cannot_be_taken_again_and_a_failed_one_can(store: SqlTurnStore, sender: str) -> None:
    number, now = add(store, sender, "a"), time.time()
    assert store.take(sender, number, now, now + 20)
    store.finish(sender, number, TurnState.FAILED, [], {}, now)
    assert store.take(sender, number, now, now + 20)
    store.finish(sender, number, TurnState.DONE, [{"text": "hi"}], {}, now)
    assert not store.take(sender, number, now, now + 20)
    assert store.history(sender)[0].replies == [{"text": "hi"}]


def test_of_many_at_once_exactly_one_takes_the_turn(store: SqlTurnStore, sender: str) -> None:
    number, now = add(store, sender, "a"), time.time()
    taken: list[bool] = []
    threads = [
        threading.Thread(target=lambda: taken.append(store.take(sender, number, now, now + 20))) for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 11 + [True]


def test_many_messages_at_once_get_different_numbers(store: SqlTurnStore, sender: str) -> None:
    numbers: list[int] = []
    threads = [threading.Thread(target=lambda i=i: numbers.append(add(store, sender, f"m{i}"))) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 13))


def test_a_button_belongs_to_whom_it_was_shown(store: SqlTurnStore, sender: str) -> None:
    add(store, sender, "a")
    button = f"b_{uuid4().hex}"
    store.issue_buttons(sender, [(button, "/iron", "Iron")])
    assert store.resolve_button(sender, button) == ("/iron", "Iron")
    assert store.resolve_button("somebody else", button) is None


def test_an_alarm_counts_the_turns_after_it_until_it_is_taken_back(store: SqlTurnStore, sender: str) -> None:
    store.note_alarm(sender, "urgent_clot", time.time())
    for message_id in "ab":
        add(store, sender, message_id)
    alarm = store.last_alarm(sender)
    assert alarm is not None
    assert (alarm.intent, alarm.turns_since) == ("urgent_clot", 2)
    store.take_back_alarm(sender, alarm.at - 1)  # meant for an older one
    assert store.last_alarm(sender) == alarm
    store.take_back_alarm(sender, alarm.at)
    assert store.last_alarm(sender) is None


def test_an_alarm_of_self_harm_is_not_covered_by_the_next_one(store: SqlTurnStore, sender: str) -> None:
    now = time.time()
    store.note_alarm(sender, "emergency_suicide", now - 60)
    store.note_alarm(sender, "emergency_heart_lungs", now)
    alarm = store.last_alarm(sender)
    assert alarm is not None
    assert (alarm.intent, alarm.at) == ("emergency_suicide", now)
    store.note_alarm(sender, "urgent_clot", now + 3600)
    later = store.last_alarm(sender)
    assert later is not None
    assert later.intent == "urgent_clot"


def said(text: str, *payloads: str) -> dict[str, Any]:
    return {"text": text, "buttons": [{"title": p.title(), "payload": p} for p in payloads], "metadata": {}}


def answered(store: SqlTurnStore, sender: str, message_id: str, state: TurnState = TurnState.DONE) -> int:
    number, now = add(store, sender, message_id), time.time()
    assert store.take(sender, number, now, now + 20)
    store.finish(sender, number, state, [said("hi")] if state is TurnState.DONE else [], {}, now)
    return number


def events(store: SqlTurnStore, sender: str, after: int = 0) -> list[tuple[int | None, str]]:
    return [(t.event, t.message_id) for t in store.completed_after(sender, after)]


def rows(store: SqlTurnStore, table: Any, sender: str) -> int:
    with store._engine.begin() as connection:
        return int(connection.execute(select(func.count()).where(table.c.sender == sender)).scalar_one())


def test_completed_turns_are_events_that_count_up_and_failed_ones_are_none(store: SqlTurnStore, sender: str) -> None:
    answered(store, sender, "a")
    failed = answered(store, sender, "b", TurnState.FAILED)
    answered(store, sender, "c")
    assert events(store, sender) == [(1, "a"), (2, "c")]
    now = time.time()
    assert store.take(sender, failed, now, now + 20)
    store.finish(sender, failed, TurnState.DONE, [said("hi")], {}, now)
    assert events(store, sender, after=2) == [(3, "b")]


def test_a_turn_completed_anew_is_a_new_event(store: SqlTurnStore, sender: str) -> None:
    number = answered(store, sender, "a")
    answered(store, sender, "b")
    store.finish(sender, number, TurnState.DONE, [said("hi"), said("more")], {}, time.time())
    assert events(store, sender) == [(2, "b"), (3, "a")]
    assert [t.message_id for t in store.history(sender)] == ["a", "b"]


def test_events_of_many_at_once_have_no_gap_and_no_double(store: SqlTurnStore, sender: str) -> None:
    numbers = [add(store, sender, f"m{i}") for i in range(8)]

    def complete(number: int) -> None:
        store.finish(sender, number, TurnState.DONE, [], {}, time.time())
        store.add_later(sender, f"later{number}", [said("soon")], "notice", time.time())

    threads = [threading.Thread(target=complete, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event for event, _ in events(store, sender)] == list(range(1, 17))


def test_a_pressed_button_stands_in_the_history(store: SqlTurnStore, sender: str) -> None:
    now = time.time()
    store.add(sender, "a", "Iron", now, now + 20, button="b_0123456789abcdef")
    add(store, sender, "b")
    assert [t.button for t in store.history(sender)] == ["b_0123456789abcdef", None]


def test_a_later_message_is_done_at_once_and_there_only_once(store: SqlTurnStore, sender: str) -> None:
    answered(store, sender, "a")
    first = store.add_later(sender, "reminder", [said("soon", "/move_visit")], "notice", time.time())
    again = store.add_later(sender, "reminder", [said("soon", "/move_visit")], "notice", time.time())
    assert first is not None
    assert again == first
    assert (first.text, first.by, first.state, first.event) == (None, "notice", TurnState.DONE, 2)
    pressed = first.replies[0]["buttons"][0]["payload"]
    assert store.resolve_button(sender, pressed) == ("/move_visit", "/Move_Visit")
    assert events(store, sender, after=1) == [(2, "reminder")]


def test_a_later_message_waits_for_nobody_and_holds_nobody_up(store: SqlTurnStore, sender: str) -> None:
    number, now = add(store, sender, "a"), time.time()
    assert store.take(sender, number, now, now + 20)
    assert store.add_later(sender, "reminder", [said("soon")], "notice", now) is not None
    store.finish(sender, number, TurnState.DONE, [], {}, now)
    assert store.take(sender, add(store, sender, "b"), now, now + 20)


def test_a_later_message_does_not_count_as_a_turn_after_an_alarm(store: SqlTurnStore, sender: str) -> None:
    store.note_alarm(sender, "urgent_clot", time.time())
    store.add_later(sender, "reminder", [said("soon")], "notice", time.time() + 1)
    alarm = store.last_alarm(sender)
    assert alarm is not None
    assert alarm.turns_since == 0


def test_nobody_is_told_later_what_has_no_conversation(store: SqlTurnStore, sender: str) -> None:
    assert store.add_later(sender, "reminder", [said("soon")], "notice", time.time()) is None
    assert store.history(sender) == []
    assert rows(store, conversation, sender) == 0


def test_the_last_feedback_counts(store: SqlTurnStore, sender: str) -> None:
    answered(store, sender, "a")
    assert store.give_feedback(sender, "a", 0, True, None, time.time())
    assert store.give_feedback(sender, "a", 0, False, "not what I asked", time.time())
    assert [t.feedback for t in store.history(sender)] == [{0: False}]
    assert [t.feedback for t in store.completed_after(sender, 0)] == [{0: False}]
    assert rows(store, feedback, sender) == 1


def test_feedback_needs_a_reply(store: SqlTurnStore, sender: str) -> None:
    answered(store, sender, "a")
    add(store, sender, "unanswered")
    for message_id, reply in (("a", 1), ("a", -1), ("b", 0), ("unanswered", 0)):
        assert not store.give_feedback(sender, message_id, reply, True, None, time.time())
    assert not store.give_feedback("somebody else", "a", 0, True, None, time.time())
    assert rows(store, feedback, sender) == 0


def test_an_ended_conversation_takes_nothing_more_and_keeps_its_turns(store: SqlTurnStore, sender: str) -> None:
    answered(store, sender, "a")
    running = add(store, sender, "b")
    assert not store.is_over(sender)
    store.end(sender, time.time())
    store.end(sender, time.time() + 60)
    assert store.is_over(sender)
    assert store.ending(sender) == "ended"
    for message_id in ("a", "c"):
        with pytest.raises(ConversationOver):
            add(store, sender, message_id)
    with pytest.raises(ConversationOver):
        store.give_feedback(sender, "a", 0, True, None, time.time())
    assert store.add_later(sender, "reminder", [said("soon")], "notice", time.time()) is None
    store.finish(sender, running, TurnState.DONE, [said("still")], {}, time.time())
    assert [t.message_id for t in store.history(sender)] == ["a", "b"]


def test_a_conversation_can_be_ended_before_a_word_was_said(store: SqlTurnStore, sender: str) -> None:
    store.end(sender, time.time())
    with pytest.raises(ConversationOver):
        add(store, sender, "a")


def test_erasing_leaves_nothing_of_a_conversation(store: SqlTurnStore, sender: str) -> None:
    answered(store, sender, "a")
    store.issue_buttons(sender, [(f"b_{uuid4().hex}", "/iron", "Iron")])
    store.note_alarm(sender, "urgent_clot", time.time())
    store.give_feedback(sender, "a", 0, False, "a word", time.time())
    store.erase(sender, time.time())
    assert [rows(store, table, sender) for table in (conversation, turn, button, feedback, erasure)] == [0, 0, 0, 0, 1]
    assert store.last_alarm(sender) is None


def test_nothing_brings_an_erased_conversation_back(store: SqlTurnStore, sender: str) -> None:
    number = add(store, sender, "a")
    store.erase(sender, time.time())
    with pytest.raises(ConversationOver):
        add(store, sender, "a")
    with pytest.raises(ConversationOver):
        store.give_feedback(sender, "a", 0, True, None, time.time())
    assert store.add_later(sender, "reminder", [said("soon")], "notice", time.time()) is None
    store.finish(sender, number, TurnState.DONE, [said("hi")], {}, time.time())
    store.issue_buttons(sender, [(f"b_{uuid4().hex}", "/iron", "Iron")])
    store.note_alarm(sender, "urgent_clot", time.time())
    store.end(sender, time.time())
    assert store.is_over(sender)
    assert store.ending(sender) == "erased"
    assert [rows(store, table, sender) for table in (conversation, turn, button)] == [0, 0, 0]


def test_of_messages_and_an_erasure_at_once_nothing_is_left(store: SqlTurnStore) -> None:
    """Whichever comes first: the message goes with the conversation, or comes too late for it."""
    for _ in range(10):
        sender, start = uuid4().hex, threading.Barrier(5)

        def write(index: int, sender: str = sender, start: threading.Barrier = start) -> None:
            start.wait()
            try:
                if index == 0:
                    store.erase(sender, time.time())
                else:
                    add(store, sender, f"m{index}")
            except ConversationOver:
                pass

        threads = [threading.Thread(target=write, args=(index,)) for index in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [rows(store, table, sender) for table in (conversation, turn, erasure)] == [0, 0, 1]


def test_an_erasure_is_open_until_rasa_confirms_it(store: SqlTurnStore, sender: str) -> None:
    asked_at = time.time()
    store.erase(sender, asked_at)
    store.erase(sender, asked_at + 5)
    mine = [(e.sender, e.asked_at) for e in store.open_erasures() if e.sender == sender]
    assert mine == [(sender, asked_at)]
    store.forget_erasures(asked_at + 10)
    assert rows(store, erasure, sender) == 1  # an open one is never forgotten
    store.settle_erasure(sender, asked_at + 1)
    assert sender not in {e.sender for e in store.open_erasures()}
    store.forget_erasures(asked_at)
    assert store.is_over(sender)
    store.forget_erasures(asked_at + 10)
    assert rows(store, erasure, sender) == 0


def test_what_was_ended_and_then_erased_is_erased(store: SqlTurnStore, sender: str) -> None:
    assert store.ending(sender) is None
    answered(store, sender, "a")
    assert store.ending(sender) is None
    store.end(sender, time.time())
    store.erase(sender, time.time())
    assert store.ending(sender) == "erased"


def test_who_only_looks_waits_for_no_writer(store: SqlTurnStore, sender: str) -> None:
    answered(store, sender, "a")
    pressed = f"b_{uuid4().hex}"
    store.issue_buttons(sender, [(pressed, "/iron", "Iron")])
    store.note_alarm(sender, "urgent_clot", time.time())
    with store._engine.begin() as writer:  # on SQLite the one that all writers wait for
        writer.execute(update(conversation).where(conversation.c.sender == sender).values(alarm="unsaid"))
        begun = time.monotonic()
        assert not store.is_over(sender)
        assert events(store, sender) == [(1, "a")]
        assert store.find(sender, "a") is not None
        assert len(store.history(sender)) == 1
        alarm = store.last_alarm(sender)
        assert alarm is not None
        assert alarm.intent == "urgent_clot"
        assert store.resolve_button(sender, pressed) == ("/iron", "Iron")
        assert sender not in {e.sender for e in store.open_erasures()}
        store.ping()
        assert time.monotonic() - begun < 1


def test_an_unreachable_database_is_one_named_error(tmp_path: Path) -> None:
    store = SqlTurnStore(open_engine(f"sqlite:///{tmp_path}/no/such/folder/x.db"))
    with pytest.raises(TurnStoreError):
        store.history("anyone")
