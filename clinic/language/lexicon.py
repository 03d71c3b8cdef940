"""Groups of words that tell what a message is about and who is meant, counted beside the sentence vector."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import yaml

LEXICON = Path("data/clinic/lexicon.yml")
_MOST = 2  # a third mention of the same group tells nothing new
_LONG_MESSAGE_WORDS = 40
_NUMBER = re.compile(r"\d")
_DOSE = re.compile(r"\d\s?(?:mg|mcg|ng|ml)\b")


class Lexicon:
    """Counts the groups of `lexicon.yml` in a text."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        """`groups`: words by group; a trailing `*` takes any ending."""
        self._expressions = [_expression(words) for words in groups.values()]

    def count(self, text: str) -> list[float]:
        """One number a group, 0 to about 1.4, then: question mark, length, any digit, an amount of medicine."""
        text = text.lower().replace("’", "'")
        found = [min(len(e.findall(text)), _MOST) / _MOST**0.5 for e in self._expressions]
        length = min(len(text.split()), _LONG_MESSAGE_WORDS) / (_LONG_MESSAGE_WORDS / 2)
        return [*found, float("?" in text), length, float(bool(_NUMBER.search(text))), float(bool(_DOSE.search(text)))]


@lru_cache(maxsize=1)
def load_lexicon(path: Path = LEXICON) -> Lexicon:
    """The lexicon of the data file, read once a process."""
    return Lexicon(yaml.safe_load(path.read_text("utf-8"))["groups"])


def _expression(words: Iterable[str]) -> re.Pattern[str]:
    choices = (re.escape(w[:-1]) + r"\w*" if w.endswith("*") else re.escape(w) for w in words)
    return re.compile(r"(?<![\w'])(?:" + "|".join(choices) + r")(?![\w])")
