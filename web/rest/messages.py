"""`GET /webhooks/rest/messages`: what was said without being asked for, such as a person's words."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from clinic.settings import Settings
from clinic.turns import SaidBy, TurnStore
from web.integrations import integration_of
from web.limits import RateLimit
from web.rest.routes import MOST_SENDER_CHARACTERS, Reply
from web.senders import opaque_sender

_MOST_EVENTS = 2**31 - 1


class LaterMessage(BaseModel):
    """A message of the clinic that no message of the sender asked for."""

    id: str
    event: int = Field(description="Counts up in a conversation: the next `after`.")
    by: SaidBy = Field(description="`person`: somebody of the staff wrote it; `notice`: a notice or a reminder.")
    at: float = Field(description="Seconds since the epoch.")
    replies: list[Reply]


class LaterMessages(BaseModel):
    """Later messages in order, and the last event of the conversation."""

    messages: list[LaterMessage]
    last: int


def rest_message_routes(settings: Settings, store: TurnStore, limit: RateLimit) -> APIRouter:
    """The router; a request counts as a message does."""
    routes = APIRouter(tags=["REST"])

    @routes.get("/webhooks/rest/messages", summary="Get what was said without being asked for, since an event")
    async def later(
        sender: Annotated[str, Query(min_length=1, max_length=MOST_SENDER_CHARACTERS)],
        name: Annotated[str, Depends(integration_of(settings))],
        after: Annotated[int, Query(ge=0, le=_MOST_EVENTS)] = 0,
    ) -> LaterMessages:
        await limit.check(f"rest:{name}", settings.messages_per_minute)
        who = opaque_sender(settings.secret_key, name, sender)
        turns = await asyncio.to_thread(store.completed_after, who, after)
        said = [
            LaterMessage(
                id=turn.message_id, event=turn.event or 0, by=turn.by, at=turn.created_at,
                replies=[Reply(recipient_id=sender, **reply) for reply in turn.replies],
            )
            for turn in turns if turn.text is None
        ]  # fmt: skip
        return LaterMessages(messages=said, last=max((turn.event or 0 for turn in turns), default=after))

    return routes
