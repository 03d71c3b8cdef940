"""The small pattern language of `red_flags.yml`, compiled to regular expressions over words.

chest            the word itself
suicid*          any word that begins so
(numb|no feeling|can not (move|feel))   alternatives, each a phrase
really?  (a|b)?  may be missing
<pain>           a word list of the file
..  ..6          a gap of at most 4 (or 6) words that does not cross a sentence end
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

DEFAULT_GAP = 4
_TOKEN = re.compile(r"\s*(?:\.\.(?P<gap>\d*)|<(?P<list>\w+)>|(?P<mark>[()|?])|(?P<word>[^\s()|?<>]+))")
_ANY_WORD = r"(?:\s?(?<!\S)(?!\.(?!\S))\S++)"

Lists = Mapping[str, Iterable[str]]
Needs = list[frozenset[str]]
Thing = TypeVar("Thing")


class PatternError(ValueError):
    """A pattern of the data file cannot be read; the message names it."""


@dataclass(frozen=True)
class Pattern:
    """A compiled pattern. Each gap is a group, so that a denial inside it can be found."""

    text: str
    expression: re.Pattern[str]
    needs: tuple[frozenset[str], ...]  # of each set at least one word (or `prefix*`) must stand in the sentence
    words: frozenset[str]

    def is_possible(self, present: frozenset[str]) -> bool:
        """Whether a sentence of these words can match at all: sets are faster than expressions."""
        return all(not need.isdisjoint(present) for need in self.needs)


class PatternIndex(Generic[Thing]):
    """Finds, of a thousand things with a pattern, the few whose words stand in a sentence."""

    def __init__(self, things: Iterable[tuple[Pattern, Thing]]) -> None:
        """`things`: each with its pattern, in the order in which `possible` gives them back."""
        self._things = tuple(things)
        self._always = frozenset(i for i, (pattern, _) in enumerate(self._things) if not pattern.needs)
        self._by_word: dict[str, list[int]] = {}
        for i, (pattern, _) in enumerate(self._things):
            for word in pattern.needs[0] if pattern.needs else ():  # the shortest list of words
                self._by_word.setdefault(word, []).append(i)

    def patterns(self) -> Iterator[Pattern]:
        """All patterns."""
        return (pattern for pattern, _ in self._things)

    def possible(self, present: frozenset[str]) -> Iterator[tuple[Pattern, Thing]]:
        """The things whose pattern can match a sentence of these words."""
        candidates = set(self._always)
        for word in present:
            candidates.update(self._by_word.get(word, ()))
        for i in sorted(candidates):
            if self._things[i][0].is_possible(present):
                yield self._things[i]


def compile_pattern(pattern: str, lists: Lists) -> Pattern:
    """`pattern` compiled; raises `PatternError` with the pattern's own words."""
    parser = _Parser(pattern, lists)
    expression, needs = parser.whole()
    compiled = re.compile(r"(?<!\S)" + expression + r"(?!\S)")
    return Pattern(pattern, compiled, tuple(sorted(set(needs), key=len)), frozenset(parser.words))


class _Parser:
    """Recursive descent over one pattern, writing the expression and its needed words as it goes."""

    def __init__(self, pattern: str, lists: Lists) -> None:
        self._pattern, self._lists = pattern, lists
        self._tokens = list(self._tokenize())
        self._at = 0
        self.words: set[str] = set()

    def whole(self) -> tuple[str, Needs]:
        """The pattern as a regular expression, and the words it needs."""
        found = self._alternatives()
        if self._at != len(self._tokens):
            raise self._error("a bracket is closed that was not opened")
        return found

    def _tokenize(self) -> Iterable[tuple[str, str]]:
        at, text = 0, self._pattern.strip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self._error(f"cannot read {text[at:]!r}")
            yield str(match.lastgroup), match[str(match.lastgroup)]
            at = match.end()

    def _alternatives(self) -> tuple[str, Needs]:
        choices = [self._sequence()]
        while self._take("mark", "|"):
            choices.append(self._sequence())
        return choices[0] if len(choices) == 1 else _either(choices)

    def _sequence(self) -> tuple[str, Needs]:
        parts: list[str] = []
        needs: Needs = []
        while self._at < len(self._tokens) and self._tokens[self._at] not in {("mark", "|"), ("mark", ")")}:
            piece, needed = self._piece()
            if self._take("mark", "?"):
                piece, needed = f"(?:{piece})?", []
            parts.append(piece)
            needs += needed
        return "".join(parts), needs

    def _piece(self) -> tuple[str, Needs]:
        kind, value = self._tokens[self._at]
        self._at += 1
        if kind == "gap":
            return f"({_ANY_WORD}{{0,{int(value or DEFAULT_GAP)}}}?)", []
        if kind == "list":
            return self._word_list(value)
        if kind == "word":
            return self._word(value)
        if value != "(":
            raise self._error(f"{value!r} stands where a word was expected")
        inner, needs = self._alternatives()
        if not self._take("mark", ")"):
            raise self._error("a bracket is not closed")
        return f"(?:{inner})", needs

    def _word_list(self, name: str) -> tuple[str, Needs]:
        if name not in self._lists:
            raise self._error(f"there is no word list {name!r}")
        phrases = [[self._word(w) for w in phrase.split()] for phrase in self._lists[name]]
        return _either([("".join(e for e, _ in words), [n for _, ns in words for n in ns]) for words in phrases])

    def _word(self, word: str) -> tuple[str, Needs]:
        if word.endswith("*"):
            return rf"(?:\s?(?<!\S){re.escape(word[:-1])}\S*+)", [frozenset({word})]
        self.words.add(word)
        return rf"(?:\s?(?<!\S){re.escape(word)}(?!\S))", [frozenset({word})]

    def _take(self, kind: str, value: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == (kind, value):
            self._at += 1
            return True
        return False

    def _error(self, reason: str) -> PatternError:
        return PatternError(f"{reason}, in the pattern {self._pattern!r}")


def _either(choices: list[tuple[str, Needs]]) -> tuple[str, Needs]:
    expression = "(?:" + "|".join(e for e, _ in choices) + ")"
    if not all(needs for _, needs in choices):
        return expression, []
    # Of each choice its most telling need: long words are rare words.
    telling = (max(needs, key=lambda need: min(map(len, need))) for _, needs in choices)
    return expression, [frozenset().union(*telling)]
