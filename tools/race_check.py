"""Looks into the database after a race: no clinician has two visits at one time, every confirmed visit is there.

By intervals, buffers included, from the rows of appointments alone: it neither reads nor trusts the claims.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa

from clinic.adapters.sql.appointments import SqlAppointmentBook, appointment
from clinic.adapters.sql.engine import open_engine
from clinic.booking.appointment import TAKES_TIME, Appointment, AppointmentStatus, EventKind, EventTarget
from clinic.booking.timetable import Timetable


def appointments(database: str) -> list[Appointment]:
    """Every row of a database."""
    engine = open_engine(database)
    with engine.begin() as connection:
        references = list(connection.execute(sa.select(appointment.c.reference)).scalars())
    book = SqlAppointmentBook(engine)
    found = [one for one in map(book.find, references) if one is not None]
    engine.dispose()
    return found


def overlaps(found: Iterable[Appointment], timetable: Timetable) -> list[tuple[str, str]]:
    """Pairs of references whose times, each with its buffer, share a moment of one clinician."""
    days: defaultdict[str, list[tuple[datetime, datetime, str]]] = defaultdict(list)
    for one in found:
        if one.status in TAKES_TIME:
            visit = timetable.visit_type(one.slot.visit_type)
            days[one.slot.clinician].append((one.slot.start, one.slot.end + visit.buffer, one.reference))
    pairs = []
    for times in days.values():
        latest_end, latest = None, ""
        for start, end, reference in sorted(times):
            if latest_end is not None and start < latest_end:
                pairs.append((latest, reference))
            if latest_end is None or end > latest_end:
                latest_end, latest = end, reference
    return pairs


def faults(database: str, timetable: Timetable, confirmed: Collection[str]) -> list[str]:
    """What is wrong in a database after a race in which these references were confirmed; empty where nothing is."""
    found = appointments(database)
    booked = {one.reference for one in found if one.status is AppointmentStatus.BOOKED}
    held = [one.reference for one in found if one.status is AppointmentStatus.HELD]
    told = _mails_of_booking(database)
    return [
        *(f"{first} and {second} overlap" for first, second in overlaps(found, timetable)),
        *(f"{reference} was confirmed and is not there" for reference in sorted(set(confirmed) - booked)),
        *(f"{reference} is booked and was confirmed to nobody" for reference in sorted(booked - set(confirmed))),
        *(f"{reference} is still held" for reference in held),
        *(
            f"{reference} is told of {told.count(reference)} times"
            for reference in booked
            if told.count(reference) != 1
        ),
    ]


def _mails_of_booking(database: str) -> list[str]:
    """References in the outbox, one for each mail that tells of a booking."""
    engine = open_engine(database)
    events = SqlAppointmentBook(engine).events()
    engine.dispose()
    return [e.reference for e in events if e.kind is EventKind.BOOKED and e.target is EventTarget.MAIL]
