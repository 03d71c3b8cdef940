"""Sets of changes in SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Row, insert, select, update

from clinic.adapters.sql.change_set_tables import change_comment, change_set
from clinic.adapters.sql.store import SqlStore
from clinic.review.changes.change_set import ChangeSet, ChangeSetState, Comment
from clinic.review.content.errors import ChangesUnavailable


class SqlChangeSets(SqlStore):
    """`ChangeSetStore` over SQLAlchemy; every method is one transaction."""

    unavailable = ChangesUnavailable

    def add(self, added: ChangeSet) -> None:
        """A new one."""
        row = {**vars(added), "state": added.state.value}
        with self._transaction() as connection:
            connection.execute(insert(change_set).values(row))

    def find(self, change_set_id: str) -> ChangeSet | None:
        """One by its id."""
        with self._reading() as connection:
            row = connection.execute(select(change_set).where(change_set.c.id == change_set_id)).first()
        return _change_set(row) if row else None

    def all(self) -> list[ChangeSet]:
        """Newest first."""
        query = select(change_set).order_by(change_set.c.created_at.desc(), change_set.c.id)
        with self._reading() as connection:
            return [_change_set(row) for row in connection.execute(query)]

    def move(self, change_set_id: str, to: ChangeSetState, since: Collection[ChangeSetState]) -> bool:
        """Set the state where it is one of `since`, in one statement; see `ChangeSetStore`."""
        is_one = (change_set.c.id == change_set_id) & change_set.c.state.in_([state.value for state in since])
        with self._transaction() as connection:
            moved = connection.execute(update(change_set).where(is_one).values(state=to.value))
            return bool(moved.rowcount)

    def note_head(self, change_set_id: str, head: str) -> None:
        """The last commit known."""
        with self._transaction() as connection:
            connection.execute(update(change_set).where(change_set.c.id == change_set_id).values(head=head))

    def add_comment(self, comment: Comment) -> None:
        """Of a set that is there."""
        with self._transaction() as connection:
            connection.execute(insert(change_comment).values(vars(comment)))

    def comments(self, change_set_id: str) -> list[Comment]:
        """Oldest first."""
        of_it = change_comment.c.change_set == change_set_id
        query = select(change_comment).where(of_it).order_by(change_comment.c.id)
        with self._reading() as connection:
            return [Comment(row.change_set, row.by, row.at, row.text) for row in connection.execute(query)]


def _change_set(row: Row[tuple[object, ...]]) -> ChangeSet:
    values = dict(row._mapping)
    return ChangeSet(**{**values, "state": ChangeSetState(values["state"])})
