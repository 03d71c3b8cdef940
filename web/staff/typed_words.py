"""What somebody typed into a form that could not be taken: it is given back, for them to copy."""

from __future__ import annotations

from fastapi import Request

from web.staff.csrf import FIELD

_SECRET = frozenset({FIELD, "old", "password", "again", "code"})


async def typed_words(request: Request) -> list[str]:
    """The form's fields that hold words; a single one is a choice, a mark or a page's own."""
    if request.method != "POST":
        return []
    found = (await request.form()).multi_items()
    return [text for name, text in found if isinstance(text, str) and name not in _SECRET and len(text.split()) > 1]
