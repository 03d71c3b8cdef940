"""The inbox's store keeps its promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import Engine, create_engine, func, select, text, update

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.inbox import SqlInbox
from clinic.adapters.sql.inbox_tables import inbox_tag, inbox_turn, inbox_vector
from clinic.adapters.sql.inbox_vectors import SqlMissedVectors
from clinic.adapters.sql.turn_tables import turn
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.review.inbox.model import InboxQuery, InboxUnavailable, Sign
from clinic.turns import TurnState
from tests.contract.made_up_inbox import HOUR, Visitor, reply, sure_of
from tests.postgres_server import new_database
from tools.migrate import upgrade


@dataclass
class House:
    """An inbox on a database of its own."""

    engine: Engine
    turns: SqlTurnStore
    inbox: SqlInbox
    vectors: SqlMissedVectors

    def read(self) -> None:
        while not self.inbox.catch_up(time.time(), 1.0):
            pass

    def texts(self, query: InboxQuery | None = None) -> list[str]:
        self.read()
        return [turn.text for turn in self.inbox.page(query or InboxQuery(), 100)]


@pytest.fixture(scope="module")
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Addresses of new databases with the newest schema, which is made once and copied."""
    made: dict[str, str] = {}
    folder = tmp_path_factory.mktemp("inbox")

    def copy(kind: str) -> str:
        name = f"inbox_{uuid4().hex}"
        if kind == "sqlite":
            if kind not in made:
                made[kind] = f"sqlite:///{folder}/schema.db"
                upgrade(made[kind])
            shutil.copyfile(folder / "schema.db", folder / f"{name}.db")
            return f"sqlite:///{folder}/{name}.db"
        server = request.getfixturevalue("postgres_url")
        made.setdefault(kind, new_database(server) if kind not in made else "")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {made[kind].rpartition('/')[2]}"))
        engine.dispose()
        return f"{server.rpartition('/')[0]}/{name}"

    return copy


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, copies: Callable[[str], str]) -> Iterator[House]:
    engine = open_engine(copies(request.param))
    yield House(engine, SqlTurnStore(engine), SqlInbox(engine), SqlMissedVectors(engine))
    engine.dispose()


@pytest.fixture
def visitor(house: House) -> Visitor:
    return Visitor(house.turns)


def test_the_newest_message_is_the_first(house: House, visitor: Visitor) -> None:
    for message in ("one", "two", "three"):
        visitor.is_answered(message)
    assert house.texts() == ["three", "two", "one"]


def test_each_sign_finds_its_messages_and_counts_them(house: House, visitor: Visitor) -> None:
    visitor.asks_in_vain("does cbd help")
    visitor.is_answered("is it iron", sure=0.5)
    visitor.is_answered("iron or genes", sure=0.65, next_best=0.6)
    visitor.says("how many pills", reply("refusal", "dose"), trace=sure_of(("refusal_dose", 0.99)))
    visitor.says("my chest hurts", reply("emergency", "heart_lungs"))
    visitor.says("anybody there", state=TurnState.FAILED, trace={"failed": "timeout"})
    disliked = visitor.is_answered("what is iron for")
    visitor.thinks(disliked, helpful=False)
    expected = {
        Sign.MISSED: "does cbd help", Sign.UNSURE: "is it iron", Sign.CLOSE: "iron or genes",
        Sign.REFUSED: "how many pills", Sign.EMERGENCY: "my chest hurts", Sign.FAILED: "anybody there",
        Sign.DISLIKED: "what is iron for",
    }  # fmt: skip
    house.read()
    counts = house.inbox.counts(InboxQuery())
    for sign, message in expected.items():
        assert house.texts(InboxQuery(sign=sign)) == [message]
        assert counts[sign] == 1
    assert counts[None] == 7


def test_a_thumb_that_is_turned_up_again_is_no_dislike(house: House, visitor: Visitor) -> None:
    message = visitor.is_answered("iron?")
    visitor.thinks(message, helpful=False)
    assert house.texts(InboxQuery(sign=Sign.DISLIKED)) == ["iron?"]
    visitor.thinks(message, helpful=True)
    assert house.texts(InboxQuery(sign=Sign.DISLIKED)) == []


def test_paging_shows_every_message_once_while_new_ones_come(house: House, visitor: Visitor) -> None:
    for number in range(25):
        visitor.is_answered(f"question {number}")
    house.read()
    seen: list[str] = []
    before = None
    while rows := house.inbox.page(InboxQuery(before=before), 10):
        seen += [row.text for row in rows]
        before = rows[-1].id
        visitor.is_answered(f"new after {before}")
        house.read()
    assert seen == [f"question {number}" for number in reversed(range(25))]


