"""Says a question in other everyday words, step by step further from how it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENINGS = (
    (r"(?:can|could|may) i (?=\w)", "is it okay to "),
    (r"(?:can|could|may) (?:he|she|they|we|you|one) (?=\w)", "is it okay for people to "),
    (r"should i (?=\w)", "is it good to "),
    (r"(?:do|does) (?P<what>[\w' -]{2,40}?) (?:help|work)(?P<rest>\b)", r"can \g<what> be of use\g<rest>"),
    (r"can (?P<what>[\w' -]{2,40}?) help(?P<rest>\b)", r"is \g<what> of use\g<rest>"),
    (r"why (?:do|does|is|are) (?=\w)", "what is the reason that "),
    (r"how (?:do|can|could|should) i (?=\w)", "what is a good way to "),
    (r"what (?:causes|caused) (?=\w)", "what brings on "),
    (r"what (?:is|are|s) (?=\w)", "tell me about "),
    (r"is there (?:a|an|any) (?=\w)", "do you know of a "),
    (r"do you (?:have|offer|do) (?=\w)", "does the clinic have "),
    (r"how (?:long|much|often) (?=\w)", lambda m: f"i want to know {m[0]}"),
)
_SWAPS = (
    ("restless legs? syndrome", "rls"), ("restless legs?", "rls"), ("rls", "restless legs"),
    ("medications?|meds", "medicine"), ("medicines?", "medication"), ("pills?", "tablets"),
    ("physician|dr", "doctor"), ("really", ""), ("every (?:night|evening)", "at night"),
    ("at night(?:time)?", "every night"),
    ("get rid of", "stop"), ("make(?:s)? (?:it )?worse", "worsen"), ("worse", "more severe"), ("kids", "children"),
    ("because of", "from"), ("help(?:s|ed)?(?: with)?", "ease"), ("taking", "using"),
    ("take", "use"), ("my", "the"),
    ("i have", "you have"),
    ("i am|i'm", "you are"), ("i|me", "you"), ("does it", "can it"), ("or not", ""), ("also|too", ""),
    ("just|actually|even", ""), ("start(?:s|ed)?", "begin"), ("bad", "strong"), ("since", "after"),
)  # fmt: skip
_OPENED = tuple((re.compile(rf"^{pattern}", re.IGNORECASE), said) for pattern, said in _OPENINGS)
_SWAPPED = tuple((re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), said) for pattern, said in _SWAPS)


def reworded(question: str) -> Iterator[str]:
    """The question in other words, each further from the first than the one before."""
    found = question
    for expression, said in _OPENED:
        if expression.search(found):
            found = expression.sub(said, found, count=1)
            yield found
            break
    pieces = [(found, False)]
    for expression, said in _SWAPPED:
        changed = [part for piece in pieces for part in _swapped(piece, expression, said)]
        if changed != pieces:
            pieces = changed
            yield "".join(text for text, _ in pieces)


def _swapped(piece: tuple[str, bool], expression: re.Pattern[str], said: str) -> Iterator[tuple[str, bool]]:
    """A piece with its words swapped; what was swapped once is not swapped back."""
    text, is_done = piece
    if is_done:
        yield piece
        return
    at = 0
    for match in expression.finditer(text):
        yield text[at : match.start()], False
        yield said, True
        at = match.end()
    yield text[at:], False
