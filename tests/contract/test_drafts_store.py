"""Drafts of answers keep their promises on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from clinic.adapters.sql.drafts import SqlDraftStore
from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.opinions import SqlOpinions
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.review.answers.drafts import Approval, Draft, DraftState, DraftStoreError
from clinic.review.answers.ports import Dislikes
from clinic.review.answers.wording import AnswerKey, Claim, Wording
from clinic.staff.model import Role, StaffMember
from clinic.turns import TurnState
from tests.contract.databases import migrated

ANN = StaffMember("m_ann", "Ann Demo", "ann@example.org", Role.EDITOR)
BEN = StaffMember("m_ben", "Ben Demo", "ben@example.org", Role.CLINICIAN)
WORDS = Wording("Some words.\n\nMore “words”.", (Claim("A fact.", "nhs_rls"),), ("intro", "causes"))
NOW = 1_764_000_000.25


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return migrated(request, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[SqlDraftStore]:
    engine = open_engine(url)
    yield SqlDraftStore(engine)
    engine.dispose()


@pytest.fixture
def key() -> AnswerKey:
    return AnswerKey(f"utter_{uuid4().hex}", 1)


def begun(store: SqlDraftStore, key: AnswerKey, wording: Wording = WORDS) -> Draft:
    draft = store.begin(key, wording, "s1", ANN, NOW)
    assert draft is not None
    return draft


def test_a_draft_is_read_as_it_was_saved(store: SqlDraftStore, key: AnswerKey) -> None:
    draft = begun(store, key)
    assert (draft.key, draft.wording, draft.state, draft.version) == (key, WORDS, DraftState.OPEN, 1)
    assert (draft.based_on, draft.authors, draft.last_by, draft.changed_at) == ("s1", ("m_ann",), "Ann Demo", NOW)
    assert store.find(draft.id) == store.live_for(key) == draft
    assert draft in store.live()


def test_an_answer_has_one_live_draft(store: SqlDraftStore, key: AnswerKey) -> None:
    draft = begun(store, key)
    assert store.begin(key, WORDS, "s1", BEN, NOW) is None
    assert store.begin(AnswerKey(key.name, 0), WORDS, "s1", BEN, NOW) is not None
    assert store.move(draft.id, draft.version, DraftState.DROPPED, NOW, ANN) is not None
    assert store.live_for(key) is None
    assert store.begin(key, WORDS, "s1", BEN, NOW) is not None


def test_every_text_and_every_author_stays(store: SqlDraftStore, key: AnswerKey) -> None:
    draft = begun(store, key)
    other = Wording("Other words.")
    saved = store.save(draft.id, draft.version, other, "s2", BEN, NOW + 1)
    assert saved is not None
    assert (saved.wording, saved.based_on, saved.authors, saved.last_by) == (
        other,
        "s2",
        ("m_ann", "m_ben"),
        "Ben Demo",
    )
    assert [(text.by, text.wording) for text in store.texts(draft.id)] == [("Ben Demo", other), ("Ann Demo", WORDS)]


def test_who_saw_an_older_version_changes_nothing(store: SqlDraftStore, key: AnswerKey) -> None:
    draft = begun(store, key)
    saved = store.save(draft.id, draft.version, Wording("Newer."), "s1", BEN, NOW)
    assert saved is not None
    assert store.save(draft.id, draft.version, Wording("Too late."), "s1", ANN, NOW) is None
    assert store.move(draft.id, draft.version, DraftState.WAITING, NOW, ANN) is None
    assert store.find(draft.id) == saved


def test_what_is_over_is_not_written_on(store: SqlDraftStore, key: AnswerKey) -> None:
    draft = begun(store, key)
    over = store.move(draft.id, draft.version, DraftState.APPROVED, NOW, BEN)
    assert over is not None
    assert store.save(draft.id, over.version, Wording("After all."), "s1", ANN, NOW) is None


def test_a_reason_stays_until_the_next_text(store: SqlDraftStore, key: AnswerKey) -> None:
    draft = begun(store, key)
    back = store.move(draft.id, 1, DraftState.SENT_BACK, NOW, BEN, "Too long.")
    assert back is not None
    assert (back.reason, back.sent_back_by, back.wording) == ("Too long.", "Ben Demo", WORDS)
    again = store.save(draft.id, back.version, Wording("Short."), "s1", ANN, NOW)
    assert again is not None
    assert (again.state, again.reason, again.sent_back_by) == (DraftState.OPEN, None, None)


def at_once(count: int, what: Callable[[int], object]) -> list[object]:
    found: list[object] = []
    threads = [threading.Thread(target=lambda i=i: found.append(what(i))) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_many_who_save_at_once_exactly_one_does(store: SqlDraftStore, key: AnswerKey) -> None:
    draft = begun(store, key)
    found = at_once(8, lambda i: store.save(draft.id, 1, Wording(f"Text {i}."), "s1", ANN, NOW))
    (saved,) = [one for one in found if one is not None]
    assert store.find(draft.id) == saved
    assert len(found) == 8


def test_of_many_who_begin_at_once_exactly_one_does(store: SqlDraftStore, key: AnswerKey) -> None:
    found = at_once(8, lambda i: store.begin(key, Wording(f"Text {i}."), "s1", ANN, NOW))
    assert (len(found), len([one for one in found if one is not None])) == (8, 1)


def test_authors_of_a_text_are_all_who_wrote_on_its_drafts(store: SqlDraftStore, key: AnswerKey) -> None:
    draft = begun(store, key)
    store.save(draft.id, 1, Wording("Final."), "s1", BEN, NOW)
    assert store.authors_of(key, "Final.") == {"m_ann", "m_ben"}
    assert store.authors_of(key, "Never said.") == frozenset()
    assert store.authors_of(AnswerKey(key.name, 0), "Final.") == frozenset()


def test_approvals_are_kept_newest_first(store: SqlDraftStore, key: AnswerKey) -> None:
    first = Approval(key, "sig", "m_ben", "Ben Demo", date(2026, 11, 23), date(2027, 11, 23), "d1", "c1", None)
    second = Approval(key, "sig2", "m_ben", "Ben Demo", date(2027, 11, 23), date(2028, 11, 23), None, "c2", "set1")
    store.record(first, NOW)
    store.record(second, NOW + 1)
    assert store.approvals(key) == [second, first]


def test_thumbs_are_counted_by_what_the_reply_was_about(url: str) -> None:
    engine, topic = open_engine(url), uuid4().hex
    turns, now = SqlTurnStore(engine), time.time()
    reply = {"text": "x", "buttons": [], "metadata": {"kind": "answer", "topic": topic}}
    for number, helpful in enumerate([False, True, False]):
        sender = uuid4().hex
        turn, _ = turns.add(sender, "m", "words", now, now + 20)
        turns.take(sender, turn.number, now, now + 20)
        turns.finish(sender, turn.number, TurnState.DONE, [{"text": "y", "metadata": {}}, reply], {}, now)
        turns.give_feedback(sender, "m", 1, helpful, None, now - number)
    found = SqlOpinions(engine)
    assert found.by_topic(now - 10)[("answer", topic)] == Dislikes(2, 1)
    assert found.by_topic(now - 1)[("answer", topic)] == Dislikes(1, 1)
    engine.dispose()


def test_a_database_that_is_not_there_is_named_and_shows_no_row(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(DraftStoreError) as met:
        SqlDraftStore(engine).live()
    assert "answer_draft" not in str(met.value)
    engine.dispose()