def test_an_erased_conversation_is_gone_from_everywhere_at_once(house: House, visitor: Visitor) -> None:
    message = visitor.asks_in_vain("does cbd help")
    visitor.thinks(message, helpful=False)
    house.read()
    (found,) = house.inbox.page(InboxQuery(), 10)
    now = time.time()
    house.inbox.review([found.id], "m_1", now, now)
    house.inbox.tag([found.id], "cbd", now)
    house.vectors.keep({found.id: found.text}, np.ones((1, 4), dtype=np.float32))
    house.turns.erase(visitor.sender, now)
    for reviewed in ("open", "done", "all"):
        assert house.inbox.page(InboxQuery(reviewed=reviewed), 10) == []
    assert house.inbox.counts(InboxQuery(reviewed="all"))[None] == 0
    assert house.inbox.conversation(visitor.sender) == []
    assert house.inbox.tags() == []
    assert house.inbox.turns([found.id]) == []
    assert house.vectors.of(InboxQuery(reviewed="all"), 10)[0] == []
    with house.engine.connect() as connection:
        for table in (inbox_turn, inbox_tag, inbox_vector):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_what_is_erased_while_it_is_read_or_encoded_does_not_come_back(house: House, visitor: Visitor) -> None:
    visitor.asks_in_vain("does cbd help")
    (portion,) = list(house.inbox._new(time.time()))
    house.turns.erase(visitor.sender, time.time())
    house.inbox._keep(portion, time.time())
    house.vectors.keep({portion[0].id: portion[0].text}, np.ones((1, 4), dtype=np.float32))
    with house.engine.connect() as connection:
        for table in (inbox_turn, inbox_vector):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0


def test_marks_do_not_reach_a_message_that_came_after_the_page(house: House, visitor: Visitor) -> None:
    """An id of an erased message may be another one's by now."""
    visitor.at = time.time()
    visitor.asks_in_vain("does cbd help")
    house.read()
    (found,) = house.inbox.page(InboxQuery(), 10)
    before_it_came = visitor.at - HOUR
    assert house.inbox.review([found.id], "m_1", time.time(), before_it_came) == []
    assert house.inbox.assign([found.id], "m_1", before_it_came) == []
    assert house.inbox.tag([found.id], "x", before_it_came) == []
    assert house.texts() == ["does cbd help"]


def test_reviewed_messages_leave_the_list_and_can_be_put_back(house: House, visitor: Visitor) -> None:
    for message in ("one", "two"):
        visitor.asks_in_vain(message)
    house.read()
    ids = [turn.id for turn in house.inbox.page(InboxQuery(), 10)]
    now = time.time()
    assert house.inbox.review(ids[:1], "m_1", now, now) == ids[:1]
    assert house.inbox.review(ids[:1], "m_2", now, now) == []  # the first one's mark stays
    assert house.texts() == ["one"]
    (done,) = house.inbox.page(InboxQuery(reviewed="done"), 10)
    assert (done.text, done.marks.reviewed_by, done.marks.reviewed_at) == ("two", "m_1", now)
    assert house.inbox.review(ids, None, now, now) == ids[:1]
    assert house.texts() == ["two", "one"]


def test_assigned_and_tagged_messages_are_found(house: House, visitor: Visitor) -> None:
    for message in ("one", "two", "three"):
        visitor.asks_in_vain(message)
    house.read()
    three, two, _ = (turn.id for turn in house.inbox.page(InboxQuery(), 10))
    now = time.time()
    house.inbox.assign([two], "m_1", now)
    house.inbox.tag([two, three], "cbd", now)
    assert house.inbox.tag([two], "cbd", now) == []
    assert house.texts(InboxQuery(assigned_to="m_1")) == ["two"]
    assert house.texts(InboxQuery(assigned_to="")) == ["three", "one"]
    assert house.texts(InboxQuery(tag="cbd")) == ["three", "two"]
    assert house.inbox.tags() == ["cbd"]
    assert [turn.marks.tags for turn in house.inbox.turns([two])] == [("cbd",)]
    house.inbox.untag([two, three], "cbd", now)
    assert house.inbox.tags() == []


