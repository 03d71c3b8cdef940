"""The rows of sets of changes keep their promises on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from clinic.adapters.sql.change_set_tables import change_set
from clinic.adapters.sql.change_sets import SqlChangeSets
from clinic.adapters.sql.engine import metadata
from clinic.review.changes.change_set import ChangeSet, ChangeSetState, Comment
from clinic.review.content.errors import ChangesUnavailable
from tests.contract.databases import database

OPEN, TESTING, PASSED = ChangeSetState.OPEN, ChangeSetState.TESTING, ChangeSetState.PASSED


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlChangeSets]:
    with database(request, tmp_path, change_set) as engine:
        yield SqlChangeSets(engine)


def a_set(created_at: float = 1.5, state: ChangeSetState = OPEN) -> ChangeSet:
    name = uuid4().hex[:8]
    return ChangeSet(name, "Über “iron”", state, "s-nurse", created_at, f"change/{name}", "f" * 40)


def test_a_set_comes_back_as_it_was_and_the_newest_first(store: SqlChangeSets) -> None:
    old, new = a_set(1.25), a_set(1_795_000_000.125, TESTING)
    store.add(old)
    store.add(new)
    assert store.find(old.id) == old
    assert store.all() == [new, old]
    assert store.find("no-such-set") is None


def test_a_state_moves_only_from_those_it_may_come_from(store: SqlChangeSets) -> None:
    made = a_set()
    store.add(made)
    assert not store.move(made.id, PASSED, [TESTING])
    assert store.find(made.id) == made
    assert store.move(made.id, TESTING, [OPEN, PASSED])
    assert store.find(made.id) == replace(made, state=TESTING)
    assert not store.move(made.id, OPEN, [])
    assert not store.move("no-such-set", OPEN, list(ChangeSetState))


def test_of_many_who_move_a_state_at_once_one_does(store: SqlChangeSets) -> None:
    made = a_set()
    store.add(made)
    with ThreadPoolExecutor(8) as pool:
        moved = list(pool.map(lambda _: store.move(made.id, TESTING, [OPEN]), range(8)))
    assert moved.count(True) == 1


def test_the_last_commit_known_is_kept(store: SqlChangeSets) -> None:
    made, other = a_set(), a_set()
    store.add(made)
    store.add(other)
    store.note_head(made.id, "a" * 40)
    assert store.find(made.id) == replace(made, head="a" * 40)
    assert store.find(other.id) == other


def test_comments_of_a_set_come_back_in_order(store: SqlChangeSets) -> None:
    made, other = a_set(), a_set()
    store.add(made)
    store.add(other)
    comments = [Comment(made.id, "s-nurse", 5.5, "first\n\nline “two”"), Comment(made.id, "s-desk", 5.5, "second")]
    for comment in [comments[0], Comment(other.id, "s-desk", 1.0, "of another"), comments[1]]:
        store.add_comment(comment)
    assert store.comments(made.id) == comments
    assert store.comments("no-such-set") == []


def test_a_store_that_fails_says_so_and_nothing_of_what_it_was_given(store: SqlChangeSets) -> None:
    with pytest.raises(ChangesUnavailable) as caught:
        store.add_comment(Comment("no-such-set", "s-nurse", 1.0, "secret words"))
    assert "secret" not in str(caught.value)
    made = a_set()
    store.add(made)
    with pytest.raises(ChangesUnavailable):
        store.add(made)


def test_the_migrated_tables_are_those_of_the_code(store: SqlChangeSets) -> None:
    from sqlalchemy import inspect  # noqa: PLC0415

    found = inspect(store._engine)
    for name in ("change_set", "change_comment"):
        assert {c["name"] for c in found.get_columns(name)} == {c.name for c in metadata.tables[name].columns}
        assert {i["name"] for i in found.get_indexes(name)} == {i.name for i in metadata.tables[name].indexes}
