"""The database counts what happened, on SQLite and on PostgreSQL alike: cases counted by hand, and many by chance."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.numbers import SqlNumbers
from clinic.adapters.sql.numbers_tables import reply_count, turn_count
from clinic.adapters.sql.turn_tables import turn
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.review.numbers import counted as numbers_counted
from clinic.review.numbers.counted import Counted, Handled, counted_as
from clinic.review.numbers.model import Tally, Task
from clinic.review.numbers.period import Span
from clinic.review.numbers.ports import NumbersUnavailable
from clinic.turns import TurnState
from tests.contract.made_up_turns import Chats, make_up, reply, with_tables
from tests.postgres_server import new_database
from tools.migrate import upgrade

DAY = datetime(2026, 6, 2, 12, 0, tzinfo=UTC)
A_DAY = Span(datetime(2026, 6, 2, tzinfo=UTC), datetime(2026, 6, 3, tzinfo=UTC))
FORM = {"form": "appointment_form"}


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    if request.param == "postgres":
        url = new_database(request.getfixturevalue("postgres_url"))
    else:
        upgrade(url)
    engine = open_engine(url)
    with_tables(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> SqlNumbers:
    return SqlNumbers(engine, at(18).timestamp)


@pytest.fixture
def chats(engine: Engine) -> Chats:
    return Chats(engine)


def counted(store: SqlNumbers, chats: Chats | None = None, span: Span = A_DAY) -> Tally:
    if chats:
        chats.write()
    assert store.catch_up(60)
    return store.tally(span)


def at(hour: int, minute: int = 0) -> datetime:
    return DAY.replace(hour=hour, minute=minute)


def test_a_chat_counts_once_at_its_first_message_and_each_of_its_messages_counts(
    store: SqlNumbers, chats: Chats
) -> None:
    chats.say("ann", at(9), reply("answer", "iron"))
    chats.say("ann", at(11, 20), reply("answer", "sleep"))
    chats.say("bob", at(11, 25), reply("chitchat", "thanks"))
    found = counted(store, chats)
    first, later = int(at(9).timestamp()) // 900, int(at(11, 15).timestamp()) // 900
    assert found.chats == {first: 1, later: 1}
    assert found.messages == {first: 1, later: 2}
    assert found.handled == {Handled.REPLIED: 3}


def test_reminders_and_words_of_staff_are_no_chats_messages_or_answers(store: SqlNumbers, chats: Chats) -> None:
    chats.say("ann", at(9) - timedelta(days=3), reply("answer", "iron"))
    chats.say("ann", at(9), reply("booking", "visit_reminder"), text=None, said_by="notice")
    chats.say("ann", at(10), reply("answer", "iron"), text=None, said_by="person")
    found = counted(store, chats)
    assert found == Tally(later={"notice": 1, "person": 1}, done=found.done)


def test_the_span_holds_its_first_moment_and_not_its_last(store: SqlNumbers, chats: Chats) -> None:
    chats.say("ann", A_DAY.since, reply("answer", "iron"))
    chats.say("bob", A_DAY.until, reply("answer", "sleep"))
    assert counted(store, chats).replies == {(Counted.ANSWERED, "iron"): 1}


def test_replies_count_by_what_they_are_and_a_chat_with_two_warnings_counts_once(
    store: SqlNumbers, chats: Chats
) -> None:
    chats.say("ann", at(9), reply("answer", "iron"), reply("refusal", "dose"))
    chats.say("ann", at(9, 1), reply("emergency", "stroke"), reply("clarify", "kept_question"))
    chats.say("ann", at(9, 2), reply("urgent", "clot"))
    chats.say("ann", at(9, 3), reply("answer", "iron"), reply("emergency", "reminder"))
    found = counted(store, chats)
    assert found.replies == {
        (Counted.ANSWERED, "iron"): 2, (Counted.REFUSED, "dose"): 1, (Counted.EMERGENCY, "stroke"): 1,
        (Counted.URGENT, "clot"): 1,
    }  # fmt: skip
    assert found.alarm_chats == 1


def test_answer_times_are_those_of_answered_messages_without_alarms(store: SqlNumbers, chats: Chats) -> None:
    chats.say("ann", at(9), reply("answer", "iron"), seconds=0.25)
    chats.say("ann", at(9, 1), reply("chitchat", "thanks"), seconds=2)
    chats.say("ann", at(9, 2), reply("emergency", "stroke"), seconds=9)
    chats.say("ann", at(9, 3), state="failed", seconds=18)
    chats.say("ann", at(9, 4), seconds=0.1, handoff="h1")
    found = counted(store, chats)
    assert found.answer_ms == {250: 1, 2000: 1}
    assert found.handled == {Handled.REPLIED: 3, Handled.FAILED: 1, Handled.TO_PERSON: 1}


def test_thumbs_count_on_their_own_day_by_the_reply_they_were_given_to(store: SqlNumbers, chats: Chats) -> None:
    message = chats.say("ann", at(9) - timedelta(days=1), reply("answer", "iron"), reply("refusal", "dose"))
    chats.thumb("ann", message, at(0, 5), True)
    chats.thumb("ann", message, at(0, 6), False, index=1)
    other = chats.say("ann", at(9), reply("answer", "sleep"))
    chats.thumb("ann", other, at(9) + timedelta(days=1), False)
    assert counted(store, chats).thumbs == {("answer", "iron", True): 1, ("refusal", "dose", False): 1}


def test_tasks_are_those_of_the_books_each_once_though_several_are_told(store: SqlNumbers, chats: Chats) -> None:
    chats.visit("ann", at(9), "booked", "moved", "moved")
    chats.visit("bob", at(10), "booked", "cancelled")
    chats.visit("eve", at(10) - timedelta(days=1), "booked")
    chats.request("ann", at(11))
    for hour in (12, 13):
        chats.request("ann", at(hour), is_question=True)
    found = counted(store, chats).done
    assert found == {Task.BOOKED: 2, Task.MOVED: 2, Task.CANCELLED: 1, Task.CALLBACK: 1, Task.QUESTION: 2,
                     Task.WAITING: 0}  # fmt: skip


def asks(chats: Chats, sender: str, *slots: str, hour: int = 9, **trace: str) -> None:
    """A form's questions, a minute apart; a name is asked for once a time is held."""
    for minute, slot in enumerate(slots):
        said = [reply("booking", "time_held")] if slot == "appointment_name" and "purpose" not in trace else []
        chats.say(sender, at(hour, minute), *said, reply("booking", slot), requested_slot=slot, **FORM, **trace)


