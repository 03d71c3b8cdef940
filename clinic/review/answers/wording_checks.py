"""What must hold of one answer's words, for those who write answers and for `tools.check_data` alike.

A fault says what is wrong and where. None of these faults may be published.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from clinic.answers.catalogue import placeholders
from clinic.answers.model import KINDS
from clinic.answers.readability import adjusted_grade, word_count

LEAST_WORDS, MOST_WORDS, MOST_GRADE = 40, 120, 8.0
SOURCED_KINDS = frozenset({"answer"})
GRADED_KINDS = frozenset({"answer", "refusal", "emergency", "urgent"})
# What actions and letters fill in beside facts, slots and a visit's own words.
FILLED_BY_ACTIONS = frozenset({
    "reference", "corrected", "contact", "hold_minutes", "wished_times", "time_zone", "changes_at", "callback_when",
    "new_when", "new_clinician", "asked_on", "staff_answer",
})  # fmt: skip

_ONE_NUMBER = (
    r"(?:\d[\d.,/]*|[½¼¾⅓⅔]|half(?: an?)?|a quarter(?: of an?)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)"
)
_NUMBER = rf"{_ONE_NUMBER}(?:[\s-]+{_ONE_NUMBER})*"
_GAP = r"[\s*_\-–‑]*"  # "300 mg", "300-mg", "300 **mg**"
_UNIT = (
    r"(?:mgs?|mcgs?|[µμu]g|milligram(?:me)?s?|microgram(?:me)?s?|grams?|grammes?|g|mls?|millilit(?:er|re)s?|iu"
    r"|tablets?|tabs?|pills?|capsules?|caps|drops|patch(?:es)?|puffs?|teaspoons?|tablespoons?)"
)
_WHEN = r"(?:at|in the|every|each|per|before|after|with|daily|nightly|once|twice|a (?:day|night))"
FORBIDDEN = {
    "a dose": re.compile(
        rf"(?<![\w.]){_NUMBER}{_GAP}{_UNIT}\b(?!/[dm]?l\b)|\btak(?:e|es|ing) (?:up to |about )?{_NUMBER} {_WHEN}\b"
        rf"|\bdos(?:e|es|age) (?:of|is|are) (?:up to |about )?{_NUMBER}\b",
        re.I,
    ),
    "a lab threshold": re.compile(rf"(?<![\w.]){_NUMBER}{_GAP}(?:ng|[µμu]g|mcg|mg|g|[nmuµμ]?mol)/[dm]?l\b", re.I),
    "a promise": re.compile(
        r"\b(?:will cure|cures? (?:your|the) |guarantee\w*|100 ?%|always works|completely safe)", re.I
    ),
    "a literal emergency number": re.compile(
        r"(?<![\d.])(?:911|988|1[- .]?800[- .]?222[- .]?1222|1[- .]?800[- .]?799[- .]?7233)(?!\d)"
    ),
}


@dataclass(frozen=True)
class Place:
    """Where in the text, as indices of its characters; `end` is not part of it."""

    start: int
    end: int


@dataclass(frozen=True)
class Fault:
    """Why a text may not be said: `says` goes on after the answer's name, `places` are its characters."""

    code: str
    says: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Known:
    """What a text may name: placeholders that are filled in, ids of sources, ids of the article's sections."""

    placeholders: Collection[str]
    sources: Collection[str] = ()
    sections: Collection[str] = ()


@dataclass(frozen=True)
class Figures:
    """Words, and the US school grade as it stands and with unavoidable medical terms as easy words."""

    words: int
    grade: float

    @classmethod
    def of(cls, text: str) -> Figures:
        """Of a text; an empty one has no grade worth naming."""
        return cls(word_count(text), max(adjusted_grade(text), 0.0) if word_count(text) else 0.0)


def text_faults(text: str, kind: str, *, is_sourced: bool, known: Known) -> Iterator[Fault]:
    """What is wrong with the words of an answer of this kind; `is_sourced`: it names a source."""
    yield from forbidden_phrases(text)
    for name in sorted(set(placeholders(text)) - set(known.placeholders)):
        places = tuple(Place(m.start(), m.end()) for m in re.finditer(re.escape(f"{{{name}}}"), text))
        yield Fault("placeholder", f"nothing fills the placeholder {{{name}}}", places)
    figures = Figures.of(text)
    if kind in SOURCED_KINDS:
        if not LEAST_WORDS <= figures.words <= MOST_WORDS:
            yield Fault("length", f"{figures.words} words, {LEAST_WORDS} to {MOST_WORDS} are allowed")
        if not is_sourced:
            yield Fault("no_source", "names no source")
    if kind in GRADED_KINDS and figures.grade > MOST_GRADE:
        yield Fault("grade", f"reading grade {figures.grade:.1f}, at most {MOST_GRADE:.0f}")


def forbidden_phrases(text: str) -> Iterator[Fault]:
    """Doses, laboratory limits, promises, emergency numbers of one country, and letters that nobody sees."""
    plain = _as_read(text)
    for what, expression in FORBIDDEN.items():
        if found := list(expression.finditer(plain)):
            places = tuple(Place(m.start(), m.end()) for m in found)
            yield Fault(what.split()[-1], f"holds {what}: {text[found[0].start() : found[0].end()]!r}", places)
    hidden = tuple(Place(i, i + 1) for i, letter in enumerate(text) if unicodedata.category(letter) in {"Cf", "Cc"}
                   and letter not in "\n\t")  # fmt: skip
    if hidden:
        yield Fault("hidden", "holds a letter that nobody can see", hidden)


def shape_faults(
    text: str, kind: str, sources: Iterable[str], sections: Iterable[str], known: Known
) -> Iterator[Fault]:
    """What the catalogue would refuse to read: no text, no such kind, a source or a section that nobody knows."""
    if kind not in KINDS:
        yield Fault("kind", f"has no kind of {', '.join(KINDS)}")
    if not text.strip():
        yield Fault("empty", "has no text")
    for source in sorted(set(sources) - set(known.sources)):
        yield Fault("source", f"names the source {source!r}, which is not in sources.yml")
    for section in sorted(set(sections) - set(known.sections)):
        yield Fault("section", f"names the article section {section!r}, which is not in the outline")


def _as_read(text: str) -> str:
    """The text as a reader takes it, letter for letter: full-width and other strange digits are digits."""
    return "".join(_plain(letter) for letter in text)


def _plain(letter: str) -> str:
    """One letter for one, so that places stay: a half (½) stays a half."""
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter
