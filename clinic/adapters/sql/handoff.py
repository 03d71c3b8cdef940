"""Which conversations are with a person, in SQL."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.engine import Connection

from clinic.adapters.sql.handoff_tables import handoff, staff_presence
from clinic.adapters.sql.store import SqlStore
from clinic.adapters.sql.turn_tables import conversation
from clinic.handoff.errors import ChatOver, HandoffUnavailable, NoSuchChat, NotYours, TakenByOther
from clinic.handoff.model import TAKEN, Ending, Handoff, HandoffState, Presence

_WAITING, _WITH_PERSON, _OVER = (state.value for state in HandoffState)


class SqlHandoffs(SqlStore):
    """The part of `HandoffStore` that changes something; every method is one transaction."""

    unavailable = HandoffUnavailable

    def ask(self, sender: str, now: float) -> Handoff | None:
        """Let a visitor wait for a person; see `HandoffStore`."""
        with self._transaction() as connection:
            try:
                _lock_open(connection, sender)
            except (NoSuchChat, ChatOver):
                return None
            found = _open_one(connection, sender)
            return found or _add(connection, sender, state=_WAITING, asked_at=now)

    def open_one(self, sender: str) -> Handoff | None:
        """The handoff that waits or is with a person."""
        with self._reading() as connection:
            return _open_one(connection, sender)

    def take(self, sender: str, member: str, name: str, now: float, idle_since: float) -> Handoff:
        """Give a conversation to a member of the staff; see `HandoffStore`."""
        taken = {"state": _WITH_PERSON, "taken_at": now, "member": member, "member_name": name, "active_at": now}
        with self._transaction() as connection:
            _lock_open(connection, sender)
            found = _open_one(connection, sender)
            if found is None:
                return _add(connection, sender, **taken)
            if found.state is HandoffState.WAITING:
                return _change(connection, found.id, **taken)
            if found.is_with(member):
                return _change(connection, found.id, active_at=now)
            if (found.active_at or 0) > idle_since:
                raise TakenByOther(found.member_name or "")
            # The next person is there: that the last one had left is no news any more.
            left = {"state": _OVER, "over_at": now, "ending": Ending.IDLE.value, "told": Ending.IDLE.value}
            _change(connection, found.id, **left)
            return _add(connection, sender, **taken)

    def note_word(self, sender: str, member: str, now: float) -> Handoff:
        """The person writes now; raises `NotYours`."""
        with self._transaction() as connection:
            return _change(connection, _mine(connection, sender, member).id, active_at=now)

    def hand_back(self, sender: str, member: str, now: float) -> Handoff:
        """Give a conversation back to the assistant; raises `NotYours`."""
        over = {"state": _OVER, "over_at": now, "ending": Ending.HANDED_BACK.value}
        with self._transaction() as connection:
            return _change(connection, _mine(connection, sender, member).id, **over)

    def end_stale(self, asked_before: float, idle_since: float, now: float) -> int:
        """End what nobody came to, and what its person has left; how many."""
        columns = handoff.c
        waits = (columns.state == _WAITING) & (columns.asked_at <= asked_before)
        is_left = (columns.state == _WITH_PERSON) & (columns.active_at <= idle_since)
        with self._reading() as connection:  # nearly always there is nothing to end, and nobody to hold up
            if not connection.execute(select(columns.id).where(waits | is_left).limit(1)).first():
                return 0
        with self._transaction() as connection:
            ended = 0
            for which, ending in ((waits, Ending.NOBODY_CAME), (is_left, Ending.IDLE)):
                over = update(handoff).where(which).values(state=_OVER, over_at=now, ending=ending.value)
                ended += connection.execute(over).rowcount
            return ended

    def is_first_word(self, handoff_id: str, message_id: str) -> bool:
        """Whether this is the visitor's first message to the person; the same id stays the first one."""
        this, columns = handoff.c.id == handoff_id, handoff.c
        with self._transaction() as connection:
            first = update(handoff).where(this, columns.first_message_id.is_(None))
            connection.execute(first.values(first_message_id=message_id))
            return connection.execute(select(columns.first_message_id).where(this)).scalar() == message_id

    def untold(self) -> list[Handoff]:
        """Those whose visitor was not told the last news, oldest first."""
        columns = handoff.c
        is_taken = (columns.state == _WITH_PERSON) & (func.coalesce(columns.told, "") != TAKEN)
        is_over = (columns.state == _OVER) & (func.coalesce(columns.told, "") != columns.ending)
        wanted = select(handoff).where(is_taken | is_over).order_by(func.coalesce(columns.over_at, columns.taken_at))
        with self._reading() as connection:
            return [read_handoff(row) for row in connection.execute(wanted).mappings()]

    def note_told(self, handoff_id: str, news: str) -> None:
        """The visitor was told."""
        with self._transaction() as connection:
            connection.execute(update(handoff).where(handoff.c.id == handoff_id).values(told=news))

    def note_here(self, member: str, name: str, until: float) -> None:
        """Somebody is here for chats."""
        row = self._insert(staff_presence).values(member=member, name=name, until=until)
        with self._transaction() as connection:
            connection.execute(
                row.on_conflict_do_update(index_elements=["member"], set_={"name": name, "until": until})
            )

    def note_gone(self, member: str) -> None:
        """Somebody is not here any more."""
        with self._transaction() as connection:
            connection.execute(staff_presence.delete().where(staff_presence.c.member == member))

    def here(self, now: float) -> list[Presence]:
        """Who is here, by name."""
        wanted = select(staff_presence).where(staff_presence.c.until > now).order_by(staff_presence.c.name)
        with self._reading() as connection:
            return [Presence(row.member, row.name, row.until) for row in connection.execute(wanted)]


def read_handoff(row: RowMapping) -> Handoff:
    """A row as it is meant."""
    plain = ("id", "sender", "asked_at", "taken_at", "member", "member_name", "active_at", "over_at", "told")
    ending = Ending(row["ending"]) if row["ending"] else None
    return Handoff(**{name: row[name] for name in plain}, state=HandoffState(row["state"]), ending=ending)


def _lock_open(connection: Connection, sender: str) -> None:
    """Lock the conversation's row, by which all that happens in a conversation is in order."""
    query = select(conversation.c.ended_at).where(conversation.c.sender == sender).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        raise NoSuchChat
    if row.ended_at is not None:
        raise ChatOver


def _open_one(connection: Connection, sender: str) -> Handoff | None:
    wanted = select(handoff).where(handoff.c.sender == sender, handoff.c.state != _OVER)
    row = connection.execute(wanted).mappings().first()
    return read_handoff(row) if row else None


def _mine(connection: Connection, sender: str, member: str) -> Handoff:
    wanted = select(handoff).where(handoff.c.sender == sender, handoff.c.state == _WITH_PERSON).with_for_update()
    row = connection.execute(wanted).mappings().first()
    found = read_handoff(row) if row else None
    if found is None or not found.is_with(member):
        raise NotYours
    return found


def _add(connection: Connection, sender: str, **values: object) -> Handoff:
    handoff_id = uuid4().hex
    connection.execute(handoff.insert().values(id=handoff_id, sender=sender, **values))
    return _known(connection, handoff_id)


def _change(connection: Connection, handoff_id: str, **values: object) -> Handoff:
    connection.execute(update(handoff).where(handoff.c.id == handoff_id).values(**values))
    return _known(connection, handoff_id)


def _known(connection: Connection, handoff_id: str) -> Handoff:
    return read_handoff(connection.execute(select(handoff).where(handoff.c.id == handoff_id)).mappings().one())