VISIT = ("appointment_visit_type", "appointment_clinician", "appointment_time", "appointment_name",
         "appointment_contact", "appointment_reason", "appointment_confirmed")  # fmt: skip


def test_the_funnel_counts_chats_by_the_furthest_step_they_reached(store: SqlNumbers, chats: Chats) -> None:
    asks(chats, "asked", *VISIT[:1])
    asks(chats, "chose a kind", *VISIT[:2])
    asks(chats, "chose a time", *VISIT[:5])
    asks(chats, "gave a contact", *VISIT[:6])
    asks(chats, "booked", *VISIT)
    chats.say("booked", at(10), reply("booking", "appointment_booked"))
    chats.say("talked", at(9), reply("answer", "iron"))
    assert counted(store, chats).funnel == (5, 4, 3, 2, 1)


def test_asking_twice_in_a_chat_is_one_wish(store: SqlNumbers, chats: Chats) -> None:
    asks(chats, "ann", *VISIT[:3])
    asks(chats, "ann", *VISIT[:1], hour=11)
    assert counted(store, chats).funnel == (1, 1, 0, 0, 0)


def test_a_call_back_is_no_booking_though_it_asks_for_a_name_and_a_contact_too(store: SqlNumbers, chats: Chats) -> None:
    slots = ("appointment_name", "appointment_contact", "appointment_reason", "appointment_confirmed")
    asks(chats, "ann", *slots, purpose="callback")
    for minute, slot in enumerate(slots):  # as traces were before they told the purpose
        chats.say("bob", at(9, minute), reply("booking", slot), requested_slot=slot, **FORM)
    assert counted(store, chats).funnel == (0, 0, 0, 0, 0)


