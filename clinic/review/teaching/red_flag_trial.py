"""What a new red-flag pattern would do: whether it hears its sentence, and which harmless ones it would alarm on."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from clinic.review.content.errors import ContentError
from clinic.review.content.topic_files import Topics, is_danger
from clinic.review.teaching.dangers import RedFlags
from clinic.triage.gate import RedFlag, SafetyGate
from clinic.triage.patterns import Pattern, PatternError, PatternIndex, compile_pattern
from clinic.triage.sentences import SentenceCutter
from clinic.triage.verdict import Level

MOST_SHOWN = 12
_MOST_TRIED = 600  # sentences that hold the words; of more than these, a sample
_MOST_SUGGESTED = 4  # words of a suggested pattern
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Words that tell nothing of a danger. "not", "no" and "can" do.
_IDLE_WORDS = """
a an the i you he she it we they my your his her its our their me him them is are was were am be been has have had do
does did and or so but just very really to of for with on in at that this there here what why how when if as . , please
hello hi help get got keep keeps since now today yesterday again
"""
_IDLE = frozenset(_IDLE_WORDS.split())
_WORD = re.compile(r"[\w']+")
Lines = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class RedFlagTrial:
    """`hears`: it alarms on its sentence; `heard_before`: the danger heard there without it, such as `urgent_clot`.

    `harmless`: `(where, sentence)` that it would newly alarm on, `how_many` of those that were tried.
    """

    pattern: str
    hears: bool
    heard_before: str | None
    harmless: tuple[tuple[str, str], ...]
    how_many: int


def try_red_flag(flags: RedFlags, category: str, pattern: str, sentence: str, lines: Lines) -> RedFlagTrial:
    """Try a pattern before it is saved; raises `ContentError` in words."""
    said = " ".join(pattern.lower().split())
    compiled = _compiled(said, flags)
    if category not in flags.data["categories"]:
        raise ContentError("There is no such kind of danger. Choose one from the list.", "category")
    gate = _only(flags, category, compiled)
    newly = [
        (where, line) for where, line in _possible(compiled, lines)
        if _alarms(gate, line) and flags.gate.assess(line).alarm is None
    ]  # fmt: skip
    return RedFlagTrial(
        said, _alarms(gate, sentence), flags.gate.assess(sentence).intent, tuple(newly[:MOST_SHOWN]), len(newly)
    )


def harmless_lines(root: Path, topics: Topics) -> Lines:
    """`(where, sentence)`: ordinary topics' examples, then the harmless lines of `data/safety`."""
    for topic in topics.by_name.values():
        if not is_danger(topic.name):
            yield from ((topic.title, line) for line in topic.examples)
    for path in sorted((root / "data/safety").glob("*.yml")):
        state = path.stat()
        yield from (("harmless sentences", line) for line in _harmless(path, state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=64)
def _harmless(path: Path, _changed_at: int, _size: int) -> tuple[str, ...]:
    data = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - CSafeLoader or SafeLoader
    return tuple(str(line) for line in (data or {}).get("harmless") or ())


def suggest_pattern(flags: RedFlags, sentence: str) -> str:
    """The words of a sentence that tell something, with gaps between them."""
    parts: list[str] = []
    found, is_gap = 0, False
    for word in flags.gate.read(sentence).split():
        if word in _IDLE or not any(c.isalpha() for c in word):
            is_gap = bool(parts)
            continue
        if found == _MOST_SUGGESTED:
            break
        parts += [*([".."] if is_gap else []), word]
        found, is_gap = found + 1, False
    return " ".join(parts)


def _compiled(pattern: str, flags: RedFlags) -> Pattern:
    if not pattern:
        raise ContentError("Type the words that mean danger.", "pattern")
    try:
        compiled = compile_pattern(pattern, flags.data["lists"])
    except PatternError as error:
        raise ContentError(f"These words cannot be used: {error}.", "pattern") from None
    if not compiled.needs or compiled.expression.search(""):
        raise ContentError("These words would fit every message. At least one word has to be said.", "pattern")
    return compiled


def _only(flags: RedFlags, category: str, pattern: Pattern) -> SafetyGate:
    """The gate with this pattern alone: all that is around it is taken over, since building it takes seconds."""
    gate = copy.copy(flags.gate)
    entry = flags.data["categories"][category]
    flag = RedFlag(category, Level(str(entry["level"])), pattern, frozenset(entry.get("ignores", ())))
    gate._flags, gate._across = PatternIndex([(pattern, flag)]), PatternIndex(())
    known = (need for p in (*gate._context.patterns(), pattern) for need in p.needs)
    gate._cutter = SentenceCutter(word for need in known for word in need if word.endswith("*"))
    return gate


def _alarms(gate: SafetyGate, sentence: str) -> bool:
    return gate.assess(sentence).alarm is not None


def _possible(pattern: Pattern, lines: Lines) -> Lines:
    """Those that hold the words a pattern needs, as they are written: misspelt ones are passed over."""
    needed = pattern.needs[0]
    first = ("n",) if "not" in needed else tuple(need.removesuffix("*") for need in needed)
    found = []
    for where, line in lines:
        lowered = line.lower()
        if any(word in lowered for word in first):
            held = set(_WORD.findall(lowered.replace("’", "'")))
            if all(any(_is_said(need, held) for need in needs) for needs in pattern.needs):
                found.append((where, line))
    step = -(-len(found) // _MOST_TRIED) or 1
    return found[::step]


def _is_said(need: str, held: set[str]) -> bool:
    if need.endswith("*"):
        return any(word.startswith(need[:-1]) for word in held)
    # "can not" and "do not" are also said in one word
    return need in held or (need == "not" and any(word.endswith(("n't", "nt")) for word in held))
