"""One message, one question or several: where it may be cut, and whether a cut is right.

Where to cut is a matter of form (sentence ends, "and", commas), whether to cut one of meaning: every part must be
understood by itself, each as something else. A message that is not clearly two stays one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_PARTS = 3
_CLAUSE, _PHRASE = 0.5, 0.75  # least confidence in a part that can stand alone, and in a bare noun phrase
_LONGEST = 600  # characters; a longer message is a story, not a list of questions

_OPENS = (
    r"what|whats|what's|how|hows|how's|why|when (?:is|are|do|does|did|can|could|should|will|would|am)"
    r"|where|who|whom|which|is|are|am|was|can|could|does|do|did|should|shall|will|would|may|might|has|have"
    r"|isn't|aren't|don't|doesn't|can't|tell|explain|show|give|describe|book|schedule|make me"
    r"|i (?:want|need|wanna|would like|'d like)|i'd like|id like|we (?:want|need|would like)|let me|please"
)
_THANKS = r"thanks|thank you|thx|ty|cheers|much appreciated"
_LEAD_IN = r"(?:(?:and|also|plus|then|but|so|or|ok|okay|please|hi|hello|hey|,)\s+)*"
_REQUEST = re.compile(rf"^{_LEAD_IN}(?:{_OPENS}|{_THANKS})\b", re.I)
_SENTENCE = re.compile(r"(?<=[.?!;])\s+|\n+")
_NEXT = rf"(?=(?:{_OPENS}|{_THANKS})\b)"
_JOINT = r"\s*(?:,\s*|\s)(?:and|also|plus|then|&)(?:\s+(?:also|then))?\s+"
_CLAUSE_CUT = re.compile(rf"{_JOINT}{_NEXT}|,\s+{_NEXT}", re.I)
_LIST_CUT = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|&|plus)\s+", re.I)
# What no cut may yield: these say nothing by themselves, or a fragment of anything looks like them.
_NOT_A_PART = frozenset({"nlu_fallback", "inform", "affirm", "deny", "stop", "small_talk", "greet", "how_are_you"})
_NOT_A_PHRASE = frozenset({"out_of_scope", "not_covered", "irritation", "compliment", "goodbye", "capabilities"})


@dataclass(frozen=True)
class Reading:
    """What one stretch of words was understood as."""

    intent: str
    confidence: float


@dataclass(frozen=True)
class Cut:
    """One way to take a message apart; `phrases`: its parts are bare noun phrases, not clauses."""

    parts: tuple[str, ...]
    phrases: bool = False

    def is_right(self, whole: Reading, readings: Sequence[Reading]) -> bool:
        """Whether every part means something of its own; `readings`: one a part, in order."""
        least = _PHRASE if self.phrases else _CLAUSE
        barred = _NOT_A_PART | _NOT_A_PHRASE if self.phrases else _NOT_A_PART
        intents = [r.intent for r in readings]
        if len(set(intents)) < len(intents) or barred.intersection(intents):
            return False
        if self.phrases and whole.intent not in intents:
            return False
        return all(r.confidence >= least for r in readings)


def cuts(text: str) -> Iterator[Cut]:
    """The ways to take a message apart, the likeliest first; none where it is one stretch."""
    if len(text) > _LONGEST:
        return
    clauses = [clause for sentence in _requests(text) for clause in _clauses(sentence)]
    if 1 < len(clauses) <= MOST_PARTS:
        yield Cut(tuple(clauses))
        return
    if len(clauses) == 1:
        phrases = [p.strip(" ?.!") for p in _LIST_CUT.split(clauses[0])]
        phrases = [p for p in phrases if p]
        if 1 < len(phrases) <= MOST_PARTS:
            yield Cut(tuple(phrases), phrases=True)


def sentences(text: str) -> list[str]:
    """The sentences of a message of several; none where it is one."""
    found = [s.strip() for s in _SENTENCE.split(text) if s.strip()]
    return found if len(found) > 1 and len(text) <= _LONGEST else []


def _requests(text: str) -> list[str]:
    """The sentences that ask for something, each with the statements that lead up to it."""
    found: list[str] = []
    lead: list[str] = []
    for sentence in filter(None, (s.strip() for s in _SENTENCE.split(text))):
        lead.append(sentence)
        if sentence.endswith("?") or _REQUEST.match(sentence):
            found.append(" ".join(lead))
            lead = []
    if lead and found:
        found[-1] = " ".join([found[-1], *lead])
    return found or [text.strip()]


def _clauses(sentence: str) -> list[str]:
    """A sentence's questions where "and" or a comma stands before the beginning of another."""
    return [c.strip(" ,") for c in _CLAUSE_CUT.split(sentence) if c and c.strip(" ,")]
