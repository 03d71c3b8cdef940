"""The pages of the chats as they are shown."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import HTTPException, Request, Response

from clinic.handoff import HandoffState, HandoffUnavailable, NoSuchChat
from clinic.handoff.chat_desk import Chat, ChatDesk
from clinic.handoff.words import MOST_CHAT_CHARACTERS
from clinic.staff.model import Permission, StaffMember
from web.staff.chats.words import short_name
from web.staff.pages import StaffPages

Errors = dict[str, str]
NOTHING_NEW = 204


@dataclass(frozen=True)
class Seen:
    """What a page that asks for news shows: how it was, how many lines, and who had the conversation."""

    version: str
    lines: int
    who: str


class ChatViews:
    """Shows the list and one conversation."""

    def __init__(self, pages: StaffPages, desk: Callable[[], ChatDesk]) -> None:
        """`desk` is asked for on use."""
        self._pages, self._desk = pages, desk

    def listed(self, request: Request, member: StaffMember, template: str, seen: str | None = None) -> Response:
        """All open chats; nothing where they are as `seen`."""
        desk = self._desk()
        try:
            chats, here = desk.chats(), desk.here()
        except HandoffUnavailable:
            raise HTTPException(503) from None
        version = hashlib.sha256(repr((chats, here)).encode()).hexdigest()[:16]
        if seen == version:
            return Response(status_code=NOTHING_NEW)
        mine = next((one for one in here if one.member == member.id), None)
        waiting = sum(chat.handoff is not None and chat.handoff.state is HandoffState.WAITING for chat in chats)
        return self._pages.show(
            request, template, member, chats=chats, here=here, mine=mine, version=version, waiting=waiting,
            is_news=seen is not None, short_name=short_name, may_chat=member.may(Permission.CHAT),
            here_minutes=int(desk.times.here // 60),
        )  # fmt: skip

    def shown(
        self, request: Request, member: StaffMember, sender: str, errors: Errors | None = None, typed: str = "",
        message_id: str = "", status: int = 200,
    ) -> Response:  # fmt: skip
        """One conversation; with `errors` what was typed is still there."""
        chat = self.chat(sender)
        return self._pages.show(
            request, "chats_chat.html", member, status, **self._values(chat, member), errors=errors or {},
            typed=typed, message_id=message_id or secrets.token_hex(16), most=MOST_CHAT_CHARACTERS,
            is_quick="hx-request" in request.headers, before=None,
        )  # fmt: skip

    def news(self, request: Request, member: StaffMember, sender: str, seen: Seen) -> Response:
        """What is new in one conversation; nothing where it is as it was seen, or where nobody can say."""
        try:
            chat = self._desk().chat(sender)
        except NoSuchChat:
            return self._pages.show(request, "chats_gone.html", member)
        except HandoffUnavailable:
            return Response(status_code=NOTHING_NEW)
        if chat.version == seen.version:
            return Response(status_code=NOTHING_NEW)
        fresh = [line for line in chat.lines[seen.lines :] if line.who == "visitor" or line.is_danger]
        values = self._values(chat, member)
        return self._pages.show(request, "chats_live.html", member, **{**values, "fresh": fresh, "before": seen.who})

    def chat(self, sender: str) -> Chat:
        """The conversation, or a page that says why there is none."""
        try:
            return self._desk().chat(sender)
        except NoSuchChat:
            raise HTTPException(404) from None
        except HandoffUnavailable:
            raise HTTPException(503) from None

    def _values(self, chat: Chat, member: StaffMember) -> dict[str, Any]:
        handoff = chat.handoff
        state = handoff.state if handoff else None
        is_mine = handoff is not None and handoff.is_with(member.id)
        who = "over" if chat.is_over else "mine" if is_mine else state.value if state else "assistant"
        return {
            "chat": chat, "name": short_name(chat.sender), "who": who, "handoff": handoff, "fresh": (),
            "may_chat": member.may(Permission.CHAT), "idle_minutes": int(self._desk().times.idle // 60),
        }  # fmt: skip
