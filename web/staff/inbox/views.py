"""What the pages of the inbox show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse

from clinic.review.content.topic_files import TopicFileError
from clinic.review.inbox.desk import InboxDesk
from clinic.review.inbox.groups import InboxGroups, MissedGroup
from clinic.review.inbox.model import InboxPage, InboxTurn, InboxUnavailable, SaidTurn, Sign
from clinic.review.inbox.words import OUTCOMES, SIGNS, TitleOf, topic_in_words, understood
from clinic.review.teaching.model import MOST_AT_ONCE
from clinic.staff.model import StaffMember
from clinic.turns import TurnStoreError
from web.staff.inbox.asked import GROUPS, LIST, Asked, number
from web.staff.pages import StaffPages

OUT_OF_ORDER = "The inbox cannot be read just now. Nothing is lost. Please try again in a few minutes."
_STATES = (("open", "To review"), ("done", "Reviewed"), ("all", "All"))
_GROUPS_A_PAGE = 20
_SAID_BY_OUTCOME = ("nlu_fallback", "not_covered", "out_of_scope")  # what happened says it already


@dataclass(frozen=True)
class Parts:
    """What the views need; the desks are asked for on use."""

    pages: StaffPages
    desk: Callable[[], InboxDesk]
    groups: Callable[[], InboxGroups]
    title_of: TitleOf
    is_over: Callable[[str], bool]


class InboxViews:
    """The three pages."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def listed(
        self, request: Request, member: StaffMember, asked: Asked, errors: Mapping[str, str] | None = None
    ) -> HTMLResponse:
        """The list; `errors`: of a form that was sent from it."""
        desk = self._parts.desk()
        query, unread = asked.query(member.id, self._parts.pages.zone)
        faults = {**unread, **(errors or {})}
        try:
            page = desk.page(query) if not unread else InboxPage((), None)
            values = {"page": page, **self._frame(desk, member, asked, unread)}
            values["turns"] = [self._row(turn, values["names"]) for turn in page.turns]
        except InboxUnavailable:
            return self._out_of_order(request, member)
        older = asked.address(before=str(page.before)) if page.before else None
        newest = asked.address(before="") if asked.before else None
        return self._show(request, "inbox_list.html", member, faults, **values, older=older, newest=newest)

    def grouped(self, request: Request, member: StaffMember, asked: Asked) -> HTMLResponse:
        """Missed questions by what they ask."""
        desk = self._parts.desk()
        query, faults = asked.query(member.id, self._parts.pages.zone)
        start = number(asked.start) or 0
        try:
            found = self._parts.groups().page(query, start, _GROUPS_A_PAGE) if not faults else None
            values = self._frame(desk, member, asked, faults)
        except InboxUnavailable:
            return self._out_of_order(request, member)
        except TopicFileError as error:
            said = f"{error}. Questions can be grouped again once somebody has put it right."
            return self._out_of_order(request, member, said)
        following = start + _GROUPS_A_PAGE
        more = asked.address(GROUPS, start=str(following)) if found and found.total > following else None
        back = asked.address(GROUPS, start=str(max(start - _GROUPS_A_PAGE, 0))) if start else None
        groups = [_group(group) for group in found.groups] if found else []
        values |= {"found": found, "groups": groups, "more": more, "back_to": back, "first_number": start + 1}
        return self._show(request, "inbox_groups.html", member, faults, **values)

    def conversation(
        self, request: Request, member: StaffMember, sender: str, errors: Mapping[str, str] | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> HTMLResponse:  # fmt: skip
        """A whole chat; `typed`: what was typed into the form that `errors` are about. Raises `MessagesGone`."""
        desk = self._parts.desk()
        try:
            turns = desk.conversation(sender)
            names = desk.names()
            values = {
                "turns": [self._turn(turn, names) for turn in turns], "members": desk.members(), "tags": desk.tags(),
                "sender": sender, "shown_at": desk.now(), "begun_at": turns[0].asked_at, "typed": typed or {},
                "here": f"{LIST}/conversations/{sender}", "is_over": self._is_over(sender),
            }  # fmt: skip
        except InboxUnavailable:
            return self._out_of_order(request, member)
        return self._show(request, "inbox_conversation.html", member, errors or {}, **values)

    def gone(self, request: Request, member: StaffMember, said: str) -> HTMLResponse:
        """What was asked for is not there."""
        return self._parts.pages.show(request, "inbox_gone.html", member, 404, text=said)

    def _show(
        self, request: Request, template: str, member: StaffMember, errors: Mapping[str, str], **values: Any
    ) -> HTMLResponse:
        status = 422 if errors else 200
        return self._parts.pages.show(request, template, member, status, errors=errors, **values)

    def _out_of_order(self, request: Request, member: StaffMember, said: str = OUT_OF_ORDER) -> HTMLResponse:
        return self._parts.pages.show(request, "inbox_gone.html", member, 503, text=said)

    def _frame(self, desk: InboxDesk, member: StaffMember, asked: Asked, faults: Mapping[str, str]) -> dict[str, Any]:
        """What list and groups have around them."""
        query, _ = asked.query(member.id, self._parts.pages.zone)
        counts = desk.counts(query) if not faults else {}
        signs = [(None, "Everything", "All messages of visitors."), *((sign, *SIGNS[sign]) for sign in Sign)]
        others = [("", "Anybody"), ("me", "Me"), ("nobody", "Nobody")]
        members = [(each.id, each.name) for each in desk.members() if each.id != member.id]
        tags = desk.tags()
        return {
            "asked": asked, "names": desk.names(), "shown_at": desk.now(),
            "signs": [
                {
                    "title": title, "hint": hint, "count": counts.get(sign, 0),
                    "address": asked.address(show=sign.value if sign else "all"),
                    "is_here": asked.show == (sign.value if sign else "all"),
                }
                for sign, title, hint in signs
            ],
            "states": [(title, asked.address(state=state), asked.state == state) for state, title in _STATES],
            "who": [*others, *members],
            "tags": [("", "Any tag"), *((tag, tag) for tag in sorted({*tags, *filter(None, [asked.tag])}))],
            "group_states": [(title, asked.address(GROUPS, state=s), asked.state == s) for s, title in _STATES],
            "here": asked.address(before=asked.before), "here_groups": asked.address(GROUPS, start=asked.start),
            "groups_address": asked.address(GROUPS, show=Asked.show),
            "list_address": asked.address(LIST, show=Sign.MISSED.value),
        }  # fmt: skip

    def _is_over(self, sender: str) -> bool:
        try:
            return self._parts.is_over(sender)
        except TurnStoreError:  # the page of the chat says what is wrong, and whether it is over
            return False

    def _row(self, turn: InboxTurn, names: Mapping[str, str]) -> dict[str, Any]:
        reading = turn.reading
        is_told = reading.intent and reading.intent not in _SAID_BY_OUTCOME
        return {
            "turn": turn, "signs": [(sign, SIGNS[sign][0]) for sign in Sign if sign in reading.signs],
            "outcome": OUTCOMES[reading.outcome],
            "topic": topic_in_words(reading.intent, self._parts.title_of) if is_told and reading.intent else None,
            "assigned": names.get(turn.marks.assigned_to or ""),
            "address": f"{LIST}/conversations/{turn.sender}#turn-{turn.id}",
        }  # fmt: skip

    def _turn(self, turn: SaidTurn, names: Mapping[str, str]) -> dict[str, Any]:
        marks = turn.inbox.marks if turn.inbox else None
        signs = turn.inbox.reading.signs if turn.inbox else frozenset()
        return {
            "turn": turn, "marks": marks, "facts": understood(turn, self._parts.title_of),
            "signs": [(sign, SIGNS[sign][0]) for sign in Sign if sign in signs],
            "reviewed_by": names.get((marks.reviewed_by if marks else None) or ""),
            "replies": [(reply, turn.helpful.get(at)) for at, reply in enumerate(turn.replies)],
        }  # fmt: skip


def _group(group: MissedGroup) -> dict[str, Any]:
    lessons: Sequence[int] = group.ids[:MOST_AT_ONCE]
    return {
        "group": group, "teach": "/staff/teach/new?" + "&".join(f"turn={each}" for each in lessons),
        "taught": len(lessons), "ids": ",".join(map(str, group.ids)),
    }  # fmt: skip
