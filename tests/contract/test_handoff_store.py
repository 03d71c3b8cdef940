"""Who has a conversation: one person at most, on SQLite and on PostgreSQL, whatever happens at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from clinic.adapters.sql.handoff_chats import SqlHandoffStore
from clinic.adapters.sql.handoff_tables import handoff, staff_presence
from clinic.adapters.sql.turn_tables import conversation
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.handoff import ChatOver, Ending, HandoffState, NoSuchChat, NotYours, TakenByOther
from clinic.handoff.model import TAKEN
from clinic.turns import TurnState
from tests.contract.databases import database

NOW = 1_800_000_000.0
MINUTE = 60.0


class Chats:
    """One database with its conversations."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.turns, self.store = SqlTurnStore(engine), SqlHandoffStore(engine)

    def begun(self, text: str = "hello", at: float = NOW) -> str:
        sender = uuid4().hex
        self.said(sender, text, at)
        return sender

    def said(self, sender: str, text: str, at: float) -> None:
        turn, _ = self.turns.add(sender, uuid4().hex, text, at, at + 20)
        assert self.turns.take(sender, turn.number, at, at + 20)
        self.turns.finish(sender, turn.number, TurnState.DONE, [], {}, at)

    def take(self, sender: str, member: str = "ann", now: float = NOW) -> str:
        return self.store.take(sender, member, member.title(), now, now - 10 * MINUTE).id


@pytest.fixture(params=["sqlite", "postgres"])
def chats(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Chats]:
    with database(request, tmp_path, conversation, staff_presence) as engine:
        yield Chats(engine)


def test_who_asks_waits_until_somebody_takes_the_chat(chats: Chats) -> None:
    sender = chats.begun()
    asked = chats.store.ask(sender, NOW)
    assert asked is not None
    assert chats.store.open_one(sender) == asked
    assert (asked.state, asked.asked_at) == (HandoffState.WAITING, NOW)
    taken = chats.store.take(sender, "ann", "Ann", NOW + 5, NOW)
    assert (taken.id, taken.asked_at) == (asked.id, NOW)
    assert taken.is_with("ann")
    assert not taken.is_with("ben")


def test_asking_again_is_no_new_wish(chats: Chats) -> None:
    sender = chats.begun()
    first = chats.store.ask(sender, NOW)
    assert chats.store.ask(sender, NOW + 100) == first


@pytest.mark.parametrize("over", ["never there", "ended", "erased"])
def test_nobody_waits_and_nobody_comes_where_there_is_no_conversation(chats: Chats, over: str) -> None:
    sender = uuid4().hex if over == "never there" else chats.begun()
    if over == "ended":
        chats.turns.end(sender, NOW)
    if over == "erased":
        chats.turns.erase(sender, NOW)
    assert chats.store.ask(sender, NOW) is None
    with pytest.raises(ChatOver if over == "ended" else NoSuchChat):
        chats.take(sender)


def test_of_two_at_once_one_has_the_chat_and_the_other_hears_who(chats: Chats) -> None:
    sender = chats.begun()
    names = [f"member{number}" for number in range(8)]
    won, told = in_threads(names, lambda name: chats.take(sender, name))
    (winner,) = won
    assert len(told) == 7
    assert {type(error) for error in told} == {TakenByOther}
    assert {str(error.name) for error in told if isinstance(error, TakenByOther)} == {winner.title()}
    found = chats.store.open_one(sender)
    assert found is not None
    assert found.is_with(winner)


def test_the_database_itself_refuses_a_second_open_handoff(chats: Chats) -> None:
    sender = chats.begun()
    chats.take(sender)
    with pytest.raises(IntegrityError), chats.engine.begin() as connection:
        connection.execute(handoff.insert().values(id=uuid4().hex, sender=sender, state="waiting"))


def test_taking_it_again_oneself_changes_nothing_but_that_one_is_there(chats: Chats) -> None:
    sender = chats.begun()
    first = chats.take(sender)
    assert chats.take(sender, now=NOW + MINUTE) == first
    found = chats.store.open_one(sender)
    assert found is not None
    assert (found.taken_at, found.active_at) == (NOW, NOW + MINUTE)


def test_who_left_without_a_word_does_not_keep_the_chat_from_another(chats: Chats) -> None:
    sender = chats.begun()
    first = chats.take(sender, "ann")
    chats.store.note_told(first, TAKEN)
    second = chats.take(sender, "ben", NOW + 11 * MINUTE)
    assert second != first
    assert [found.id for found in chats.store.untold()] == [second]


def test_only_who_has_the_chat_writes_and_hands_back(chats: Chats) -> None:
    sender = chats.begun()
    for act in (chats.store.note_word, chats.store.hand_back):
        with pytest.raises(NotYours):
            act(sender, "ann", NOW)
    chats.take(sender, "ann")
    with pytest.raises(NotYours):
        chats.store.note_word(sender, "ben", NOW)
    with pytest.raises(NotYours):
        chats.store.hand_back(sender, "ben", NOW)
    assert chats.store.note_word(sender, "ann", NOW + 5).active_at == NOW + 5
    over = chats.store.hand_back(sender, "ann", NOW + 6)
    assert (over.state, over.ending, over.over_at) == (HandoffState.OVER, Ending.HANDED_BACK, NOW + 6)
    assert chats.store.open_one(sender) is None
    with pytest.raises(NotYours):
        chats.store.note_word(sender, "ann", NOW + 7)


