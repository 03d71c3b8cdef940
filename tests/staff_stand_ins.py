"""Two of the staff, and stand-ins for the parts of other areas that handing over needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time as wall_time
from typing import Any
from zoneinfo import ZoneInfo

from clinic.booking.timetable import OpenInterval, Timetable
from clinic.handoff.ports import WordFault
from clinic.staff.model import Role, StaffMember

ANN = StaffMember("ann-id", "Ann Example", "ann@example.com", Role.EDITOR)
BEN = StaffMember("ben-id", "Ben Example", "ben@example.com", Role.EDITOR)
TABLE_ZONE = ZoneInfo("America/New_York")
ALWAYS_OPEN = Timetable(
    zone=TABLE_ZONE, hours=dict.fromkeys(range(7), (OpenInterval(wall_time(0), wall_time.max),)),
    clinicians=(), visit_types=(),
)  # fmt: skip


class NothingPersonal:
    """A redactor that knows one name."""

    def redact(self, text: str) -> str:
        return text.replace("Anita", "[name]")

    def redact_reply(self, text: str) -> str:
        return text


@dataclass
class Audit:
    """`AuditLog` in a list."""

    notes: list[tuple[str, str, str, Any]] = field(default_factory=list)

    def note(self, by: str, action: str, subject: str, details: Mapping[str, Any] | None = None) -> None:
        self.notes.append((by, action, subject, dict(details or {})))


def no_dose(text: str) -> list[WordFault]:
    return [WordFault("dose", "300 mg")] if "300 mg" in text else []
