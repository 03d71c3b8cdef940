"""What was typed, tidied, and whether it says anything at all."""

from __future__ import annotations

import re
import unicodedata

from clinic.intake.errors import FieldError

_EMPTY_ANSWER = re.compile(
    r"^(?:y|ya|yes|yeah|yep|yup|ok|okay|k|sure|fine|right|correct|n|no|nope|nah|no,? thanks?|no,? thank you|not really"
    r"|none|nothing|skip(?: (?:this|it|that))?|pass|n/?a|i (?:don'?t|do not) (?:know|want to)|idk|\W*)[\s.!]*$",
    re.IGNORECASE,
)


def tidy(text: str) -> str:
    """One line without what a database or a mail could choke on: control characters, lone surrogates."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in unicodedata.normalize("NFC", text))
    return " ".join(kept.replace("\u2019", "'").split())


def said(text: str, missing: type[FieldError]) -> str:
    """The tidy text; a bare yes, no or "skip", and a button's payload, say nothing about a field: `missing`."""
    found = tidy(text)
    if found.startswith("/") or _EMPTY_ANSWER.match(found):
        raise missing("the answer is empty")
    return found
