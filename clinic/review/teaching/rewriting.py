"""Suggests a sentence for a patient's message: nothing personal, the question alone, in other words.

It is a suggestion: a person reads it, changes it and confirms it, and what they confirm is checked again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clinic.privacy.model import Finding, PersonalKind
from clinic.review.content.bare_words import words
from clinic.review.teaching.particulars import without_particulars
from clinic.review.teaching.reworded import reworded
from clinic.review.teaching.verbatim import repeated

Findings = Callable[[str], Iterable[Finding]]
_MOST_WORDS = 25
_SOMEBODY, _MY_DOCTOR = "somebody", "my doctor"
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_ASKS = (
    r"(?:what|why|how|when|where|which|who|do|does|did|is|are|am|was|can|could|should|would|will|may|might|must|any)\b"
)
_CLAUSE = re.compile(rf"(?:^|[,;:–-]|\b(?:and|so|but|then)\b)\s*(?P<question>{_ASKS}.+)$", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:\s|[,.!-]|(?:hi|hello|hey|good (?:morning|evening|afternoon|day)|dear (?:team|doctor|all)|thanks?(?: you)?"
    r"|please|sorry|ok(?:ay)?|so|and|but|well|um+|there|everyone|also|then"
    r"|(?:i (?:was|am|'m) |i'm |just )?wondering(?: (?:if|whether)(?= (?:you|i|it|there)\b))?"
    r"|(?:can|could|would) (?:you|someone|anyone|somebody) (?:please )?(?:tell|explain to) me(?: (?:if|whether))?"
    r"|(?:quick |i have a |my )question(?: is)?:?|do you know(?: (?:if|whether))?"
    r"|i(?:'d| would) like to know(?: (?:if|whether))?"
    r")\b)+",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_BEFORE_MARK = re.compile(r"\s+([,.?!])")
_MARKS = re.compile(r"[,;:]\s*(?=[,.;:?!]|$)|\(\s*\)|\[[^\]]*\]")
_RELATIVE = (
    r"(?:husband|wife|mother|father|mom|mum|dad|son|daughter|brother|sister|friend|partner|aunt|uncle|grand(?:mother|father"
    r"|ma|pa|son|daughter)|neighbou?r|boss|colleague|cousin|boyfriend|girlfriend|fianc[ée]e?)"
)
_AFTER_RELATIVE = re.compile(rf"\b{_RELATIVE},?\s*$", re.IGNORECASE)
_DOCTOR = re.compile(r"\b(?:my |the )?(?:doctor|dr|prof(?:essor)?)\.?\s*$", re.IGNORECASE)
_INTRODUCED = re.compile(
    r"\b(?:and )?(?:my name is|my name's|this is|i am|i'm|im|call me|name:|it's|regards,?|yours,?|thanks,?)\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Suggestion:
    """`is_free`: whether it passes the rule of `clinic.review.teaching.verbatim` as it stands."""

    sentence: str
    is_free: bool


class Rewriting:
    """Makes suggestions; safe to share between threads."""

    def __init__(self, findings: Findings) -> None:
        """`findings`: what is personal in a text (`clinic.privacy.Redactor.findings`)."""
        self._findings = findings

    def suggest(self, message: str, is_everyday: Callable[[str], bool]) -> Suggestion:
        """A sentence for a message; empty where nothing is left of it."""
        asked = _question(without_particulars(self._neutral(message)))
        for candidate in (asked, *reworded(asked)):
            sentence = _tidied(candidate)
            if repeated(sentence, message, is_everyday) is None:
                is_empty = not words(sentence) or sentence.lower() in (_SOMEBODY, _MY_DOCTOR)
                return Suggestion("" if is_empty else sentence, not is_empty)
        return Suggestion(_tidied(candidate), is_free=False)

    def _neutral(self, text: str) -> str:
        """The text with neutral words for what names somebody."""
        parts, at = [], 0
        for found in self._findings(text):
            before = text[at : found.start]
            replaced, before = _stands_for(found, before)
            parts += [before, replaced]
            at = found.end
        return "".join([*parts, text[at:]])


def _stands_for(found: Finding, before: str) -> tuple[str, str]:
    """What stands for a finding, and the words before it as they stay."""
    if found.kind is not PersonalKind.NAME:
        return "", before
    if match := _INTRODUCED.search(before):
        return "", before[: match.start()]
    if _AFTER_RELATIVE.search(before):
        return "", before
    if match := _DOCTOR.search(before):
        return _MY_DOCTOR, before[: match.start()]
    return _SOMEBODY, before


def _question(text: str) -> str:
    """The sentence that asks; else the longest one, cut at a bearable length."""
    sentences = [s for s in (m[0].strip() for m in _SENTENCE.finditer(text)) if words(_POLITE.sub("", s))]
    if not sentences:
        return ""
    asking = [s for s in sentences if s.endswith("?")] or [
        s for s in sentences if re.match(_ASKS, _POLITE.sub("", s), re.IGNORECASE)
    ]
    chosen = _POLITE.sub("", asking[-1] if asking else max(sentences, key=len))
    if asking and (match := _CLAUSE.search(chosen)) and len(words(match["question"])) > 3:
        chosen = match["question"]
    return " ".join(_POLITE.sub("", chosen).split()[:_MOST_WORDS])


def _tidied(text: str) -> str:
    text = _SPACES.sub(" ", _MARKS.sub("", text)).strip(" ,;:-–\"'")
    text = _BEFORE_MARK.sub(r"\1", text)
    return text[:1].upper() + text[1:]
