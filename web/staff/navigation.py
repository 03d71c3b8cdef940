"""Where staff can go."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clinic.staff.model import Permission, StaffMember


@dataclass(frozen=True)
class NavLink:
    """A link of the bar; `is_here`: the page that is shown lies under it.

    `waiting`: how many wait for somebody; `wait_for`: for what, as it is read out.
    """

    title: str
    address: str
    permission: Permission = Permission.READ
    is_here: bool = False
    waiting: int = 0
    wait_for: str = ""


@dataclass(frozen=True)
class Waiting:
    """What stands on every page: emergencies that nobody has acknowledged, visitors who wait for a person."""

    emergencies: int = 0
    chats: int = 0


_CHATS = NavLink("Chats", "/staff/chats", wait_for="waiting for a person")
_LINKS = (
    NavLink("Inbox", "/staff/inbox"),
    _CHATS,
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


_EMERGENCIES = NavLink("Emergencies", "/staff/day/emergencies", wait_for="not acknowledged yet")


def links_for(member: StaffMember | None, path: str, waiting: Waiting = Waiting()) -> list[NavLink]:
    """Those that somebody may follow; none for nobody. Emergencies that nobody has acknowledged come first."""
    if member is None:
        return []
    first = [replace(_EMERGENCIES, waiting=waiting.emergencies)] if waiting.emergencies else []
    rest = [replace(link, waiting=waiting.chats) if link is _CHATS else link for link in _LINKS]
    links = [link for link in (*first, *rest) if member.may(link.permission)]
    here = max((link.address for link in links if _is_under(path, link.address)), key=len, default=None)
    return [replace(link, is_here=link.address == here) for link in links]


def _is_under(path: str, address: str) -> bool:
    return path == address or path.startswith(f"{address}/")
