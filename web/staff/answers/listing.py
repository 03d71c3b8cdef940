"""What the list of answers shows, by what stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from clinic.review.answers.desk import Listing, Needs
from web.staff.answers.words import DRAFTS, EMPTY, KINDS, LISTS

_ROWS = 40
_ORDER = {kind: number for number, kind in enumerate(KINDS)}


def list_values(listing: Listing, asked: Mapping[str, str]) -> dict[str, Any]:
    """`asked`: need, q, kind and page; what cannot be meant counts as not asked."""
    need = next((n for n in Needs if n.value == asked.get("need")), None)
    words, kind = asked.get("q", "")[:100].strip(), asked.get("kind", "")
    kind = kind if kind in KINDS else ""
    found = listing.filtered(need, words, kind)
    if need is not Needs.DISLIKED:  # what is about health first; the worst liked first there
        found = sorted(found, key=lambda row: _ORDER.get(row.answer.kind, len(_ORDER)))
    count = max(1, -(-len(found) // _ROWS))
    wanted = asked.get("page", "1")
    page = min(max(int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 1, 1), count)

    def address(**changes: Any) -> str:
        chosen = {"need": need.value if need else "", "q": words, "kind": kind, "page": page, **changes}
        plain = {name: value for name, value in chosen.items() if value not in ("", 1)}
        return "/staff/answers" + (f"?{urlencode(plain)}" if plain else "")

    return {
        "listing": listing, "rows": found[(page - 1) * _ROWS : page * _ROWS], "total": len(found), "page": page,
        "pages_count": count, "chosen": need, "words": words, "kind": kind, "address": address, "lists": LISTS,
        "kinds": KINDS, "empty": EMPTY, "needs": Needs, "draft_words": DRAFTS,
    }  # fmt: skip