def test_a_call_back_after_a_time_was_looked_for_in_vain_gives_no_contact_for_a_visit(
    store: SqlNumbers, chats: Chats
) -> None:
    asks(chats, "ann", *VISIT[:3])
    for minute, slot in enumerate(("appointment_name", "appointment_contact", "appointment_reason")):
        chats.say("ann", at(10, minute), reply("booking", slot), requested_slot=slot, **FORM)
    assert counted(store, chats).funnel == (1, 1, 0, 0, 0)


def test_a_visit_that_is_in_the_book_is_booked_though_its_reply_was_lost(store: SqlNumbers, chats: Chats) -> None:
    asks(chats, "ann", *VISIT)
    chats.say("ann", at(9, 30), state="failed")
    chats.visit("ann", at(9, 30), "booked")
    assert counted(store, chats).funnel == (1, 1, 1, 1, 1)


def test_a_chat_that_is_erased_is_gone_from_all_numbers_but_its_visit_stays(
    engine: Engine, store: SqlNumbers, chats: Chats
) -> None:
    asks(chats, "ann", *VISIT)
    message = chats.say("ann", at(10), reply("answer", "iron"))
    chats.thumb("ann", message, at(10), True)
    chats.visit("ann", at(9), "booked")
    assert counted(store, chats).messages
    SqlTurnStore(engine).erase("ann", at(11).timestamp())
    found = counted(store)
    assert found == Tally(done=found.done)
    assert found.done[Task.BOOKED] == 1
    with engine.connect() as connection:
        left = [connection.execute(select(func.count()).select_from(t)).scalar() for t in (turn_count, reply_count)]
    assert left == [0, 0]


def test_a_message_that_is_answered_after_it_was_counted_is_counted_anew(engine: Engine, store: SqlNumbers) -> None:
    turns, now = SqlTurnStore(engine), at(9).timestamp()
    for sender in ("ann", "bob"):
        turns.add(sender, "m1", "words", now, now + 20)
    assert counted(store).handled == {Handled.OPEN: 2}
    for state, when in ((TurnState.FAILED, now + 18), (TurnState.DONE, now + 60)):
        assert turns.take("ann", 1, when, when + 20)
        replies = [reply("answer", "iron")] if state is TurnState.DONE else []
        turns.finish("ann", 1, state, replies, {}, when)
        expected = Handled.REPLIED if replies else Handled.FAILED
        assert counted(store).handled == {Handled.OPEN: 1, expected: 1}
    found = counted(store)
    assert (found.replies, found.answer_ms) == ({(Counted.ANSWERED, "iron"): 1}, {60_000: 1})


def test_a_message_that_failed_is_looked_at_again_for_a_day_and_then_no_more(engine: Engine, chats: Chats) -> None:
    def waiting(now: datetime) -> int:
        assert SqlNumbers(engine, now.timestamp).catch_up(60)
        query = select(func.count()).select_from(turn_count).where(turn_count.c.version == 0)
        with engine.connect() as connection:
            found: int = connection.execute(query).scalar_one()
        return found

    for hour in (9, 12):
        chats.say("ann", at(hour), state="failed")
    chats.write()
    assert [waiting(at(13)), waiting(at(10) + timedelta(days=1)), waiting(at(13) + timedelta(days=1))] == [2, 1, 0]


def test_nothing_is_read_twice_and_new_turns_are_added(engine: Engine, store: SqlNumbers, chats: Chats) -> None:
    chats.say("ann", at(9), reply("answer", "iron"))
    counted(store, chats)
    with engine.begin() as connection:
        connection.execute(update(turn_count).values(answer_ms=7))
    chats.say("ann", at(10), reply("answer", "iron"), seconds=1)
    assert counted(store, chats).answer_ms == {7: 1, 1000: 1}


