"""How far chats came with a booking, counted by the database; one chat is one booking, at its furthest step."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Integer, case, cast, func, or_, select

from clinic.adapters.sql.appointments import appointment
from clinic.adapters.sql.numbers_tables import turn_count
from clinic.review.numbers.counted import BookingStep, Counted
from clinic.review.numbers.model import FUNNEL
from clinic.review.numbers.period import Span


def funnel_of(connection: Connection, span: Span, turns: ColumnElement[bool]) -> tuple[int, ...]:
    """Chats by the steps they reached, in the order of `FUNNEL`; `turns`: those of the span."""
    at, booked = turn_count.c, Counted.BOOKED.value
    marked = at.mark.is_not(None)
    # From when on a time was held: the form asks for a name and a contact for a call back as well.
    held_at = func.min(case((marked, at.number))).over(partition_by=at.sender)
    columns = (at.sender, at.number, at.step, at.mark, held_at.label("held_at"))
    seen = select(*columns).where(turns, at.is_booking).subquery()
    here = (appointment.c.created_at >= span.since) & (appointment.c.created_at < span.until)
    row = seen.c
    # The book knows of a visit even where the reply that told of it was lost.
    has_visit = row.sender.in_(select(appointment.c.sender).where(appointment.c.name.is_not(None), here))
    is_booked = or_(row.mark == booked, has_visit)
    is_held = or_(row.mark.is_not(None), is_booked)
    reached = {
        "asked": or_(row.step.in_((BookingStep.VISIT_TYPE, BookingStep.TIME)), is_held),
        "kind": or_(row.step == BookingStep.TIME, is_held),
        "time": is_held,
        "contact": or_((row.step == BookingStep.LAST) & (row.number >= row.held_at), is_booked),
        "booked": is_booked,
    }
    flags = [func.max(cast(case((reached[step], 1), else_=0), Integer)).label(step) for step in FUNNEL]
    chats = select(*flags).group_by(row.sender)
    each = chats.subquery()
    sums = connection.execute(select(*(func.coalesce(func.sum(each.c[step]), 0) for step in FUNNEL))).one()
    return tuple(int(found) for found in sums)
