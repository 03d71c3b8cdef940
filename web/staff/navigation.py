"""Where staff can go."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.staff.model import Permission, StaffMember


@dataclass(frozen=True)
class NavLink:
    """A link of the bar; `is_here`: the page that is shown lies under it."""

    title: str
    address: str
    permission: Permission = Permission.READ
    is_here: bool = False


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


def links_for(member: StaffMember | None, path: str) -> list[NavLink]:
    """Those that somebody may follow; none for nobody."""
    if member is None:
        return []
    return [
        NavLink(link.title, link.address, link.permission, _is_under(path, link.address))
        for link in _LINKS
        if member.may(link.permission)
    ]


def _is_under(path: str, address: str) -> bool:
    return path == address or path.startswith(f"{address}/")
