"""One form of the set-up for each part: what it shows, how it is read, where it leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clinic.booking.schedule import Document
from clinic.booking.schedule_parts import PartKind, SchedulePart, former_of, part_of
from web.staff.clinic_setup import fields as read
from web.staff.clinic_setup import words
from web.staff.clinic_setup.fields import NEW
from web.staff.clinic_setup.hours import read_hours

BASE = "/staff/clinic"
_PATHS = {PartKind.CLINICIAN: "clinicians", PartKind.VISIT_TYPE: "visit-types"}
_READERS: dict[PartKind, Callable[[Mapping[str, str], Document, str | None], dict[str, Any]]] = {
    PartKind.CLINICIAN: read.read_clinician, PartKind.VISIT_TYPE: read.read_visit_type,
}  # fmt: skip
_SHOWN: dict[PartKind, Callable[[Mapping[str, Any]], dict[str, str]]] = {
    PartKind.CLINICIAN: words.clinician_typed, PartKind.VISIT_TYPE: words.visit_type_typed,
}  # fmt: skip


@dataclass(frozen=True)
class PartForm:
    """The form of one part; `id` of an entry that is changed, `NEW` for one to come, "" for the clinic's own parts."""

    kind: PartKind
    id: str = ""

    @property
    def template(self) -> str:
        """The page."""
        return f"clinic_{self.kind.value}.html"

    @property
    def address(self) -> str:
        """Where it is shown and sent."""
        return f"{BASE}/{_PATHS[self.kind]}/{self.id}" if self.id else f"{BASE}/{self.kind.value}"

    @property
    def known(self) -> str | None:
        """The id of the entry that is changed."""
        return self.id if self.id not in ("", NEW) else None

    def exists_in(self, document: Document) -> bool:
        """Whether there is something to change."""
        part = SchedulePart(self.kind, self.id)
        return self.known is None or bool(part_of(document, part) or former_of(document, part))

    def typed(self, document: Document) -> dict[str, str]:
        """The fields as the schedule has them."""
        part = SchedulePart(self.kind, self.id)
        if self.kind is PartKind.HOURS:
            return words.hours_typed(part_of(document, part))
        if self.kind is PartKind.RULES:
            return words.rules_typed(part_of(document, part))
        if self.kind is PartKind.CLOSED:
            value = part_of(document, part)
            kept = {f"keep_{day}": "1" for day in value["closed_days"] or ()}
            return {**kept, **({"public_holidays": "1"} if value["public_holidays"] else {})}
        entry = part_of(document, part) or former_of(document, part)
        return _SHOWN[self.kind](entry) if entry else {}

    def read(self, typed: Mapping[str, str], document: Document) -> tuple[SchedulePart, Any]:
        """The part and what it is to say; raises `Mistakes`."""
        part = SchedulePart(self.kind, self.id)
        match self.kind:
            case PartKind.HOURS:
                return part, read_hours(typed)
            case PartKind.RULES:
                return part, read.read_rules(typed)
            case PartKind.CLOSED:
                return part, read.read_closed(typed, part_of(document, part))
            case _:
                entry = _READERS[self.kind](typed, document, self.known)
                return SchedulePart(self.kind, entry["id"]), entry
