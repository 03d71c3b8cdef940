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
_PLAIN_PHRASE = 0.8  # and in a noun phrase where the whole was not understood as any of them
_LONGEST = 600  # characters; a longer message is a story, not a list of questions

_OPENS = (
    r"what|whats|what's|how|hows|how's|why|when (?:is|are|do|does|did|can|could|should|will|would|am)"
    r"|where|who|whom|which|is|are|am|was|can|could|does|did|should|shall|will|would|may|might|has|have"
    r"|isn't|aren't|don't|doesn't|can't|tell|explain|show|give|describe|book|schedule|make me"
    r"|(?:i|we)(?: (?:want|need|wanna|would(?: also)? like)|'?d(?: also| really)? like)"
    r"|i(?: also| still)? (?:want|need)|(?:my \w+|he|she|they)(?: also)? (?:wants?|needs?|asks?|would like)"
    r"|do (?:i|you|we|they|people|doctors|kids|children|women|men|most|any|some|those|these|the|my|all)"
    r"|my (?:last|next|other|second) question|let me|please|whether"
    r"|(?:i(?:'m| am| was)? )?(?:wonder|wondering|curious)|at what|for how long"
)
_THANKS = r"(?:many )?thanks|thank you|thx|ty|cheers|much appreciated"
_LEAD_IN = r"(?:(?:and|also|plus|then|but|so|or|ok|okay|please|hi|hello|hey|either way|anyway)[\s,]+)*"
_REQUEST = re.compile(rf"(?:^|: ){_LEAD_IN}(?:{_OPENS}|do|{_THANKS})\b", re.I)
# "I'm not pregnant. What causes it?" is a question about causes.
_DENIAL = re.compile(
    r"^(?:(?:i|we|he|she|they) ?(?:am|'m|are|'re|is|'s) not|i'?m not|not) "
    r"(?:pregnant|diabetic|ana?emic|asking|talking|looking|interested|a doctor|a nurse|taking|on any)\b[^?]{0,80}[.!]$"
    r"|^(?:i|we|he|she|they) (?:don'?t|doesn'?t|do not|does not) (?:have|want|need|take)\b[^?]{0,80}[.!]$",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.?!;])\s+|\n+")
_NEXT = rf"(?=(?:{_OPENS}|{_THANKS})\b)"
_JOINT = r"\s*(?:,\s*|\s)(?:and|also|plus|then|&)(?:\s+(?:also|then))?\s+"
_CLAUSE_CUT = re.compile(rf"{_JOINT}(?:{_NEXT}|(?=do\b))|,\s+{_NEXT}", re.I)
# "so what about exercise, is it good for RLS?" is one question.
_ABOUT = re.compile(rf"^{_LEAD_IN}(?:what|how) about\b", re.I)
_ASIDE = re.compile(
    r"^(?:with|without|besides|to|at|in|on|for|after|before|during|when|while|if|keep|preferably|from|by|especially"
    r"|like|such as|mostly)\b",
    re.I,
)
_LEADS_ON = re.compile(
    rf"^{_LEAD_IN}(?:if|when|since|because|although|while|as) (?!is\b|are\b|do\b|can\b|should\b)", re.I
)
_YES_NO = re.compile(rf"^{_LEAD_IN}(?:is|are|was|do|does|did|can|could|will|would|should|has|have)\b", re.I)
_OF_IT = re.compile(r"^(?:is|does|do|can|could|would|will|should|has) (?:it|that|this|they|those)\b", re.I)
_SHORT_THANKS = re.compile(rf"^(?=.*\b(?:{_THANKS}|appreciate)\b)[^?]{{1,60}}$", re.I)
_SUBJECT = re.compile(r"\b(?:rls|restless|legs?|appointment|visit|thanks?|thank)\b", re.I)
_LIST_CUT = re.compile(r"\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|&|plus)\s+", re.I)
# What no cut may yield: these say nothing by themselves, or a fragment of anything looks like them.
# Who gives an address, a number or a reference answers something, and lists no questions.
_DETAIL = re.compile(r"@|\d{3}|\b(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{5,}\b")
_NOT_A_PART = frozenset({"nlu_fallback", "inform", "affirm", "deny", "stop", "small_talk", "greet", "how_are_you"})
_NOT_A_PHRASE = frozenset(
    {"out_of_scope", "not_covered", "irritation", "compliment", "goodbye", "capabilities", "thanks"}
)
_OPENINGS = frozenset({"greet", "capabilities", "inform", "small_talk"})
_VAGUE = frozenset({"out_of_scope", "not_covered", "nlu_fallback", "inform"})


