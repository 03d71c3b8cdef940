"""The record of turns keeps its promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.turns import TurnState, TurnStoreError
from tools.migrate import upgrade


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlTurnStore]:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url")
    upgrade(url)
    engine = open_engine(url)
    yield SqlTurnStore(engine)
    engine.dispose()


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


def test_erasing_leaves_nothing_of_a_conversation(store: SqlTurnStore, sender: str) -> None:
    add(store, sender, "a")
    store.issue_buttons(sender, [(f"b_{uuid4().hex}", "/iron", "Iron")])
    store.note_alarm(sender, "urgent_clot", time.time())
    store.erase(sender)
    assert store.history(sender) == []
    assert store.last_alarm(sender) is None


def test_an_unreachable_database_is_one_named_error(tmp_path: Path) -> None:
    store = SqlTurnStore(open_engine(f"sqlite:///{tmp_path}/no/such/folder/x.db"))
    with pytest.raises(TurnStoreError):
        store.history("anyone")