def test_other_rules_of_counting_read_every_turn_anew(
    engine: Engine, store: SqlNumbers, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute in range(5):
        chats.say("ann", at(9, minute), reply("answer", "iron"))
    counted(store, chats)
    with engine.begin() as connection:
        connection.execute(update(reply_count).values(topic="old"))
    monkeypatch.setattr("clinic.adapters.sql.numbers_reading.VERSION", numbers_counted.VERSION + 1)
    assert counted(store).replies == {(Counted.ANSWERED, "iron"): 5}


def test_a_long_record_is_read_in_portions_and_the_next_call_goes_on(store: SqlNumbers, chats: Chats) -> None:
    for n in range(2_500):
        chats.say(f"s{n % 40}", at(9, n % 60), reply("answer", "iron"))
    chats.write()
    seen = []
    for _ in range(20):
        is_done = store.catch_up(0.0001)
        seen.append(sum(store.tally(A_DAY).messages.values()))
        if is_done:
            break
    else:
        assert store.catch_up(60)
        seen.append(sum(store.tally(A_DAY).messages.values()))
    assert seen == sorted(seen)
    assert (seen[0] < 2_500, seen[-1]) == (True, 2_500)


def test_several_processes_that_catch_up_at_once_count_everything_once(engine: Engine, chats: Chats) -> None:
    for n in range(3_000):
        chats.say(f"s{n % 30}", at(9, n % 60), reply("answer", "iron"))
    chats.write()
    errors: list[Exception] = []

    def run() -> None:
        try:
            SqlNumbers(engine).catch_up(60)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors, errors
    assert sum(counted(SqlNumbers(engine)).messages.values()) == 3_000


def test_what_cannot_be_read_does_not_stop_the_rest(engine: Engine, store: SqlNumbers, chats: Chats) -> None:
    chats.say("ann", at(9), reply("answer", "iron"))
    chats.say("bob", at(9), reply("answer", "iron"))
    chats.write()
    odd = json.dumps([{"metadata": {"kind": "answer" * 30, "topic": "\ud800\x00" * 99}}])
    with engine.begin() as connection:
        connection.execute(update(turn).where(turn.c.sender == "bob").values(replies=odd, trace="{"))
    assert counted(store).replies == {(Counted.ANSWERED, "iron"): 1}


def test_days_add_up_to_the_week_and_to_what_the_rows_say(engine: Engine, store: SqlNumbers) -> None:
    until = datetime(2026, 6, 8, tzinfo=UTC)
    make_up(engine, 1_500, 7, until, length=5)
    week = counted(store, span=Span(until - timedelta(days=9), until + timedelta(days=1)))
    days = [store.tally(Span(until - timedelta(days=n), until - timedelta(days=n - 1))) for n in range(9, -1, -1)]
    for part in ("messages", "handled", "replies", "answer_ms", "thumbs", "done", "later"):
        summed: Counter[object] = Counter()
        for day in days:
            summed.update(getattr(day, part))
        assert +summed == +Counter(getattr(week, part)), part
    with engine.connect() as connection:
        rows = connection.execute(select(turn.c.text, turn.c.state, turn.c.replies)).all()
    asked = [row for row in rows if row.text is not None]
    assert sum(week.messages.values()) == len(asked) == sum(week.handled.values())
    said = [r["metadata"] for row in asked for r in json.loads(row.replies)]
    by_hand = Counter((counted_as(m["kind"], m["topic"]), m["topic"]) for m in said)
    assert week.replies == {key: times for key, times in by_hand.items() if key[0] is not None}
    assert sum(week.chats.values()) <= len(asked)
    assert list(week.funnel) == sorted(week.funnel, reverse=True)
    assert week.funnel[-1] == week.times(Counted.BOOKED)


def test_a_database_that_is_not_there_is_named_without_a_word_of_the_rows(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'none' / 'clinic.db'}")
    with pytest.raises(NumbersUnavailable) as failed:
        SqlNumbers(engine).catch_up(1)
    assert str(failed.value) == "OperationalError"
    assert failed.value.__cause__ is None
