"""What was typed into the forms of the set-up, read; every mistake is told at its field, in words for staff."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clinic.booking.schedule import Document
from web.staff.clinic_setup.hours import Fields, Mistakes, hour_fields, read_hours

NEW = "new"  # in addresses, where others have the id of an entry
_ID = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
_LONGEST_NAME = 80
_MOST_DAYS = 62
_NUMBERS = {
    "lead_hours": ("hours", 0, 24 * 14, 1),
    "horizon_days": ("days", 1, 365, 1),
    "hold_minutes": ("minutes", 5, 60, 1),
    "start_every_minutes": ("minutes", 5, 120, 5),
    "remind_hours_before": ("hours", 1, 24 * 7, 1),
}


def read_closed(fields: Fields, given: Mapping[str, Any]) -> dict[str, Any]:
    """Closed days after those to take away (`keep_…` left out) and those to add (`from` to `to`)."""
    kept = {day for day in map(str, given["closed_days"] or ()) if fields.get(f"keep_{day}")}
    added = _span(fields) if fields.get("from", "").strip() or fields.get("to", "").strip() else set()
    return {"closed_days": sorted(kept | added), "public_holidays": bool(fields.get("public_holidays"))}


def read_rules(fields: Fields) -> dict[str, Any]:
    """The rules of booking, and the time zone."""
    mistakes: dict[str, str] = {}
    found: dict[str, Any] = {name: _whole(fields, name, *bounds, mistakes) for name, bounds in _NUMBERS.items()}
    zone = fields.get("time_zone", "").strip()
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        mistakes["time_zone"] = "There is no such time zone. Write it as America/New_York."
    if mistakes:
        raise Mistakes(mistakes)
    return {"time_zone": zone, **found}


def read_clinician(fields: Fields, document: Document, known: str | None) -> dict[str, Any]:
    """A clinician's entry; `known`: the id of one who is changed, `None` for a new one."""
    mistakes: dict[str, str] = {}
    name = _name(fields, "name", mistakes)
    entry: dict[str, Any] = {"id": known or _new_id(fields, "clinicians", document, mistakes), "name": name}
    offered = [kind["id"] for kind in document["visit_types"]]
    entry["visit_types"] = [kind for kind in offered if fields.get(f"sees_{kind}")]
    if not entry["visit_types"]:
        mistakes["visit_types"] = "Choose at least one kind of visit."
    if fields.get("own_hours"):
        try:
            entry["hours"] = read_hours(fields)
        except Mistakes as found:
            mistakes |= found.by_field
        else:
            if not entry["hours"]:
                mistakes["own_hours"] = "Write at least one time, or take the clinic's hours."
    elif _has_times(fields) and not _had_hours(document, known):
        mistakes["own_hours"] = "Set this mark to use the times below, or empty them to take the clinic's hours."
    if calendar := " ".join(fields.get("calendar", "").split()):
        entry["calendar"] = calendar[:200]
    if mistakes:
        raise Mistakes(mistakes)
    return entry


def read_visit_type(fields: Fields, document: Document, known: str | None) -> dict[str, Any]:
    """A kind of visit's entry; `known` as above."""
    mistakes: dict[str, str] = {}
    title = _name(fields, "title", mistakes)
    entry: dict[str, Any] = {"id": known or _new_id(fields, "visit_types", document, mistakes, "title"), "title": title}
    others = {kind["title"].casefold() for kind in document["visit_types"] if kind["id"] != known}
    if title.casefold() in others:
        mistakes["title"] = "There is a kind of visit with this name already."
    entry["minutes"] = _whole(fields, "minutes", "minutes", 5, 480, 5, mistakes)
    entry["buffer"] = _whole(fields, "buffer", "minutes", 0, 240, 5, mistakes)
    also = [" ".join(word.split()).lower() for word in re.split(r"[,\n]", fields.get("also", ""))]
    entry["also"] = list(dict.fromkeys(word[:60] for word in also if word))
    if mistakes:
        raise Mistakes(mistakes)
    return entry


def in_use(visit_type: str, document: Document) -> list[str]:
    """The names of those who see patients for a kind of visit."""
    return [seer["name"] for seer in document["clinicians"] if visit_type in seer["visit_types"]]


def _has_times(fields: Fields) -> bool:
    return any(fields.get(name, "").strip() for name in hour_fields())


def _had_hours(document: Document, known: str | None) -> bool:
    """Whether taking the mark away is what sends someone back to the clinic's hours."""
    seers = [*document["clinicians"], *(document.get("former_clinicians") or ())]
    return any(seer["id"] == known and seer.get("hours") for seer in seers)


def _span(fields: Fields) -> set[str]:
    first_text, last_text = (fields.get(name, "").strip() for name in ("from", "to"))
    mistakes, found = {}, {}
    for name, text in (("from", first_text or last_text), ("to", last_text or first_text)):
        try:
            found[name] = date.fromisoformat(text)
        except ValueError:
            mistakes[name] = "This is no day of the calendar."
    if not mistakes and found["to"] < found["from"]:
        mistakes["to"] = "The last day is before the first day."
    elif not mistakes and (found["to"] - found["from"]).days >= _MOST_DAYS:
        mistakes["to"] = f"{_MOST_DAYS} days at most at once."
    if mistakes:
        raise Mistakes(mistakes)
    return {str(found["from"] + timedelta(days=n)) for n in range((found["to"] - found["from"]).days + 1)}


def _whole(fields: Fields, name: str, unit: str, least: int, most: int, step: int, mistakes: dict[str, str]) -> int:
    text = fields.get(name, "").strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
    if not least <= number <= most or number % step:
        steps = f", in steps of {step}" if step > 1 else ""
        mistakes[name] = f"Write a number of {unit} from {least} to {most}{steps}."
    return number


def _name(fields: Fields, name: str, mistakes: dict[str, str]) -> str:
    text = " ".join(fields.get(name, "").split())
    if not text:
        mistakes[name] = "Write a name."
    elif len(text) > _LONGEST_NAME:
        mistakes[name] = f"The name is too long. {_LONGEST_NAME} letters at most."
    return text


def _new_id(fields: Fields, entries: str, document: Document, mistakes: dict[str, str], made_from: str = "name") -> str:
    """The id that was typed, or one made of the name."""
    taken = {NEW, *(entry["id"] for name in (entries, f"former_{entries}") for entry in document.get(name) or ())}
    typed = fields.get("id", "").strip()
    if not typed:
        base = re.sub(r"[^a-z0-9]+", "_", fields.get(made_from, "").lower()).strip("_")[:36] or entries.rstrip("s")
        return base if base not in taken else next(f"{base}_{n}" for n in range(2, 999) if f"{base}_{n}" not in taken)
    if not _ID.fullmatch(typed):
        mistakes["id"] = "Only small letters, digits and _ are possible, without spaces. Or leave it empty."
    elif typed in taken:
        mistakes["id"] = "This short name is taken. Choose another one, or leave it empty."
    return typed
