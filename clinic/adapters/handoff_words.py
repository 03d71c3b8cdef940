"""What staff may not type to a visitor, by the rules that hold for approved answers."""

from __future__ import annotations

from clinic.handoff.ports import WordFault
from clinic.review.answers.wording_checks import forbidden_phrases

# An emergency number may be named, by somebody who knows where they are.
_REFUSED = frozenset({"dose", "threshold", "promise"})


def word_faults(text: str) -> list[WordFault]:
    """Doses, laboratory limits and promises, with the words they stand in."""
    return [
        WordFault(fault.code, text[place.start : place.end])
        for fault in forbidden_phrases(text)
        if fault.code in _REFUSED
        for place in fault.places[:1]
    ]
