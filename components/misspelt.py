"""Training lines once more with slips of the finger: what is misspelt is a danger, or none, as the line itself is.

Without them the second net had met hardly any misspelt harmless message, and took letters it had never seen for a
danger: "cant slep at nite" was an alarm.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import List, Sequence, Text

from components.safety_net_training import Example
from components.text_chance import chance_of

_MOST_WORDS = 16
_LEAST_LETTERS = 4
_SLIPS = 3
_VOWELS = "aeiou"
_WORD = re.compile(rf"[a-zA-Z]{{{_LEAST_LETTERS},}}")


def misspelt(examples: Sequence[Example], every: int) -> List[Example]:
    """Of every so many short lines one, with one to three slips; none sets the threshold, so none counts as hard."""
    chosen = [e for e in examples if len(e.text.split()) <= _MOST_WORDS and chance_of(e.text, "misspelt") < 1 / every]
    return [replace(e, text=_with_slips(e.text, random.Random(e.text)), hard=False) for e in chosen]


def _with_slips(text: Text, chance: random.Random) -> Text:
    words = list(_WORD.finditer(text))
    for word in sorted(chance.sample(words, min(len(words), chance.randint(1, _SLIPS))), key=lambda w: -w.start()):
        text = f"{text[: word.start()]}{_slip(word[0], chance)}{text[word.end() :]}"
    return text.lower() if chance.random() < 0.5 else text


def _slip(word: Text, chance: random.Random) -> Text:
    """Two letters swapped, one left out, one doubled, or a vowel taken for another; the first letter stays."""
    at = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("swap", "drop", "double", "vowel"))
    if kind == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == "drop":
        return word[:at] + word[at + 1 :]
    if kind == "double":
        return word[:at] + word[at] + word[at:]
    vowels = [i for i, letter in enumerate(word) if i and letter in _VOWELS]
    if not vowels:
        return word[:at] + word[at + 1 :]
    at = chance.choice(vowels)
    return word[:at] + chance.choice(_VOWELS.replace(word[at], "")) + word[at + 1 :]
