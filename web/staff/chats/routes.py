"""The addresses of the chats."""

import re
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Query, Request, Response

from clinic.handoff import (
    ChatOver,
    HandoffUnavailable,
    NoSuchChat,
    NotYours,
    TakenByOther,
    WordsRefused,
)
from clinic.handoff.chat_desk import ChatDesk
from clinic.staff.model import Permission, StaffMember
from web.staff.access import Access
from web.staff.chats.views import ChatViews, Seen
from web.staff.chats.words import refusal
from web.staff.pages import StaffPages

_ALL = "/staff/chats"
_MESSAGE_ID = re.compile(r"[0-9a-f]{32}")
_NOT_YOURS = (
    "You are not in this chat any more: it went back to the assistant. Take it over again, and then send your message."
)
_OVER = "The visitor has ended this chat. Nothing more can be said in it."
Sender = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,80}$")]


def chats_routes(access: Access, pages: StaffPages, desk: Callable[[], ChatDesk]) -> APIRouter:
    """The router; `desk` is asked for on use. The routes run in threads."""
    routes = APIRouter(include_in_schema=False)
    views = ChatViews(pages, desk)
    Reader = Annotated[StaffMember, Depends(access.may(Permission.READ))]  # noqa: N806
    Chatter = Annotated[StaffMember, Depends(access.may(Permission.CHAT))]  # noqa: N806

    @routes.get(_ALL)
    def chats(request: Request, member: Reader) -> Response:
        return views.listed(request, member, "chats_list.html")

    @routes.get(f"{_ALL}/news")
    def news_of_all(request: Request, member: Reader, version: str = "") -> Response:
        return views.listed(request, member, "chats_rows.html", version)

    @routes.post(f"{_ALL}/here")
    def here(member: Chatter) -> Response:
        _done(lambda: desk().be_here(member))
        return pages.moved(_ALL, said="You are shown as here. Visitors who ask for a person hear that somebody is.")

    @routes.post(f"{_ALL}/gone")
    def gone(member: Chatter) -> Response:
        _done(lambda: desk().be_gone(member))
        return pages.moved(_ALL, said="You are not shown as here any more.")

    @routes.get(f"{_ALL}/{{sender}}")
    def chat(request: Request, member: Reader, sender: Sender) -> Response:
        return views.shown(request, member, sender)

    @routes.get(f"{_ALL}/{{sender}}/news")
    def news(
        request: Request, member: Reader, sender: Sender, version: str = "",
        lines: Annotated[int, Query(ge=0)] = 0, who: str = "",
    ) -> Response:  # fmt: skip
        return views.news(request, member, sender, Seen(version, lines, who))

    @routes.post(f"{_ALL}/{{sender}}/take")
    def take(request: Request, member: Chatter, sender: Sender) -> Response:
        try:
            _done(lambda: desk().take_over(member, sender))
        except TakenByOther as other:
            said = f"{other.name} has this chat already. You can read along here."
            return views.shown(request, member, sender, {"": said}, status=409)
        except ChatOver:
            return views.shown(request, member, sender, {"": _OVER}, status=409)
        return pages.moved(f"{_ALL}/{sender}", said="You are in this chat now. The assistant is silent.")

    @routes.post(f"{_ALL}/{{sender}}/write")
    def write(
        request: Request, member: Chatter, sender: Sender,
        text: Annotated[str, Form()] = "", message_id: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        if not _MESSAGE_ID.fullmatch(message_id):
            raise HTTPException(422)
        try:
            _done(lambda: desk().write(member, sender, message_id, text))
        except WordsRefused as error:
            return views.shown(request, member, sender, {"text": refusal(error)}, text, message_id, 422)
        except NotYours:
            return views.shown(request, member, sender, {"text": _NOT_YOURS}, text, message_id, 409)
        except ChatOver:
            return views.shown(request, member, sender, {"text": _OVER}, text, message_id, 409)
        return pages.moved(f"{_ALL}/{sender}")

    @routes.post(f"{_ALL}/{{sender}}/hand-back")
    def hand_back(member: Chatter, sender: Sender) -> Response:
        said = "The assistant goes on with this chat. The visitor was told."
        try:
            _done(lambda: desk().hand_back(member, sender))
        except NotYours:
            said = "This chat was with the assistant already."
        return pages.moved(_ALL, said=said)

    return routes


def _done(act: Callable[[], object]) -> None:
    """Do it; what has no form to go back to becomes a page that says so."""
    try:
        act()
    except NoSuchChat:
        raise HTTPException(404) from None
    except HandoffUnavailable:
        raise HTTPException(503) from None
