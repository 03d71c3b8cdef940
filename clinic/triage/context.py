"""What the words around a red flag say: denied, long past, only asked about, somebody's history.

The idea is that of NegEx and ConText (Chapman 2001, Harkema 2009): trigger words with a scope in the
sentence. The triggers are data (`red_flags.yml`, `context`); a cue of the present outranks all but denial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from clinic.triage.patterns import Pattern, PatternIndex, compile_pattern
from clinic.triage.sentences import Sentence

DENIED = "denied"
_OUTRANKS_PRESENT = frozenset({DENIED, "resolved"})
_TURN = re.compile(
    r"(?<!\S)(?:but|however|though|although|except|yet|still|just|only|simply|instead|because|since|until|now"
    r"|,(?= (?:but|i|my|it|he|she|the|now|and)(?!\S)))(?!\S)"
)
_LETTER = re.compile(r"\S")


@dataclass(frozen=True)
class Trigger:
    """One way in which words speak against a present danger, e.g. `denied` or `past`."""

    name: str
    scope: str  # before or after: within `reach` words of the flag; sentence: anywhere; impersonal: its first word
    reach: int
    patterns: tuple[Pattern, ...]


class Context:
    """Decides whether a matched red flag is a present danger in its sentence."""

    def __init__(self, data: Mapping[str, object], lists: Mapping[str, Sequence[str]]) -> None:
        """`data`: the section `context` of `red_flags.yml`; raises `PatternError` on a bad pattern."""
        self._masks = _indexed(data["masked"], lists)
        self._present = _indexed(data["present"], lists)
        self._not_present = _indexed(data["not_present"], lists)
        self._not_denials = _indexed(data["not_a_denial"], lists)
        self._persons = frozenset(map(str, data["persons"]))  # type: ignore[call-overload]
        triggers = tuple(
            Trigger(name, str(t["scope"]), int(t.get("reach", 99)), tuple(_compiled(t["say"], lists)))
            for entry in data["triggers"]  # type: ignore[attr-defined]
            for name, t in entry.items()
        )
        self.names = tuple(t.name for t in triggers)
        self._triggers = PatternIndex((p, t) for t in triggers for p in t.patterns)

    def patterns(self) -> Iterator[Pattern]:
        """All patterns of the section."""
        for index in (self._masks, self._present, self._not_present, self._not_denials, self._triggers):
            yield from index.patterns()

    def mask(self, words: str, present: frozenset[str]) -> str:
        """The words with figures of speech and titles taken out, each replaced by one sign."""
        for pattern, _ in self._masks.possible(present):
            words = pattern.expression.sub(lambda m: " §" if m[0].startswith(" ") else "§", words)
        return words

    def of(self, sentence: Sentence) -> SentenceContext:
        """What can be said about flags in this one sentence."""
        denials = _blotted(sentence, self._not_denials)
        cues = _blotted(sentence, self._not_present)
        now = any(p.expression.search(cues) for p, _ in self._present.possible(sentence.present))
        return SentenceContext(sentence.words, denials, tuple(self._possible_triggers(sentence.present)), now)

    def _possible_triggers(self, present: frozenset[str]) -> Iterator[Trigger]:
        """The triggers that words of a sentence allow, each with only its possible patterns."""
        for trigger, found in groupby(self._triggers.possible(present), key=itemgetter(1)):
            if trigger.scope != "impersonal" or self._persons.isdisjoint(present):
                yield Trigger(trigger.name, trigger.scope, trigger.reach, tuple(p for p, _ in found))


@dataclass(frozen=True)
class SentenceContext:
    """One sentence with the triggers that its words allow."""

    words: str
    denials: str  # as long as `words`, with what only looks like a denial blotted out
    triggers: tuple[Trigger, ...]
    is_present: bool

    def ruled_out_by(self, match: re.Match[str], ignores: frozenset[str]) -> str | None:
        """Name of the trigger that speaks against the match, or `None`."""
        for trigger in self.triggers:
            if trigger.name in ignores or (self.is_present and trigger.name not in _OUTRANKS_PRESENT):
                continue
            if any(_says(trigger, stretch) for stretch in self._stretches(trigger, match)):
                return trigger.name
        return None

    def _stretches(self, trigger: Trigger, match: re.Match[str]) -> Iterator[str]:
        """The stretches of the sentence that a trigger may stand in."""
        start, end = match.span()
        if trigger.scope == "before":
            words = self.words[:start]
            if trigger.name == DENIED:
                words = _TURN.split(self.denials[:start])[-1]
                # "my face is not drooping": the denial stands inside the flag, in one of its gaps.
                for gap in range(1, (match.re.groups or 0) + 1):
                    if match.start(gap) >= 0:
                        yield _TURN.split(self.denials[match.start(gap) : match.end(gap)])[-1]
            yield " ".join(words.split()[-trigger.reach :])
        elif trigger.scope == "after":
            yield " ".join(_TURN.split(self.words[end:])[0].split()[: trigger.reach])
        elif trigger.scope == "impersonal":
            yield " ".join(self.words.split()[:2])
        else:
            yield self.words


def _blotted(sentence: Sentence, patterns: PatternIndex[None]) -> str:
    """The sentence's words with what the patterns match made unreadable, at the same length."""
    words = sentence.words
    for pattern, _ in patterns.possible(sentence.present):
        words = pattern.expression.sub(lambda m: _LETTER.sub("§", m[0]), words)
    return words


def _says(trigger: Trigger, stretch: str) -> bool:
    return any(p.expression.search(stretch) for p in trigger.patterns)


def _compiled(patterns: object, lists: Mapping[str, Sequence[str]]) -> Iterator[Pattern]:
    return (compile_pattern(str(p), lists) for p in patterns)  # type: ignore[attr-defined]


def _indexed(patterns: object, lists: Mapping[str, Sequence[str]]) -> PatternIndex[None]:
    return PatternIndex((p, None) for p in _compiled(patterns, lists))
