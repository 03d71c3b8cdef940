"""Names that only look like a danger: a quoted title, "a band called …", "Faint Hope Brewery"."""

from __future__ import annotations

import re

_MARK = " § "
_CAPITALS = r"[A-Z][\w']*(?:[ -](?:[A-Z][\w']*|of|the|is|and|at|in|a|to|for|on))*"
_QUOTED = re.compile(rf"[\"“]({_CAPITALS})[\"”]")
_NAMED = re.compile(
    r"\b((?:called|named|titled|entitled|song|album|film|movie|musical|band|perfume|podcast|book|novel|group)s?,? )"
    rf"(?:is |was )?({_CAPITALS})"
)
_PLACE = re.compile(
    r"\b(?:[A-Z][\w']+ ){1,3}(?:Cafe|Brewery|Drive|Road|Street|Avenue|Lane|Bar|Grill|Diner|Hotel|Park|Bridge|Hill|Creek"
    r"|Island|Theater|Theatre|Bakery|Pub|Inn|Museum|Bookstore|County)\b"
)


def untitled(text: str) -> str:
    """The text without titles and names; a text in capitals throughout is left alone, as is a shouted quote."""
    letters = [c for c in text if c.isalpha()]
    if sum(c.isupper() for c in letters) > 0.3 * len(letters):
        return text
    text = _QUOTED.sub(lambda m: m[0] if m[1].isupper() or m[1].startswith("I ") else _MARK, text)
    return _PLACE.sub(_MARK, _NAMED.sub(lambda m: m[1] + _MARK, text))