@dataclass(frozen=True)
class Reading:
    """What one stretch of words was understood as."""

    intent: str
    confidence: float

    @property
    def is_alarm(self) -> bool:
        """Whether it tells of a danger: then nothing is cut, and nothing left away."""
        return self.intent.startswith(("emergency_", "urgent_"))

    @property
    def is_personal(self) -> bool:
        """Whether it asks for advice of one's own: a statement before it may be why, and stays."""
        return self.intent.startswith("refusal_")

    @property
    def is_follow_up(self) -> bool:
        """Whether it refers to what was said before."""
        return self.intent.startswith("follow_up_")

    @property
    def is_opening(self) -> bool:
        """Whether it needs no answer of its own beside a question: "hello", "can I ask you something?"."""
        return self.intent in _OPENINGS

    @property
    def is_vague(self) -> bool:
        """Whether it says too little by itself."""
        return self.intent in _VAGUE or self.confidence < _CLAUSE


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
            least = _PLAIN_PHRASE
        return all(r.confidence >= least for r in readings)


def cuts(text: str) -> Iterator[Cut]:
    """The ways to take a message apart, the likeliest first; none where it is one stretch."""
    if len(text) > _LONGEST:
        return
    clauses = [clause for sentence in _requests(text) for clause in _clauses(sentence)]
    if 1 < len(clauses) <= MOST_PARTS:
        yield Cut(tuple(clauses))
        return
    if len(clauses) == 1 and not _YES_NO.match(clauses[0]):
        phrases = [p.strip(" ?.!") for p in _LIST_CUT.split(clauses[0])]
        phrases = [p for p in phrases if p]
        is_list = 1 < len(phrases) <= MOST_PARTS and not any(_ASIDE.match(p) or _DETAIL.search(p) for p in phrases)
        if is_list:
            yield Cut(tuple(phrases), phrases=True)


def without_denials(text: str) -> str:
    """The message without the sentences before its question that only say what it is not about."""
    first, *rest = [s.strip() for s in _SENTENCE.split(text) if s.strip()] or [""]
    if not rest or len(text) > _LONGEST or not _DENIAL.match(first.replace("\u2019", "'")):
        return text
    return without_denials(" ".join(rest))


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
        if sentence.endswith("?") or _REQUEST.search(sentence) or (not lead[:-1] and _SHORT_THANKS.match(sentence)):
            found.append(" ".join(lead))
            lead = []
    if lead and found:
        found[-1] = " ".join([found[-1], *lead])
    return found or [text.strip()]


def _clauses(sentence: str) -> list[str]:
    """A sentence's questions where "and" or a comma stands before the beginning of another."""
    if _SHORT_THANKS.match(sentence) and not _REQUEST.search(sentence):
        return [sentence]
    found: list[str] = []
    for clause in (c.strip(" ,") for c in _CLAUSE_CUT.split(sentence) if c and c.strip(" ,")):
        if found and _leads_on(found[-1], clause):
            found[-1] += f" {clause}" if found[-1][-1] in ".!?" else f", {clause}"
        else:
            found.append(clause)
    return found


def _leads_on(before: str, clause: str) -> bool:
    """Whether a clause only leads up to the next: a statement, an "if", "what about exercise"."""
    if _LEADS_ON.match(before) or not (_REQUEST.search(before) or before.endswith("?")):
        return True
    return bool(_ABOUT.match(before) and _OF_IT.match(clause)) or before.lower().endswith("wondering")


def with_subject(part: str) -> str | None:
    """A part of a message with what the whole is about: "is wine a problem" is asked of restless legs."""
    return None if _SUBJECT.search(part) else f"{part.rstrip(' ?.!')} with restless legs?"


def question_alone(part: str) -> str | None:
    """The question of a part without the statements that lead up to it; `None` where there are none."""
    pieces = [s.strip() for s in _SENTENCE.split(part) if s.strip()]
    return pieces[-1] if len(pieces) > 1 else None
