"""Where staff can go."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clinic.staff.model import Permission, StaffMember


@dataclass(frozen=True)
class NavLink:
    """A link of the bar; `is_here`: the page that is shown lies under it; `waiting`: how many wait for somebody."""

    title: str
    address: str
    permission: Permission = Permission.READ
    is_here: bool = False
    waiting: int = 0


_LINKS = (
    NavLink("Inbox", "/staff/inbox"),
    NavLink("Chats", "/staff/chats"),
    NavLink("Calls", "/staff/calls", Permission.CHAT),
    NavLink("Answers", "/staff/answers"),
    NavLink("Changes", "/staff/changes"),
    NavLink("Releases", "/staff/releases"),
    NavLink("Day", "/staff/day"),
    NavLink("Numbers", "/staff/numbers"),
    NavLink("People", "/staff/people", Permission.MANAGE),
    NavLink("Record", "/staff/audit", Permission.MANAGE),
    NavLink("Clinic", "/staff/clinic", Permission.MANAGE),
)


_EMERGENCIES = NavLink("Emergencies", "/staff/day/emergencies")


def links_for(member: StaffMember | None, path: str, emergencies: int = 0) -> list[NavLink]:
    """Those that somebody may follow; none for nobody. `emergencies` that nobody has acknowledged come first."""
    if member is None:
        return []
    first = [replace(_EMERGENCIES, waiting=emergencies)] if emergencies else []
    links = [link for link in (*first, *_LINKS) if member.may(link.permission)]
    here = max((link.address for link in links if _is_under(path, link.address)), key=len, default=None)
    return [replace(link, is_here=link.address == here) for link in links]


def _is_under(path: str, address: str) -> bool:
    return path == address or path.startswith(f"{address}/")
