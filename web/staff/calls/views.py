"""The pages of calls and questions as they are shown."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from fastapi import HTTPException, Request, Response

from clinic.booking.appointment import EventState
from clinic.booking.outbox_desk import MAY_HAVE_BEEN_SENT
from clinic.handoff import HandoffUnavailable, NoSuchCall
from clinic.handoff.call_desk import MOST_DONE, MOST_OPEN, CallDesk
from clinic.handoff.calls import Call
from clinic.handoff.words import MOST_ANSWER_CHARACTERS, MOST_NOTE_CHARACTERS
from clinic.staff.model import StaffMember
from web.staff.pages import StaffPages

Errors = dict[str, str]
Colleagues = Callable[[], Sequence[StaffMember]]

_MAIL = {
    EventState.WAITING: "The mail waits and goes out soon.",
    EventState.SENDING: "The mail is being sent.",
    EventState.SENT: "The mail was sent.",
}
_MAY_HAVE_ARRIVED = (
    "The mail may have arrived, and may not: the program was stopped just then. It was not sent a second time. "
    "Ask the person, or send it again if a second copy does no harm."
)
_NOT_SENT = "The mail could not be sent. Check the address, or reach the person in another way."


def mail_state(call: Call) -> str | None:
    """What became of the mail, in words; `None` where none was written."""
    answer = call.answer
    if answer is None:
        return None
    if answer.state is not EventState.DEAD:
        return _MAIL.get(answer.state)
    return _MAY_HAVE_ARRIVED if answer.error in MAY_HAVE_BEEN_SENT else _NOT_SENT


class CallViews:
    """Shows the lists and one request."""

    def __init__(self, pages: StaffPages, desk: Callable[[], CallDesk], colleagues: Colleagues) -> None:
        """Both are asked for on use; `colleagues`: those whose work a request can be."""
        self._pages, self._desk, self._colleagues = pages, desk, colleagues

    def listed(self, request: Request, member: StaffMember, *, is_done: bool, whose: str) -> Response:
        """Open or done requests; `whose`: "mine", "nobody" or "all"."""
        wanted = {"mine": member.id, "nobody": ""}.get(whose)
        try:
            calls = self._desk().done_calls(wanted) if is_done else self._desk().open_calls(wanted)
        except HandoffUnavailable:
            raise HTTPException(503) from None
        return self._pages.show(
            request, "calls_list.html", member, calls=calls, is_done=is_done, whose=whose,
            most=MOST_DONE if is_done else MOST_OPEN,
        )  # fmt: skip

    def shown(
        self, request: Request, member: StaffMember, reference: str, errors: Errors | None = None,
        typed: Errors | None = None, answer_id: str = "", status: int = 200,
    ) -> Response:  # fmt: skip
        """One request; with `errors` what was typed is still there."""
        call = self.call(reference)
        answer = call.answer
        return self._pages.show(
            request, "calls_call.html", member, status, call=call, errors=errors or {}, typed=typed or {},
            answer_id=answer_id or secrets.token_hex(16), mail_state=mail_state(call),
            is_dead=answer is not None and answer.state is EventState.DEAD, colleagues=self._colleagues(),
            most_answer=MOST_ANSWER_CHARACTERS, most_note=MOST_NOTE_CHARACTERS,
        )  # fmt: skip

    def call(self, reference: str) -> Call:
        """The request, or a page that says why there is none."""
        try:
            return self._desk().call(reference)
        except NoSuchCall:
            raise HTTPException(404) from None
        except HandoffUnavailable:
            raise HTTPException(503) from None

    def colleague(self, member_id: str) -> StaffMember | None:
        """Somebody whose work it can be; `None` for nobody. An unknown one is a page that says so."""
        found = {one.id: one for one in self._colleagues()}
        if member_id and member_id not in found:
            raise HTTPException(422)
        return found.get(member_id)
