"""The addresses below `/chat`; all but the first need a session's token."""

import asyncio
import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from sse_starlette import EventSourceResponse

from clinic.booking.errors import BookingUnavailable
from clinic.settings import Settings
from clinic.turns import TurnStore
from web.chat.feedback import FeedbackDesk, Opinion
from web.chat.over_limit import MessageLimit
from web.chat.turns import TurnDesk, TurnError
from web.chat.wording import Wording
from web.chat_api import bodies
from web.chat_api.calendar import CalendarOf
from web.chat_api.erasures import Erasures
from web.chat_api.events import EventStreams
from web.chat_api.sessions import Sessions
from web.client_address import address_key
from web.limits import RateLimit

_MOST_EVENTS = 2**31 - 1
_EVENTS = {
    "description": "`event: turn` with a turn as data and its event as id; `event: gone` when the session is over; "
    "comments in between. It ends after ten minutes: come back with `Last-Event-ID`.",
    "content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/TurnShown"}}},
}
_CALENDAR = {"description": "One event (RFC 5545).", "content": {"text/calendar": {"schema": {"type": "string"}}}}


@dataclass(frozen=True)
class ChatParts:
    """What the chat API is made of; made in `web.app`."""

    desk: TurnDesk
    feedback: FeedbackDesk
    store: TurnStore
    erasures: Erasures
    limit: RateLimit
    message_limit: MessageLimit
    calendar: CalendarOf
    wording: Wording


def chat_routes(settings: Settings, parts: ChatParts) -> APIRouter:
    """The router of the chat API."""
    routes = APIRouter(prefix="/chat", tags=["Chat"])
    sessions, streams, most = Sessions(settings.secret_key), EventStreams(parts.store), settings.chat_limits

    async def any_sender(authorization: Annotated[str, Header()] = "") -> str:
        return sessions.sender(authorization)

    async def open_sender(who: Annotated[str, Depends(any_sender)]) -> str:
        if await asyncio.to_thread(parts.store.is_over, who):
            raise TurnError("session_expired", 401)
        return who

    async def heard_sender(authorization: Annotated[str, Header()] = "") -> str | None:
        """`None` for a session that is only too old: danger is heard before it is refused."""
        return sessions.sender_unless_old(authorization)

    AnySender = Annotated[str, Depends(any_sender)]  # noqa: N806
    OpenSender = Annotated[str, Depends(open_sender)]  # noqa: N806
    HeardSender = Annotated[str | None, Depends(heard_sender)]  # noqa: N806

    @routes.post("/session", summary="Begin a conversation", response_model=bodies.Session,
                 responses=bodies.errors(422, 429))  # fmt: skip
    async def begin(request: Request, wish: bodies.SessionWish | None = None) -> bodies.Session | JSONResponse:
        await parts.limit.check(f"session:{address_key(settings.secret_key, request)}", most.sessions_per_address)
        if wish is None or not wish.consent:
            # The booking API has this code too, and words of its own for it.
            message = parts.wording.error_text("chat_consent_missing")
            return JSONResponse({"error": {"code": "consent_missing", "message": message}}, 422)
        token, expires_at = sessions.start()
        return bodies.Session(token=token, expires_at=expires_at)

    @routes.post("/session/end", summary="Let nothing more be sent with this token", status_code=204,
                 responses=bodies.errors(401))  # fmt: skip
    async def end(who: AnySender) -> None:
        await asyncio.to_thread(parts.store.end, who, time.time())

    @routes.delete("/session", summary="Erase the conversation", status_code=204, responses=bodies.errors(401, 429))
    async def erase(who: AnySender) -> None:
        await parts.limit.check(f"erase:{who}", most.messages)
        await parts.erasures.erase(who)

    # Not `OpenSender`: after the end too, danger is answered before anything is refused.
    @routes.post("/messages", summary="Send a message", responses=bodies.errors(401, 404, 413, 422, 429, 504))
    async def send(message: bodies.ChatMessage, request: Request, who: HeardSender) -> bodies.Replies:
        if who is None:
            return await heard_alone(message.text, request)
        alarm = await parts.message_limit.alarm_above(message.text, *callers(who, request))
        return _replies(alarm or await parts.desk.answer(who, message.text, message.id))

    @routes.get("/messages", summary="The conversation so far, or what was completed since an event",
                responses=bodies.errors(401, 422))  # fmt: skip
    async def turns(who: OpenSender, after: Annotated[int | None, Query(ge=0, le=_MOST_EVENTS)] = None) -> bodies.Turns:
        if after is None:
            found = await asyncio.to_thread(parts.store.history, who)
        else:
            found = await asyncio.to_thread(parts.store.completed_after, who, after)
        last = max((turn.event or 0 for turn in found), default=after or 0)
        return bodies.Turns(turns=[bodies.shown(turn) for turn in found], last=last)

    @routes.get(
        "/events",
        summary="What is completed from now on, as server-sent events",
        response_class=EventSourceResponse,
        responses={200: _EVENTS, **bodies.errors(401, 422, 429)},
    )
    async def events(
        who: OpenSender,
        last_event_id: Annotated[
            int, Header(alias="Last-Event-ID", ge=0, le=_MOST_EVENTS, description="All turns without it.")
        ] = 0,
    ) -> EventSourceResponse:
        return streams.open(who, last_event_id)

    @routes.post("/messages/{id}/feedback", summary="Say whether a reply was helpful",
                 responses=bodies.errors(401, 404, 413, 422, 429))  # fmt: skip
    async def feedback(
        message_id: Annotated[str, Path(alias="id", max_length=120)],
        opinion: bodies.Opinion,
        request: Request,
        who: HeardSender,
    ) -> bodies.Replies:
        if who is None:
            return await heard_alone(opinion.word, request)
        alarm = await parts.message_limit.alarm_above(opinion.word, *callers(who, request))
        given = Opinion(message_id, opinion.reply, opinion.helpful, opinion.word)
        return _replies(alarm or await parts.feedback.give(who, given))

    @routes.get(
        "/appointments/{reference}/calendar",
        summary="The calendar file of a visit this session has booked",
        response_class=Response,
        responses={200: _CALENDAR, **bodies.errors(401, 404, 429)},
    )
    async def calendar(reference: Annotated[str, Path(max_length=40)], who: OpenSender) -> Response:
        await parts.limit.check(f"calendar:{who}", most.messages)
        try:
            file = await asyncio.to_thread(parts.calendar, reference, who)
        except BookingUnavailable as error:
            raise TurnError("unavailable", 503) from error
        if file is None:
            raise TurnError("appointment_not_found", 404)
        headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
        return Response(file, media_type="text/calendar", headers=headers)

    def callers(who: str, request: Request) -> tuple[tuple[str, int], tuple[str, int]]:
        return (f"chat:{who}", most.messages), address_of(request)

    def address_of(request: Request) -> tuple[str, int]:
        return f"chat:{address_key(settings.secret_key, request)}", most.messages_per_address

    async def heard_alone(said: str, request: Request) -> bodies.Replies:
        refusal = TurnError("session_expired", 401)
        return _replies(await parts.message_limit.alarm_or(refusal, said, address_of(request)))

    return routes


def _replies(replies: list[dict[str, object]]) -> bodies.Replies:
    return bodies.Replies.model_validate({"replies": replies})
