"""Parts of the schedule in words, and as the fields of a form show them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from clinic.booking.schedule import Document
from clinic.booking.schedule_parts import PartKind, SchedulePart
from clinic.booking.spoken_times import day_in_full, on_the_clock
from web.staff.clinic_setup.hours import DAYS, MOST_SHIFTS

_DAY_NAMES = dict(DAYS)
_RULES = {
    "time_zone": "Time zone",
    "lead_hours": "Hours before a visit at which booking ends",
    "horizon_days": "Days ahead that can be booked",
    "hold_minutes": "Minutes a chosen time is kept",
    "start_every_minutes": "Minutes between two starts",
    "remind_hours_before": "Hours before a visit at which the reminder goes out",
}


def in_words(part: SchedulePart, value: Any, document: Document) -> list[str]:
    """What a part says, a sentence a line."""
    if value is None:
        return ["Taken off the list"]
    match part.kind:
        case PartKind.HOURS:
            return week_in_words(value)
        case PartKind.CLOSED:
            days = [day_in_full(date.fromisoformat(str(day))) for day in value["closed_days"] or ()]
            return [*days, "Public holidays: closed" if value["public_holidays"] else "Public holidays: open"]
        case PartKind.RULES:
            return [f"{title}: {value[name]}" for name, title in _RULES.items()]
        case PartKind.CLINICIAN:
            titles = {kind["id"]: kind["title"] for kind in document["visit_types"]}
            sees = ", ".join(titles.get(kind, kind) for kind in value["visit_types"])
            hours = week_in_words(value["hours"]) if value.get("hours") else ["The clinic's hours"]
            return [f"Name: {value['name']}", f"Sees: {sees}", *hours]
        case PartKind.VISIT_TYPE:
            buffer = f", {value.get('buffer', 0)} minutes free after it"
            return [f"Name: {value['title']}", f"{value['minutes']} minutes{buffer}"]


def week_in_words(week: Mapping[str, list[str]]) -> list[str]:
    """Hours, a day a line; a closed one is none."""
    lines = [
        f"{_DAY_NAMES[key]}: {', '.join(_shift(shift) for shift in week[key])}" for key in _DAY_NAMES if week.get(key)
    ]
    return lines or ["Closed all week"]


def _shift(text: str) -> str:
    """A time as the schedule has it, "08:00-12:00", as "8:00 AM to 12:00 noon"."""
    ends = (end.strip() for end in text.split("-"))
    return " to ".join(on_the_clock(time.min if end == "24:00" else time.fromisoformat(end)) for end in ends)


def hours_typed(week: Mapping[str, list[str]] | None) -> dict[str, str]:
    """Hours as the fields of a form show them."""
    found = {}
    for key, shifts in (week or {}).items():
        for number, shift in enumerate(shifts[:MOST_SHIFTS]):
            opens, _, closes = shift.partition("-")
            found[f"{key}_{number}_from"] = opens.strip()
            found[f"{key}_{number}_to"] = "00:00" if closes.strip() == "24:00" else closes.strip()
    return found


def shifts_shown(typed: Mapping[str, str]) -> dict[str, int]:
    """How many times each day's form has: those that are there and one more, two at least."""
    shown = {}
    for key, _ in DAYS:
        used = [n for n in range(MOST_SHIFTS) if typed.get(f"{key}_{n}_from") or typed.get(f"{key}_{n}_to")]
        shown[key] = min(max(2, max(used, default=-1) + 2), MOST_SHIFTS)
    return shown


def clinician_typed(entry: Mapping[str, Any]) -> dict[str, str]:
    """A clinician as the fields of a form show it."""
    sees = {f"sees_{kind}": "1" for kind in entry["visit_types"]}
    own = {"own_hours": "1"} if entry.get("hours") else {}
    return {"name": entry["name"], "calendar": entry.get("calendar") or "", **sees, **own,
            **hours_typed(entry.get("hours"))}  # fmt: skip


def visit_type_typed(entry: Mapping[str, Any]) -> dict[str, str]:
    """A kind of visit as the fields of a form show it."""
    return {
        "title": entry["title"], "minutes": str(entry["minutes"]), "buffer": str(entry.get("buffer", 0)),
        "also": ", ".join(entry.get("also") or ()),
    }  # fmt: skip


def rules_typed(value: Mapping[str, Any]) -> dict[str, str]:
    """The rules as the fields of a form show them."""
    return {name: str(value[name]) for name in _RULES}
