"""What all stores on the clinic's database share."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, String, Table, insert, select
from sqlalchemy.exc import IntegrityError

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.store import SqlStore

_tables = MetaData()
_word = Table("word", _tables, Column("said", String, primary_key=True))


class WordsAway(Exception):
    """How the callers of `Words` know an error of the database."""


class Words(SqlStore):
    """One table, for a look at what is shared."""

    unavailable = WordsAway

    def add(self, said: str) -> None:
        with self._transaction() as connection:
            connection.execute(insert(_word).values(said=said))

    def add_first(self, said: str) -> None:
        with self._contested() as connection:
            connection.execute(insert(_word).values(said=said))

    def all_while_adding(self, said: str) -> set[str]:
        """What a reader sees that began before something was added."""
        with self._reading() as connection:
            connection.execute(select(_word)).all()
            self.add(said)
            return set(connection.execute(select(_word.c.said)).scalars())


@pytest.fixture
def words(tmp_path: Path) -> Words:
    engine = open_engine(f"sqlite:///{tmp_path / 'words.db'}")
    _tables.create_all(engine)
    return Words(engine)


def test_an_error_has_the_name_its_callers_know_and_holds_no_row(words: Words) -> None:
    words.add("a secret")
    with pytest.raises(WordsAway) as raised:
        words.add("a secret")
    assert raised.value.args == ("IntegrityError",)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_who_asked_for_it_hears_that_somebody_else_was_first(words: Words) -> None:
    words.add_first("mine")
    with pytest.raises(IntegrityError):
        words.add_first("mine")


def test_other_errors_have_the_known_name_there_too(tmp_path: Path) -> None:
    words = Words(open_engine(f"sqlite:///{tmp_path / 'none' / 'words.db'}"))
    with pytest.raises(WordsAway):
        words.add_first("mine")


def test_a_reader_holds_up_no_writer(words: Words) -> None:
    words.add("first")
    assert words.all_while_adding("second") == {"first"}
    assert words.all_while_adding("third") == {"first", "second"}