def test_days_bound_what_is_found(house: House) -> None:
    now = time.time()
    for days, message in ((5, "old"), (3, "middle"), (1, "new")):
        Visitor(house.turns, at=now - days * 24 * HOUR).asks_in_vain(message)
    query = InboxQuery(first=now - 4 * 24 * HOUR, until=now - 2 * 24 * HOUR)
    assert house.texts(query) == ["middle"]
    assert house.inbox.counts(query)[None] == 1


def test_words_are_found_whatever_their_case_and_marks_of_patterns_are_words(house: House, visitor: Visitor) -> None:
    for message in ("Does CBD oil help?", "100% sure about oil", "1000 things", "under_score"):
        visitor.asks_in_vain(message)
    assert house.texts(InboxQuery(words=("cbd", "OIL"))) == ["Does CBD oil help?"]
    assert house.texts(InboxQuery(words=("100%",))) == ["100% sure about oil"]
    assert house.texts(InboxQuery(words=("r_s",))) == ["under_score"]


def test_a_turn_that_failed_and_was_sent_again_is_read_anew_and_keeps_its_marks(house: House, visitor: Visitor) -> None:
    message = visitor.says("does cbd help", state=TurnState.FAILED)
    house.read()
    (failed,) = house.inbox.page(InboxQuery(sign=Sign.FAILED), 10)
    now = time.time()
    house.inbox.tag([failed.id], "look", now)
    house.turns.take(visitor.sender, 1, now, now + 20)
    house.turns.finish(visitor.sender, 1, TurnState.DONE, [reply("not_covered", "not_covered")], {}, now)
    assert house.turns.find(visitor.sender, message) is not None
    house.read()
    assert house.inbox.page(InboxQuery(sign=Sign.FAILED), 10) == []
    (missed,) = house.inbox.page(InboxQuery(sign=Sign.MISSED), 10)
    assert (missed.id, missed.marks.tags) == (failed.id, ("look",))


def test_a_turn_that_failed_is_looked_at_again_for_a_day_and_then_no_more(house: House) -> None:
    now = time.time()
    for days in (2, 0):
        Visitor(house.turns, at=now - days * 24 * HOUR - HOUR).says(f"{days} days ago", state=TurnState.FAILED)
    house.read()
    waiting = select(turn.c.text).join(inbox_turn, inbox_turn.c.turn_id == turn.c.id).where(inbox_turn.c.version == 0)
    with house.engine.connect() as connection:
        assert connection.execute(waiting).scalars().all() == ["0 days ago"]
    house.inbox.catch_up(now + 24 * HOUR, 1.0)
    with house.engine.connect() as connection:
        assert connection.execute(waiting).scalars().all() == []


def test_a_look_ends_in_time_though_nothing_has_changed(house: House, visitor: Visitor) -> None:
    visitor.at = time.time() - HOUR
    visitor.says("does cbd help", state=TurnState.FAILED)
    house.read()
    assert not house.inbox.catch_up(time.time(), 0.0)


def test_a_message_under_way_is_not_there_yet_and_one_that_was_lost_is(house: House, visitor: Visitor) -> None:
    now = time.time()
    house.turns.add(visitor.sender, "a", "under way", now, now + 20)
    assert house.texts() == []
    house.inbox.catch_up(now + 60, 1.0)
    assert [turn.text for turn in house.inbox.page(InboxQuery(sign=Sign.FAILED), 10)] == ["under way"]


def test_a_form_nobody_answered_for_long_was_left_and_one_that_is_filled_in_was_not(house: House) -> None:
    left, done = Visitor(house.turns), Visitor(house.turns)
    left.fills("book a visit", "appointment_name")
    left.fills("Ann Rowe", "appointment_contact")
    for said, asked in (("book a visit", "appointment_name"), ("Ann Rowe", "appointment_confirmed"), ("yes", None)):
        done.fills(said, asked)
    house.read()
    found = house.inbox.page(InboxQuery(sign=Sign.LEFT_FORM), 10)
    assert [(turn.sender, turn.text) for turn in found] == [(left.sender, "Ann Rowe")]


def test_a_form_is_not_left_before_its_time_and_is_when_the_chat_ends(house: House, visitor: Visitor) -> None:
    visitor.at = time.time() - 60
    visitor.fills("book a visit", "appointment_name")
    house.read()
    assert house.inbox.page(InboxQuery(sign=Sign.LEFT_FORM), 10) == []
    house.turns.end(visitor.sender, time.time())
    house.read()
    assert len(house.inbox.page(InboxQuery(sign=Sign.LEFT_FORM), 10)) == 1