def test_what_nobody_came_to_and_what_was_left_ends_and_the_rest_goes_on(chats: Chats) -> None:
    waited, waits, left, written = (chats.begun() for _ in range(4))
    chats.store.ask(waited, NOW - 3 * MINUTE)
    chats.store.ask(waits, NOW - MINUTE)
    chats.take(left, now=NOW - 10 * MINUTE)
    chats.take(written, now=NOW - 10 * MINUTE)
    chats.store.note_word(written, "ann", NOW - MINUTE)
    end = lambda: chats.store.end_stale(NOW - 3 * MINUTE, NOW - 10 * MINUTE, NOW)  # noqa: E731
    assert (end(), end()) == (2, 0)
    endings = {found.sender: found.ending for found in chats.store.untold() if found.ending}
    assert endings == {waited: Ending.NOBODY_CAME, left: Ending.IDLE}
    assert chats.store.open_one(waits) is not None
    assert chats.store.open_one(written) is not None


def test_news_are_untold_until_they_were_told(chats: Chats) -> None:
    sender = chats.begun()
    chats.store.ask(sender, NOW)
    assert chats.store.untold() == []
    taken = chats.take(sender)
    assert [found.news for found in chats.store.untold()] == [TAKEN]
    chats.store.note_told(taken, TAKEN)
    assert chats.store.untold() == []
    chats.store.hand_back(sender, "ann", NOW)
    assert [found.news for found in chats.store.untold()] == ["handed_back"]


def test_the_first_word_stays_the_first_when_it_is_sent_again(chats: Chats) -> None:
    taken = chats.take(chats.begun())
    assert [chats.store.is_first_word(taken, message) for message in ("one", "two", "one")] == [True, False, True]


def test_a_visitor_who_erases_the_chat_leaves_nothing_of_it(chats: Chats) -> None:
    sender = chats.begun()
    chats.take(sender)
    chats.turns.erase(sender, NOW)
    with chats.engine.begin() as connection:
        assert connection.execute(handoff.select()).all() == []


def test_who_is_here_is_so_for_a_while(chats: Chats) -> None:
    chats.store.note_here("b", "Ben", NOW + 60)
    chats.store.note_here("a", "Ann", NOW + 10)
    chats.store.note_here("a", "Ann", NOW + 90)
    assert [(one.name, one.until) for one in chats.store.here(NOW)] == [("Ann", NOW + 90), ("Ben", NOW + 60)]
    assert [one.name for one in chats.store.here(NOW + 60)] == ["Ann"]
    chats.store.note_gone("a")
    assert [one.name for one in chats.store.here(NOW)] == ["Ben"]


def test_open_chats_are_those_of_late_and_those_with_a_person_the_newest_first(chats: Chats) -> None:
    old, ended = chats.begun("long ago", NOW - 9_000), chats.begun("over", NOW)
    chats.turns.end(ended, NOW)
    taken = chats.begun("still with ann", NOW - 9_000)
    chats.take(taken)
    first, second = chats.begun("first", NOW - 50), chats.begun("second", NOW - 20)
    chats.said(first, "first, again", NOW - 10)
    chats.turns.add_later(second, "notice", [{"text": "soon", "buttons": [], "metadata": {}}], "notice", NOW)
    chats.turns.note_alarm(second, "urgent_clot", NOW - 20)
    chats.store.ask(first, NOW)
    found = chats.store.open_chats(NOW - 7_200, 50)
    assert old not in {chat.sender for chat in found}
    assert [(chat.sender, chat.last_text, chat.messages) for chat in found] == [
        (first, "first, again", 2), (second, "second", 1), (taken, "still with ann", 0),
    ]  # fmt: skip
    assert [chat.handoff.state if chat.handoff else None for chat in found] == [
        HandoffState.WAITING, None, HandoffState.WITH_PERSON,
    ]  # fmt: skip
    assert [chat.alarm for chat in found] == [None, "urgent_clot", None]


def test_who_waits_is_counted_until_somebody_comes_or_the_visitor_goes(chats: Chats) -> None:
    waits, is_taken, is_gone = (chats.begun() for _ in range(3))
    for sender in (waits, is_taken, is_gone):
        chats.store.ask(sender, NOW)
    assert chats.store.count_waiting() == 3
    chats.take(is_taken)
    chats.turns.end(is_gone, NOW)
    assert chats.store.count_waiting() == 1


def test_those_who_wait_are_listed_however_many_chats_are_open(chats: Chats) -> None:
    waits = chats.begun("waits", NOW - 60)
    chats.store.ask(waits, NOW - 60)
    for number in range(5):
        chats.begun("newer", NOW - number)
    found = chats.store.open_chats(NOW - 7_200, 3)
    assert len(found) == 3
    assert waits in {chat.sender for chat in found}


def test_taking_and_the_visitor_s_messages_do_not_wait_for_one_another(chats: Chats) -> None:
    sender, begun = chats.begun(), time.monotonic()
    acts: list[Callable[[], object]] = [
        lambda: chats.said(sender, "and", NOW), lambda: chats.take(sender), lambda: chats.store.ask(sender, NOW),
        lambda: chats.turns.add_later(sender, uuid4().hex, [], "person", NOW),
    ]  # fmt: skip
    _, failed = in_threads(acts * 3, lambda act: act())
    assert {type(error).__name__ for error in failed} <= {"AssertionError"}  # a turn that is not the next one yet
    assert time.monotonic() - begun < 10


def in_threads(things: list[Any], act: Callable[[Any], object]) -> tuple[list[Any], list[Exception]]:
    """Do it with all at once: for which it went well, and what went wrong."""
    went: list[Any] = []
    wrong: list[Exception] = []
    at_once = threading.Barrier(len(things))

    def run(thing: Any) -> None:
        at_once.wait()
        try:
            act(thing)
            went.append(thing)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(thing,)) for thing in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return went, wrong
