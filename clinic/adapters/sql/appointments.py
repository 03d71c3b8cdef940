"""Appointments in a database. Each claims cells of a clinician's day; a cell is a primary key: none is had twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    RowMapping,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from clinic.adapters.sql.engine import metadata
from clinic.adapters.sql.store import SqlStore, as_utc
from clinic.booking.appointment import (
    TAKES_TIME,
    UNSETTLED,
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    EventKind,
    EventState,
    EventTarget,
    Patient,
    events_of,
)
from clinic.booking.availability import Cell, TimeSlot
from clinic.booking.errors import AppointmentNotFound, BookingUnavailable, HoldExpired, TimeTaken
from clinic.booking.ports import ReferenceTaken
from clinic.intake import Contact, ContactKind

appointment = Table(
    "appointment",
    metadata,
    Column("reference", String(8), primary_key=True),
    Column("hold_key", String(64), nullable=False, unique=True),
    Column("sender", String(255), nullable=False),
    Column("clinician", String(40), nullable=False),
    Column("visit_type", String(40), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False, index=True),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("status", String(16), nullable=False),
    Column("held_until", DateTime(timezone=True), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("name", String(100)),
    Column("contact", String(320)),
    Column("contact_kind", String(16)),
    Column("reason", String(200)),
)

claim = Table(
    "claim",
    metadata,
    Column("clinician", String(40), primary_key=True),
    Column("cell", DateTime(timezone=True), primary_key=True),
    Column("reference", String(8), ForeignKey("appointment.reference", ondelete="CASCADE"), nullable=False, index=True),
)

appointment_event = Table(
    "appointment_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("reference", String(8), ForeignKey("appointment.reference", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", String(80)),
    Column("target", String(16), nullable=False, server_default=EventTarget.MAIL.value),
    Column("freed_clinician", String(40)),
    Column("freed_visit_type", String(40)),
    Column("freed_starts_at", DateTime(timezone=True)),
    Column("freed_ends_at", DateTime(timezone=True)),
    UniqueConstraint("reference", "kind", "sequence", "target", name="uq_event_target"),
)

_CLAIMS = 0x52_4C_53  # names the lock among those of the database
_HELD, _BOOKED = AppointmentStatus.HELD.value, AppointmentStatus.BOOKED.value
_KEPT = (_BOOKED, AppointmentStatus.NO_SHOW.value)


class SqlAppointmentBook(SqlStore):
    """`AppointmentBook` over SQLAlchemy: one mechanism for SQLite and PostgreSQL (docs/adr/0017)."""

    unavailable = BookingUnavailable

    def __init__(self, engine: Engine, told: Collection[EventTarget] = (EventTarget.MAIL,)) -> None:
        """`engine` from `open_engine`, nothing is connected yet; `told`: who hears of every change."""
        super().__init__(engine)
        self._told_to = tuple(told)

    def taken(self, since: datetime, until: datetime, now: datetime) -> set[Cell]:
        """The cells between two moments that are held or booked; see `AppointmentBook`."""
        holds = (appointment.c.status == _HELD) & (appointment.c.held_until > now.astimezone(UTC))
        between = (claim.c.cell >= since.astimezone(UTC)) & (claim.c.cell < until.astimezone(UTC))
        counts = between & (holds | appointment.c.status.in_(_KEPT))
        with self._transaction() as connection:
            rows = connection.execute(select(claim.c.clinician, claim.c.cell).join(appointment).where(counts))
            return {(row.clinician, as_utc(row.cell)) for row in rows}

    def hold(self, wished: Appointment, cells: Collection[Cell], now: datetime) -> Appointment:
        """Claim the cells of a new appointment; see `AppointmentBook`."""
        with self._claiming() as connection:
            earlier = _one(connection, appointment.c.hold_key == wished.hold_key)
            if earlier:
                return earlier
            try:
                with connection.begin_nested():
                    connection.execute(insert(appointment).values(_row(wished)))
            except IntegrityError:
                # Another process was faster between the look and the insert, or the reference was drawn before.
                earlier = _one(connection, appointment.c.hold_key == wished.hold_key)
                if earlier is None:
                    raise ReferenceTaken(wished.reference) from None
                return earlier
            _give_up_holds(connection, wished.sender, but=wished.reference)
            _claim(connection, wished.reference, cells, now)
            return wished

    def book(
        self,
        reference: str,
        patient: Patient,
        cells: Collection[Cell],
        now: datetime,
        remind_at: datetime | None = None,
    ) -> Appointment:
        """Make a hold a booking; see `AppointmentBook`."""
        with self._claiming() as connection:
            found = _locked(connection, reference)
            if found.status is AppointmentStatus.BOOKED:
                return found
            if found.status is AppointmentStatus.CANCELLED:
                raise AppointmentNotFound("the appointment is cancelled")
            try:
                _release(connection, reference)
                _claim(connection, reference, cells, now)
            except TimeTaken:
                raise HoldExpired("the hold ran out, and the time is taken") from None
            person = {"name": patient.name, "contact": patient.contact.value, "reason": patient.reason,
                      "contact_kind": patient.contact.kind.value}  # fmt: skip
            _change(connection, reference, status=_BOOKED, **person)
            return self._told(connection, reference, EventKind.BOOKED, now, remind_at)

    def move(
        self, reference: str, slot: TimeSlot, cells: Collection[Cell], now: datetime, remind_at: datetime | None = None
    ) -> Appointment:
        """Give a booked appointment another time; see `AppointmentBook`."""
        with self._claiming() as connection:
            found = _locked(connection, reference)
            if found.status is not AppointmentStatus.BOOKED:
                raise AppointmentNotFound("only a booked appointment can be moved")
            if found.slot == slot:
                return found
            _release(connection, reference)
            _claim(connection, reference, cells, now)
            _change(connection, reference, **_when(slot), sequence=found.sequence + 1)
            return self._told(connection, reference, EventKind.MOVED, now, remind_at, freed=found.slot)

    def cancel(self, reference: str, now: datetime) -> Appointment:
        """End a hold or a booking and free its time; see `AppointmentBook`."""
        with self._transaction() as connection:
            found = _locked(connection, reference)
            if found.status not in TAKES_TIME:
                return found
            _release(connection, reference)
            _change(connection, reference, status=AppointmentStatus.CANCELLED.value, sequence=found.sequence + 1)
            if found.status is AppointmentStatus.BOOKED:
                return self._told(connection, reference, EventKind.CANCELLED, now, freed=found.slot)
            return _known(connection, reference)

    def mark_no_show(self, reference: str, now: datetime, came: bool = False) -> Appointment:
        """Say that nobody came, or take that back; see `AppointmentBook`."""
        wanted = AppointmentStatus.BOOKED if came else AppointmentStatus.NO_SHOW
        with self._claiming() as connection:
            found = _locked(connection, reference)
            if found.status.value not in _KEPT:
                raise AppointmentNotFound("only a booked appointment can be missed")
            if found.status is wanted:
                return found
            _change(connection, reference, status=wanted.value, sequence=found.sequence + 1)
            return self._told(connection, reference, EventKind.NO_SHOW, now)

    def find(self, reference: str) -> Appointment | None:
        """The appointment with this reference, whatever its status."""
        with self._transaction() as connection:
            return _one(connection, appointment.c.reference == reference)

    def find_hold(self, key: str) -> Appointment | None:
        """The appointment that began as the hold with this key."""
        with self._transaction() as connection:
            return _one(connection, appointment.c.hold_key == key)

    def between(self, since: datetime, until: datetime) -> list[Appointment]:
        """Those that start between two moments, but no holds; see `AppointmentBook`."""
        columns = appointment.c
        here = (columns.starts_at >= since.astimezone(UTC)) & (columns.starts_at < until.astimezone(UTC))
        with self._transaction() as connection:
            rows = connection.execute(select(appointment).where(here & _is_listed())).mappings()
            return sorted((_appointment(row) for row in rows), key=lambda found: (found.slot, found.reference))

    def search(self, text: str, most: int) -> list[Appointment]:
        """Those whose reference, name or contact holds a text; see `AppointmentBook`."""
        columns = appointment.c
        holds_it = (columns.reference, columns.name, columns.contact)
        here = or_(*(func.lower(column).contains(text.lower(), autoescape=True) for column in holds_it))
        wanted = select(appointment).where(here & _is_listed()).order_by(columns.starts_at.desc()).limit(most)
        with self._transaction() as connection:
            return [_appointment(row) for row in connection.execute(wanted).mappings()]

    def events(self) -> list[AppointmentEvent]:
        """Everything that had or has to be told, in the order it happened."""
        with self._transaction() as connection:
            rows = connection.execute(select(appointment_event).order_by(appointment_event.c.id)).mappings()
            return [_event(row) for row in rows]

    def events_of(self, reference: str) -> list[AppointmentEvent]:
        """What had or has to be told of one appointment; see `AppointmentBook`."""
        wanted = select(appointment_event).where(appointment_event.c.reference == reference)
        with self._transaction() as connection:
            rows = connection.execute(wanted.order_by(appointment_event.c.id)).mappings()
            return [_event(row) for row in rows]

    def take_due(
        self, now: datetime, until: datetime, target: EventTarget = EventTarget.MAIL
    ) -> AppointmentEvent | None:
        """The next event that is due, for this caller alone; see `Outbox`."""
        due = (appointment_event.c.due_at <= now.astimezone(UTC)) & (appointment_event.c.target == target.value)
        state = appointment_event.c.state
        became = EventState.DEAD if target is EventTarget.MAIL else EventState.WAITING
        with self._transaction() as connection:
            lost = update(appointment_event).where(state == EventState.SENDING.value, due)
            connection.execute(lost.values(state=became.value, error="sender_lost"))
            wanted = select(appointment_event).where(state == EventState.WAITING.value, due)
            wanted = wanted.order_by(appointment_event.c.due_at).limit(1).with_for_update(skip_locked=True)
            row = connection.execute(wanted).mappings().first()
            if row is None:
                return None
            begun = {
                "state": EventState.SENDING.value,
                "due_at": until.astimezone(UTC),
                "attempts": row["attempts"] + 1,
            }
            mine = appointment_event.c.id == row["id"]
            connection.execute(update(appointment_event).where(mine).values(begun))
            return replace(_event(row), state=EventState.SENDING, due_at=until, attempts=row["attempts"] + 1)

    def settle(self, event: AppointmentEvent, state: EventState, due_at: datetime, error: str | None = None) -> None:
        """Say what became of an event that was taken; see `Outbox`."""
        values = {"state": state.value, "due_at": due_at.astimezone(UTC), "error": error}
        with self._transaction() as connection:
            connection.execute(update(appointment_event).where(_is_row_of(event)).values(values))

    def unsettled(self) -> list[AppointmentEvent]:
        """What waits, is being sent or is dead; see `Outbox`."""
        is_open = appointment_event.c.state.in_([state.value for state in UNSETTLED])
        wanted = select(appointment_event).where(is_open).order_by(appointment_event.c.due_at, appointment_event.c.id)
        with self._transaction() as connection:
            return [_event(row) for row in connection.execute(wanted).mappings()]

    def revive(self, event: AppointmentEvent, due_at: datetime) -> bool:
        """Let a dead event wait again; see `Outbox`."""
        is_dead = appointment_event.c.state == EventState.DEAD.value
        again = {"state": EventState.WAITING.value, "due_at": due_at.astimezone(UTC)}
        with self._transaction() as connection:
            changed = connection.execute(update(appointment_event).where(_is_row_of(event), is_dead).values(again))
            return changed.rowcount == 1

    def forget_holds(self, before: datetime) -> int:
        """Delete what was held, ran out before then and became no booking; see `AppointmentBook`."""
        over = appointment.c.name.is_(None) & (appointment.c.held_until < before.astimezone(UTC))
        with self._claiming() as connection:
            return connection.execute(delete(appointment).where(over)).rowcount

    def _told(
        self,
        connection: Connection,
        reference: str,
        kind: EventKind,
        now: datetime,
        remind_at: datetime | None = None,
        freed: TimeSlot | None = None,
    ) -> Appointment:
        """The appointment after a change, and the events that tell of it, in the same transaction."""
        found = _known(connection, reference)
        for event in events_of(found, kind, now, self._told_to, remind_at, freed):
            connection.execute(insert(appointment_event).values(_event_row(event)))
        return found

    @contextmanager
    def _claiming(self) -> Iterator[Connection]:
        """A transaction that takes cells: one after another, or two that give up and take could wait for each other."""
        with self._transaction() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's every transaction is the only writer
                connection.execute(select(func.pg_advisory_xact_lock(_CLAIMS)))
            yield connection


def _claim(connection: Connection, reference: str, cells: Collection[Cell], now: datetime) -> None:
    """Take cells for an appointment; those of holds that ran out are free. Raises `TimeTaken`."""
    _let_holds_run_out(connection, cells, now)
    # In one order everywhere, or two at once would wait for each other.
    rows = [{"clinician": c, "cell": cell.astimezone(UTC), "reference": reference} for c, cell in sorted(cells)]
    try:
        with connection.begin_nested():
            connection.execute(insert(claim), rows)
    except IntegrityError:
        raise TimeTaken("a part of this time is taken") from None


def _let_holds_run_out(connection: Connection, cells: Collection[Cell], now: datetime) -> None:
    clinicians, moments = {c for c, _ in cells}, sorted(cell.astimezone(UTC) for _, cell in cells)
    here = select(claim.c.reference).where(claim.c.clinician.in_(clinicians), claim.c.cell.in_(moments))
    ran_out = (appointment.c.status == _HELD) & (appointment.c.held_until <= now.astimezone(UTC))
    over = update(appointment).where(appointment.c.reference.in_(here), ran_out)
    ended = connection.execute(
        over.values(status=AppointmentStatus.EXPIRED.value).returning(appointment.c.reference)
    ).scalars()
    connection.execute(delete(claim).where(claim.c.reference.in_(list(ended))))


def _give_up_holds(connection: Connection, sender: str, but: str) -> None:
    """A sender holds one time: whoever could hold many could block a day."""
    theirs = (appointment.c.sender == sender) & (appointment.c.status == _HELD) & (appointment.c.reference != but)
    given_up = update(appointment).where(theirs).values(status=AppointmentStatus.EXPIRED.value)
    ended = connection.execute(given_up.returning(appointment.c.reference)).scalars()
    connection.execute(delete(claim).where(claim.c.reference.in_(list(ended))))


def _is_listed() -> ColumnElement[bool]:
    """Not a hold. One that was given up is cancelled too, and has no patient."""
    status = appointment.c.status
    was_booked = (status == AppointmentStatus.CANCELLED.value) & appointment.c.name.is_not(None)
    return was_booked | status.in_(_KEPT)


def _release(connection: Connection, reference: str) -> None:
    connection.execute(delete(claim).where(claim.c.reference == reference))


def _change(connection: Connection, reference: str, **values: Any) -> None:
    connection.execute(update(appointment).where(appointment.c.reference == reference).values(**values))


def _locked(connection: Connection, reference: str) -> Appointment:
    """The appointment, which no other transaction changes before this one ends."""
    connection.execute(select(appointment.c.reference).where(appointment.c.reference == reference).with_for_update())
    return _known(connection, reference)


def _known(connection: Connection, reference: str) -> Appointment:
    found = _one(connection, appointment.c.reference == reference)
    if found is None:
        raise AppointmentNotFound("no appointment has this reference")
    return found


def _one(connection: Connection, condition: Any) -> Appointment | None:
    row = connection.execute(select(appointment).where(condition)).mappings().first()
    return _appointment(row) if row else None


def _when(slot: TimeSlot) -> dict[str, Any]:
    return {
        "clinician": slot.clinician, "visit_type": slot.visit_type,
        "starts_at": slot.start.astimezone(UTC), "ends_at": slot.end.astimezone(UTC),
    }  # fmt: skip


def _row(found: Appointment) -> dict[str, Any]:
    return {
        "reference": found.reference, "hold_key": found.hold_key, "sender": found.sender, **_when(found.slot),
        "status": found.status.value, "held_until": found.held_until.astimezone(UTC),
        "created_at": found.created_at.astimezone(UTC), "sequence": found.sequence,
    }  # fmt: skip


def _appointment(row: RowMapping) -> Appointment:
    patient = None
    if row["name"] is not None:
        patient = Patient(row["name"], Contact(ContactKind(row["contact_kind"]), row["contact"]), row["reason"])
    slot = TimeSlot(as_utc(row["starts_at"]), as_utc(row["ends_at"]), row["clinician"], row["visit_type"])
    return Appointment(
        reference=row["reference"], hold_key=row["hold_key"], sender=row["sender"], slot=slot,
        status=AppointmentStatus(row["status"]), held_until=as_utc(row["held_until"]),
        created_at=as_utc(row["created_at"]), sequence=row["sequence"], patient=patient,
    )  # fmt: skip


def _is_row_of(event: AppointmentEvent) -> ColumnElement[bool]:
    columns = appointment_event.c
    found = (columns.reference == event.reference) & (columns.kind == event.kind.value)
    return found & (columns.sequence == event.sequence) & (columns.target == event.target.value)


def _event_row(event: AppointmentEvent) -> dict[str, Any]:
    return {
        "reference": event.reference,
        "kind": event.kind.value,
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC),
        "due_at": event.due_at.astimezone(UTC),
        "state": event.state.value,
        "attempts": event.attempts,
        "target": event.target.value,
        **_freed_row(event.freed),
    }


def _event(row: RowMapping) -> AppointmentEvent:
    return AppointmentEvent(
        reference=row["reference"],
        kind=EventKind(row["kind"]),
        sequence=row["sequence"],
        at=as_utc(row["at"]),
        due_at=as_utc(row["due_at"]),
        state=EventState(row["state"]),
        attempts=row["attempts"],
        error=row["error"],
        target=EventTarget(row["target"]),
        freed=_freed(row),
    )


def _freed_row(slot: TimeSlot | None) -> dict[str, Any]:
    return {f"freed_{column}": value for column, value in _when(slot).items()} if slot else {}


def _freed(row: RowMapping) -> TimeSlot | None:
    if row["freed_starts_at"] is None:
        return None
    start, end = as_utc(row["freed_starts_at"]), as_utc(row["freed_ends_at"])
    return TimeSlot(start, end, row["freed_clinician"], row["freed_visit_type"])
