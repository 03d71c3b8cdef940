"""The page, its files, and the session API below `/chat`."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field

from clinic.settings import Settings
from clinic.turns import TurnStore
from web.chat.rasa_client import RasaClient
from web.chat.turns import TurnDesk
from web.limits import RateLimit
from web.page.sessions import Sessions
from web.senders import opaque_sender

STATIC = Path(__file__).parent / "static"
_FILES = {"chat.js": "text/javascript", "chat.css": "text/css"}
MESSAGES_A_MINUTE = 30
SESSIONS_A_MINUTE = 30


class ChatMessage(BaseModel):
    """A message of the page; `id` is the client's, a resend keeps it."""

    model_config = ConfigDict(strict=True, extra="forbid")

    id: str = Field(min_length=8, max_length=100)
    text: str


def page_routes(settings: Settings, desk: TurnDesk, store: TurnStore, rasa: RasaClient, limit: RateLimit) -> APIRouter:
    """The router of the page."""
    routes = APIRouter(tags=["Chat"])
    sessions = Sessions(settings.secret_key)

    def sender(authorization: Annotated[str, Header()] = "") -> str:
        return opaque_sender(settings.secret_key, "chat", sessions.read(authorization))

    @routes.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(STATIC / "index.html", media_type="text/html")

    @routes.get("/static/{name}", include_in_schema=False)
    async def file(name: str) -> Response:
        if name not in _FILES:
            return Response(status_code=404)
        return FileResponse(STATIC / name, media_type=_FILES[name])

    @routes.post("/chat/session", summary="Begin a conversation")
    async def begin(request: Request) -> dict[str, str]:
        limit.check(f"session:{request.client.host if request.client else '?'}", SESSIONS_A_MINUTE)
        return {"token": sessions.start()}

    @routes.post("/chat/messages", summary="Send a message")
    async def send(body: ChatMessage, who: Annotated[str, Depends(sender)]) -> dict[str, Any]:
        limit.check(f"chat:{who}", MESSAGES_A_MINUTE)
        return {"replies": await desk.answer(who, body.text, body.id)}

    @routes.get("/chat/messages", summary="The conversation so far")
    async def history(who: Annotated[str, Depends(sender)]) -> dict[str, Any]:
        turns = await asyncio.to_thread(store.history, who)
        return {
            "turns": [{"id": t.message_id, "text": t.text, "state": t.state.value, "replies": t.replies} for t in turns]
        }

    @routes.delete("/chat/session", summary="Erase the conversation", status_code=204)
    async def erase(who: Annotated[str, Depends(sender)]) -> None:
        await rasa.erase(who)
        await asyncio.to_thread(store.erase, who)

    return routes