def test_what_a_visitor_repeats_is_found_across_portions(house: House, visitor: Visitor) -> None:
    visitor.is_answered("can low iron cause restless legs")
    house.read()
    visitor.is_answered("can low iron cause restless legs?")
    assert house.texts(InboxQuery(sign=Sign.REPEAT)) == ["can low iron cause restless legs?"]


def test_turns_read_by_older_rules_are_read_again(house: House, visitor: Visitor) -> None:
    visitor.asks_in_vain("does cbd help")
    house.read()
    with house.engine.begin() as connection:
        connection.execute(update(inbox_turn).values(version=0, missed=False, completed_at=None))
    assert house.texts(InboxQuery(sign=Sign.MISSED)) == ["does cbd help"]


def test_a_conversation_is_told_with_everything_in_order(house: House, visitor: Visitor) -> None:
    message = visitor.is_answered("what is iron for")
    visitor.thinks(message, helpful=False, word="too long")
    house.turns.add_later(visitor.sender, "later", [reply("booking", "visit_reminder")], "notice", time.time())
    house.read()
    first, notice = house.inbox.conversation(visitor.sender)
    assert (first.text, first.helpful, first.words) == ("what is iron for", {0: False}, ("too long",))
    assert first.inbox is not None and first.inbox.reading.intent == "iron"
    assert (notice.text, notice.said_by, notice.inbox) == (None, "notice", None)


def test_who_says_much_leaves_room_for_what_others_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinic.adapters.sql.inbox._MOST_SAID", 3)
    quiet, talker = Visitor(house.turns), Visitor(house.turns)
    quiet.fills("book a visit", "appointment_name")
    quiet.fills("Ann Rowe", "appointment_contact")
    for number in range(40):
        talker.is_answered(f"question {number}")
    house.read()
    said = house.inbox.said({quiet.sender, talker.sender, "somebody else"})
    assert [(each.text, each.gives_name) for each in said[quiet.sender]] == [
        ("Ann Rowe", True), ("book a visit", False),
    ]  # fmt: skip
    assert [each.text for each in said[talker.sender]] == ["question 39", "question 38", "question 37"]


def test_two_that_read_at_once_read_every_turn_once(house: House) -> None:
    for _ in range(60):
        visitor = Visitor(house.turns)
        visitor.asks_in_vain("does cbd help")
        visitor.is_answered("what is iron for")
    faults: list[Exception] = []

    def read() -> None:
        try:
            house.read()
        except Exception as error:
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert faults == []
    assert house.inbox.counts(InboxQuery())[None] == 120


def test_missed_messages_have_a_vector_once_and_only_they(house: House, visitor: Visitor) -> None:
    visitor.asks_in_vain("does cbd help")
    visitor.is_answered("what is iron for")
    house.read()
    assert [message for _, message in house.vectors.missing(10)] == ["does cbd help"]
    found = dict(house.vectors.missing(10))
    vector = np.array([[0.6, 0.8]], dtype=np.float32)
    house.vectors.keep(found, vector)
    house.vectors.keep(found, np.array([[0.0, 1.0]], dtype=np.float32))
    assert house.vectors.count_missing() == 0
    turns, kept = house.vectors.of(InboxQuery(), 10)
    assert [turn.text for turn in turns] == ["does cbd help"]
    assert kept == pytest.approx(vector, abs=1e-3)
    assert house.vectors.of(InboxQuery(reviewed="done"), 10)[0] == []


def test_no_row_stands_in_the_error_of_a_database_that_fails(house: House, visitor: Visitor) -> None:
    visitor.asks_in_vain("a secret of mine")
    with house.engine.begin() as connection:
        connection.execute(text("DROP TABLE inbox_tag"))
        connection.execute(text("DROP TABLE inbox_vector"))
        connection.execute(text("DROP TABLE inbox_turn"))
    for attempt in (
        lambda: house.inbox.catch_up(time.time(), 1.0), lambda: house.inbox.page(InboxQuery(), 10),
        lambda: house.inbox.counts(replace(InboxQuery(), words=("secret",))),
        lambda: house.vectors.keep({1: "a secret of mine"}, np.ones((1, 2), dtype=np.float32)),
    ):  # fmt: skip
        with pytest.raises(InboxUnavailable) as raised:
            attempt()
        assert "secret" not in str(raised.value)
        assert raised.value.__cause__ is None
