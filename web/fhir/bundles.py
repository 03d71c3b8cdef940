"""A page of a search as a searchset Bundle, with the link to the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.resource import Resource

from web.fhir.parameters import Search


@dataclass(frozen=True, order=True)
class Entry:
    """Something that was found; made into a resource only when its page is shown.

    `key` gives the order. A page begins after the key of the last one: what is booked meanwhile shifts nothing.
    """

    key: str
    id: str
    make: Callable[[], Resource] = field(compare=False)


def searchset(url: str, search: Search, found: Iterable[Entry]) -> Bundle:
    """The page of what was found; `url` of the resource type."""
    matches = sorted({entry.key: entry for entry in found if search.allows("_id", entry.id)}.values())
    rest = [entry for entry in matches if entry.key > search.after]
    page = rest[: search.count]
    links = [{"relation": "self", "url": _link(url, search.asked)}]
    if page and len(rest) > len(page):
        same = [pair for pair in search.asked if pair[0] != "page"]
        links.append({"relation": "next", "url": _link(url, [*same, ("page", page[-1].key)])})
    entries = [
        {"fullUrl": f"{url}/{entry.id}", "resource": entry.make(), "search": {"mode": "match"}} for entry in page
    ]
    content = {"type": "searchset", "total": len(matches), "link": links, "entry": entries or None}
    return Bundle.model_validate(content)


def _link(url: str, asked: Iterable[tuple[str, str]]) -> str:
    return f"{url}?{urlencode(list(asked))}".removesuffix("?")
