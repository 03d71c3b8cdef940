"""The safety gate: a message in, a verdict out, from one data file and nothing else.

It runs in `web` before anything that can fail and again as the first component of Rasa's pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from clinic.triage.context import Context
from clinic.triage.features import concepts_of
from clinic.triage.patterns import Pattern, PatternIndex, compile_pattern
from clinic.triage.sentences import Sentence, SentenceCutter
from clinic.triage.verdict import Level, Mention, Verdict
from clinic.triage.words import WordReader

RED_FLAGS = Path("data/clinic/red_flags.yml")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WEAK = "weak"  # why a mention of a bare word like "cellulitis" is no alarm
_RANK = {Level.EMERGENCY: 0, Level.URGENT: 1}
_BESIDE = 4  # words on each side of a flag


@dataclass(frozen=True)
class RedFlag:
    """One pattern of one category."""

    category: str
    level: Level
    pattern: Pattern
    ignores: frozenset[str]
    is_weak: bool = False  # never an alarm by itself: evidence for the second net
    is_likely: bool = False  # an alarm unless the second net, where there is one, hears none
    is_across: bool = False  # its words may stand in two sentences: "32 weeks pregnant. Bad headache."


class SafetyGate:
    """Finds red flags in raw text. Deterministic; safe to share between threads."""

    def __init__(self, data: Mapping[str, object]) -> None:
        """`data`: the parsed `red_flags.yml`; raises `PatternError` when a pattern cannot be read."""
        lists: Mapping[str, list[str]] = data["lists"]  # type: ignore[assignment]
        self._context = Context(data["context"], lists)  # type: ignore[arg-type]
        flags = tuple(_flags(data["categories"], lists))  # type: ignore[arg-type]
        self._flags = PatternIndex((flag.pattern, flag) for flag in flags)
        self._across = PatternIndex((flag.pattern, flag) for flag in flags if flag.is_across)
        self.levels = {flag.category: flag.level for flag in flags}
        self.concepts = concepts_of(lists)
        self.triggers = (*self._context.names, WEAK)
        self._after_alarm = tuple(compile_pattern(p, lists) for p in data["after_alarm"])  # type: ignore[attr-defined]
        spelling: list[str] = data["spelling"]  # type: ignore[assignment]
        vocabulary = frozenset(spelling).union(*(flag.pattern.words for flag in flags))
        patterns = [*self._context.patterns(), *(f.pattern for f in flags)]
        self._cutter = SentenceCutter(w for p in patterns for need in p.needs for w in need if w.endswith("*"))
        context_words = frozenset().union(*(p.words for p in patterns))
        self._reader = WordReader(vocabulary, data["slang"], context_words)  # type: ignore[arg-type]

    def read(self, text: str) -> str:
        """The message as the patterns see it: words, spelling mended, figures of speech taken out."""
        words = self._reader.read(text)
        return self._context.mask(words, self._cutter.present(words.split()))

    def assess(self, text: str) -> Verdict:
        """The verdict on one message of any length; never raises on text."""
        words = self.read(text)
        mentions = [m for sentence in self._cutter.cut(words) for m in self._mentions(sentence, self._flags)]
        for sentence in self._cutter.pairs(words):
            mentions += self._mentions(sentence, self._across)
        alarms = sorted((m for m in mentions if m.is_alarm), key=lambda m: (_RANK[m.level], m.is_likely))
        return Verdict(alarms[0] if alarms else None, tuple(mentions), words)

    def worries_after_alarm(self, text: str) -> bool:
        """Whether words that are harmless alone ("it is getting worse") point to a danger just spoken of."""
        words = self._reader.read(text)
        return any(p.expression.search(words) for p in self._after_alarm)

    def _mentions(self, sentence: Sentence, flags: PatternIndex[RedFlag]) -> Iterator[Mention]:
        context = None
        for _, flag in flags.possible(sentence.present):
            match = flag.pattern.expression.search(sentence.words)
            while match:
                context = context or self._context.of(sentence)
                reason = context.ruled_out_by(match, flag.ignores) or (WEAK if flag.is_weak else None)
                around = _around(sentence.words, match.start(), match.end()) if flag.is_likely and not reason else ""
                yield Mention(flag.category, flag.level, flag.pattern.text, reason, flag.is_likely, around)
                # "not hot but swollen": what is ruled out may hide a match that begins inside it
                onward = match.start() + 1 if reason else match.end()
                match = flag.pattern.expression.search(sentence.words, onward)


def _around(words: str, start: int, end: int) -> str:
    before, after = words[:start].split()[-_BESIDE:], words[end:].split()[:_BESIDE]
    return " ".join([*before, words[start:end].strip(), *after])


def _flags(categories: Mapping[str, Mapping[str, Any]], lists: Mapping[str, list[str]]) -> Iterator[RedFlag]:
    for category, entry in categories.items():
        for item in entry["patterns"]:
            spec = item if isinstance(item, dict) else {"say": item}
            ignored: set[str] = {*entry.get("ignores", ()), *spec.get("ignores", ())}
            ignores = frozenset(ignored - set(spec.get("minds", ())))
            pattern = compile_pattern(spec["say"], lists)
            weak, likely, across = (bool(spec.get(key)) for key in ("weak", "likely", "across"))
            yield RedFlag(category, Level(str(entry["level"])), pattern, ignores, weak, likely, across)


@lru_cache(maxsize=4)
def load_gate(path: Path = RED_FLAGS) -> SafetyGate:
    """The gate for a data file, built once a process (about half a second)."""
    return SafetyGate(yaml.load(path.read_text("utf-8"), Loader=_LOADER))  # noqa: S506 - CSafeLoader or SafeLoader
