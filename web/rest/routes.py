"""`POST /webhooks/rest/webhook`: one message in, a list of replies out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from clinic.settings import Settings
from web.chat.over_limit import MessageLimit
from web.chat.turns import TurnDesk, TurnError
from web.integrations import integration_of
from web.senders import opaque_sender

MOST_SENDER_CHARACTERS = 200


class Button(BaseModel):
    """A choice; send `payload` back as the message to press it."""

    title: str
    payload: str


class Reply(BaseModel):
    """One reply; `metadata` holds kind, topic, sources and review state."""

    recipient_id: str
    text: str
    buttons: list[Button] = []
    metadata: dict[str, Any]


class IncomingMessage(BaseModel):
    """A patient's message. `metadata.message_id` makes a resend harmless."""

    model_config = ConfigDict(strict=True, extra="forbid")

    sender: str = Field(min_length=1, max_length=MOST_SENDER_CHARACTERS)
    message: str
    metadata: dict[str, Any] | None = None


def rest_routes(settings: Settings, desk: TurnDesk, limit: MessageLimit) -> APIRouter:
    """The router of the REST contract."""
    routes = APIRouter(tags=["REST"])

    @routes.post("/webhooks/rest/webhook", summary="Send a message, get the replies")
    async def webhook(
        body: IncomingMessage, request: Request, name: Annotated[str, Depends(integration_of(settings))]
    ) -> list[Reply]:
        alarm = await limit.alarm_above(body.message, (f"rest:{name}", settings.messages_per_minute))
        sender = opaque_sender(settings.secret_key, name, body.sender)
        message_id = (body.metadata or {}).get("message_id")
        if message_id is not None and (not isinstance(message_id, str) or not 0 < len(message_id) <= 100):
            raise TurnError("bad_request", 422)
        replies = alarm or await desk.answer_aloud(sender, body.message, message_id)
        return [Reply(recipient_id=body.sender, **reply) for reply in replies]

    return routes
