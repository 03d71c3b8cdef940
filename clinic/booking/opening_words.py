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


def wish_in(text: str, now: datetime) -> Wish | None:
    """The wish for a time in the sentence that speaks of a visit; `None` where there is none, or it is unclear.

    Only that sentence: "I have not slept since Monday. Can I book a visit?" wishes no Monday.
    """
    for sentence in _SENTENCE.split(text.replace("a.m.", "am").replace("p.m.", "pm")):
        is_story = _TELLS_OF_THE_PAST.search(sentence) or len(sentence.split()) > _MOST_WORDS
        if is_story or not _BOOKING_WORDS.search(sentence):
            continue
        try:
            wish = read_wish(sentence, now)
        except FieldError:
            continue
        if wish != ANY_TIME:
            return wish
    return None
