"""What the words that open a booking tell of the time, so that it need not be asked for."""

from __future__ import annotations

import re
from datetime import datetime

from clinic.booking.dates import read_wish
from clinic.booking.wish import ANY_TIME, Wish
from clinic.intake import FieldError

_SENTENCE = re.compile(r"[.!?;\n]+")
_BOOKING_WORDS = re.compile(
    r"\b(?:book|appointments?|visit|consult\w*|schedule|slot|opening|come in|come by|get in|be seen"
    r"|see (?:a|the|some)\w*|ultrasound|scan|check-?up)\b",
    re.IGNORECASE,
)
_TELLS_OF_THE_PAST = re.compile(r"\b(?:said|says|told|saw|since|was|were|had|been|last)\b", re.IGNORECASE)
_MOST_WORDS = 25


def wishing_sentences(text: str) -> list[str]:
    """The sentences that wish for a visit, rather than telling of one."""
    sentences = _SENTENCE.split(text.replace("a.m.", "am").replace("p.m.", "pm"))
    wishing = [sentence for sentence in sentences if _BOOKING_WORDS.search(sentence)]
    return [s for s in wishing if not _TELLS_OF_THE_PAST.search(s) and len(s.split()) <= _MOST_WORDS]


def wish_in(text: str, now: datetime) -> Wish | None:
    """The wish for a time in the sentence that speaks of a visit; `None` where there is none, or it is unclear.

    Only that sentence: "I have not slept since Monday. Can I book a visit?" wishes no Monday.
    """
    for sentence in wishing_sentences(text):
        try:
            wish = read_wish(sentence, now)
        except FieldError:
            continue
        if wish != ANY_TIME:
            return wish
    return None
