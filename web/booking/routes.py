"""`/booking/v1`: what can be booked, free times, holds, and appointments of those who prove them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Header, Query

from clinic.booking.desk import BookingDesk
from clinic.settings import Settings
from web.booking import bodies, calls
from web.booking.errors import answering
from web.chat.turns import TurnError
from web.chat.wording import Wording
from web.integrations import integration_of
from web.limits import RateLimit
from web.senders import opaque_sender

_THREADS = 4
Answer = TypeVar("Answer")


def booking_routes(settings: Settings, desk: Callable[[], BookingDesk | None], limit: RateLimit) -> APIRouter:
    """The router of the booking API; where `desk` gives none, everything below it is 404 `booking_off`."""
    wording = Wording(settings.country)
    routes = APIRouter(
        prefix="/booking/v1", tags=["Booking"], responses={**bodies.ERRORS}, route_class=answering(wording)
    )
    # Threads of its own: a rush for times must not hold up the chat, where somebody may be in danger.
    threads = ThreadPoolExecutor(_THREADS, "booking")
    known = integration_of(settings)

    async def integration(name: Annotated[str, Depends(known)]) -> str:
        await limit.check(f"booking:{name}", settings.messages_per_minute)
        return name

    Integration = Annotated[str, Depends(integration)]  # noqa: N806

    async def at_desk(act: Callable[[BookingDesk], Answer]) -> Answer:
        def run() -> Answer:
            found = desk()
            if found is None:
                raise TurnError("booking_off", 404)
            return act(found)

        return await asyncio.get_running_loop().run_in_executor(threads, run)

    def person(name: str, sender: str) -> str:
        return opaque_sender(settings.secret_key, name, sender)

    @routes.get("/visit-types", summary="What can be booked, and with whom")
    async def visit_types(_: Integration) -> bodies.VisitTypes:
        return await at_desk(calls.visit_types)

    @routes.get("/slots", summary="Free times")
    async def slots(
        _: Integration,
        visit_type: str,
        clinician: str | None = None,
        since: Annotated[bodies.Moment | None, Query(alias="from")] = None,
        until: Annotated[bodies.Moment | None, Query(alias="to")] = None,
        most: Annotated[int, Query(alias="limit", ge=1, le=calls.MOST_SLOTS)] = 20,
    ) -> bodies.Slots:
        return await at_desk(lambda at: calls.slots(at, visit_type, clinician, since, until, most))

    @routes.post("/holds", summary="Keep a time for some minutes", status_code=201)
    async def hold(
        wish: bodies.HoldWish,
        name: Integration,
        idempotency_key: Annotated[str, Header(min_length=8, max_length=100)],
    ) -> bodies.Held:
        key = calls.hold_key(settings.secret_key, name, idempotency_key)
        return await at_desk(lambda at: calls.hold(at, key, person(name, wish.sender), wish))

    @routes.post("/holds/{reference}/confirm", summary="Book the time that is held")
    async def confirm(reference: str, said: bodies.Confirmation, name: Integration) -> bodies.Visit:
        return await at_desk(lambda at: calls.confirm(at, reference, person(name, said.sender), said))

    @routes.delete("/holds/{reference}", summary="Give a hold up")
    async def release(reference: str, owner: bodies.Owner, name: Integration) -> bodies.Visit:
        return await at_desk(lambda at: calls.release(at, reference, person(name, owner.sender)))

    @routes.post("/appointments/look-up", summary="The coming appointment, after proof")
    async def look_up(proof: bodies.Proof, name: Integration) -> bodies.Visit:
        return await at_desk(lambda at: calls.look_up(at, person(name, proof.sender), proof))

    @routes.post("/appointments/move", summary="Another time, after proof")
    async def move(wish: bodies.MoveWish, name: Integration) -> bodies.Visit:
        return await at_desk(lambda at: calls.move(at, person(name, wish.sender), wish))

    @routes.post("/appointments/cancel", summary="No visit any more, after proof")
    async def cancel(proof: bodies.Proof, name: Integration) -> bodies.Visit:
        return await at_desk(lambda at: calls.cancel(at, person(name, proof.sender), proof))

    return routes
