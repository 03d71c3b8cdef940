"""What a page of the inbox is asked for, read from its address, and written into others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from clinic.review.inbox.model import MOST_TAG_CHARACTERS, InboxQuery, Reviewed, Sign

LIST, GROUPS = "/staff/inbox", "/staff/inbox/groups"
_MOST_WORDS, _MOST_CHARACTERS = 6, 100
_ME, _NOBODY = "me", "nobody"


@dataclass(frozen=True)
class Asked:
    """Everything as it was typed; what cannot be read stands in `errors`, and the rest is looked for without it."""

    show: str = Sign.MISSED.value
    state: str = "open"
    who: str = ""
    tag: str = ""
    q: str = ""
    first: str = ""
    until: str = ""
    before: str = ""
    start: str = ""

    @classmethod
    def of(cls, params: QueryParams) -> Asked:
        """From an address."""
        names = {"first": "from", "until": "to"}
        found = {name: params.get(names.get(name, name)) for name in cls.__dataclass_fields__}
        return cls(**{name: value.strip()[:_MOST_CHARACTERS] for name, value in found.items() if value is not None})

    def address(self, path: str = LIST, **changes: str) -> str:
        """A page with some of it changed; a change of what is looked for begins on the first page."""
        at = {} if "before" in changes or "start" in changes else {"before": "", "start": ""}
        other = replace(self, **{**at, **changes})
        names = {"first": "from", "until": "to"}
        usual = Asked()
        given = {names.get(k, k): v for k, v in vars(other).items() if v != getattr(usual, k)}
        return f"{path}?{urlencode(given)}" if given else path

    def query(self, member_id: str, zone: tzinfo) -> tuple[InboxQuery, Mapping[str, str]]:
        """What is looked for, and what could not be read by field."""
        errors: dict[str, str] = {}
        first, until = _day(self.first, "from", errors), _day(self.until, "to", errors)
        if first and until and until < first:
            errors["to"] = "The last day lies before the first one."
        query = InboxQuery(
            sign=Sign(self.show) if self.show in {sign.value for sign in Sign} else None,
            reviewed=next((each for each in get_args(Reviewed) if each == self.state), "open"),
            assigned_to={"": None, _ME: member_id, _NOBODY: ""}.get(self.who, self.who),
            tag=self.tag.lower()[:MOST_TAG_CHARACTERS] or None,
            words=tuple(self.q.split()[:_MOST_WORDS]),
            first=_moment(first, zone) if first else None,
            until=_moment(until + timedelta(days=1), zone) if until and until < date.max else None,
            before=number(self.before),
        )
        return query, errors


def number(text: str) -> int | None:
    """The number of a turn; `None` for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _day(text: str, field: str, errors: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors[field] = "Write the day as year-month-day, such as 2026-11-23."
        return None


def _moment(day: date, zone: tzinfo) -> float:
    """Where the day begins in the clinic, in seconds since the epoch."""
    return datetime.combine(day, time.min, zone).timestamp()
