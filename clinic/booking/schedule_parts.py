"""The parts of a schedule, each changed apart: hours, closed days, rules, one clinician, one kind of visit.

So two people who change different parts both get their way.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from clinic.booking.schedule import Document

RULES = ("time_zone", "lead_hours", "horizon_days", "hold_minutes", "start_every_minutes", "remind_hours_before")
_CLOSED = ("closed_days", "public_holidays")

EMPTY: Document = {
    "time_zone": "America/New_York", "hours": {}, "public_holidays": True, "closed_days": [], "lead_hours": 4,
    "horizon_days": 60, "hold_minutes": 10, "start_every_minutes": 15, "remind_hours_before": 24,
    "visit_types": [], "clinicians": [],
}  # fmt: skip
"""What a clinic begins with that has given no times."""


class PartKind(StrEnum):
    """What can be changed by itself."""

    HOURS = "hours"
    CLOSED = "closed"
    RULES = "rules"
    CLINICIAN = "clinician"
    VISIT_TYPE = "visit_type"


_LISTS = {PartKind.CLINICIAN: "clinicians", PartKind.VISIT_TYPE: "visit_types"}
_TOGETHER = {PartKind.CLOSED: _CLOSED, PartKind.RULES: RULES}


@dataclass(frozen=True)
class SchedulePart:
    """One part; `id` of a clinician or a kind of visit."""

    kind: PartKind
    id: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value} {self.id}".rstrip()


def part_of(document: Document, part: SchedulePart) -> Any:
    """What a part says, `None` where it is not there: in the form that `with_part` takes."""
    if part.kind is PartKind.HOURS:
        return document.get("hours") or {}
    if part.kind in _TOGETHER:
        return {key: document.get(key) for key in _TOGETHER[part.kind]}
    return next((entry for entry in document.get(_LISTS[part.kind]) or () if entry["id"] == part.id), None)


def former_of(document: Document, part: SchedulePart) -> Mapping[str, Any] | None:
    """The entry of a clinician or kind of visit that the clinic has no more."""
    former = document.get(f"former_{_LISTS[part.kind]}") or ()
    return next((entry for entry in former if entry["id"] == part.id), None)


def with_part(document: Document, part: SchedulePart, value: Any) -> dict[str, Any]:
    """A copy in which a part says something else; with `None` an entry goes to the former ones, never for good."""
    changed: dict[str, Any] = copy.deepcopy(dict(document))
    if part.kind is PartKind.HOURS:
        return changed | {"hours": value}
    if part.kind in _TOGETHER:
        return changed | {key: value[key] for key in _TOGETHER[part.kind]}
    name = _LISTS[part.kind]
    entries, former = list(changed.get(name) or ()), list(changed.get(f"former_{name}") or ())
    known = part_of(document, part) or former_of(document, part)
    others = [entry for entry in former if entry["id"] != part.id]
    if value is None:
        changed[name] = [entry for entry in entries if entry["id"] != part.id]
        changed[f"former_{name}"] = [*others, known] if known else others
        return changed
    is_here = any(entry["id"] == part.id for entry in entries)
    changed[name] = [value if e["id"] == part.id else e for e in entries] if is_here else [*entries, value]
    changed[f"former_{name}"] = others
    return changed
