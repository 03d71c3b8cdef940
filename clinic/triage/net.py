"""The second net: a small trained model beside the gate's patterns, for what nobody wrote a pattern for.

Training is in `components.safety_net_training`; what runs here needs numpy alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from clinic.triage.features import VIEWS, Floats, Vocabulary, counts, evidence
from clinic.triage.gate import SafetyGate, load_gate
from clinic.triage.verdict import Mention, Verdict

Encode = Callable[[Sequence[str]], Floats]
NET_FILE = Path("models/safety_net.npz")
HARMLESS = "none"
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_MOST_WINDOWS = 12
_MOST_CHARACTERS = 500  # about what the encoder reads of a text
# How much less a message must sound like a danger where a likely pattern of the gate has found one.
_SUSPICION = 0.5


@dataclass(frozen=True)
class Finding:
    """The net's alarm: a mention like the gate's, and how sure the net is."""

    mention: Mention
    probability: float

    @property
    def intent(self) -> str:
        """The intent that stands for the alarm, e.g. `urgent_clot`."""
        return f"{self.mention.level.value}_{self.mention.category}"


def windows(text: str) -> list[str]:
    """The whole text first, then its sentences when there are several: a danger may hide in a long message."""
    sentences = [s.strip() for s in _SENTENCE.split(text) if len(s.strip()) > 3]
    if len(sentences) < 2:
        return [text]
    # What matters tends to come last; of a very long message the end is read.
    return [text, *sentences[-_MOST_WINDOWS:]]


class SafetyNet:
    """Scores a message's windows. Deterministic; safe to share between threads."""

    def __init__(self, weights: Mapping[str, Any], gate: SafetyGate) -> None:
        """`weights`: the arrays of the .npz; `gate`: reads each window and lends its evidence."""
        self._w = {name: np.asarray(array) for name, array in weights.items()}
        self._gate = gate
        self._views = [Vocabulary(self._w[f"{v}_keys"], self._w[f"{v}_idf"]) for v in VIEWS]
        self._components = [self._w[f"{v}_components"].astype(np.float32) for v in VIEWS]
        self._linear = [self._w[f"{v}_linear"] for v in VIEWS]
        self._categories = [str(c) for c in self._w["categories"]]
        self._triggers = [str(t) for t in self._w["triggers"]]
        self._classes = [str(c) for c in self._w["classes"]]

    def assess(self, text: str, vectors: Floats) -> Finding | None:
        """The net's alarm on a message, or `None`; `vectors`: one a window of `windows(text)`, in its order."""
        found = self._scores(windows(text), vectors)
        margin = float(self._w["window_margin"])
        scores = [score - (margin if i else 0.0) for i, (score, _) in enumerate(found)]
        best = int(np.argmax(scores))
        over, category = scores[best], found[best][1]
        if over <= 0:
            return None
        probability = 1 / (1 + np.exp(-float(self._w["slope"]) * over))
        return Finding(Mention(category, self._gate.levels[category], "net"), float(max(probability, 0.9)))

    def confirms(self, text: str, verdict: Verdict, encode: Encode) -> bool:
        """Whether a likely alarm of the gate stands: the net hears a danger too, or does not read all of the text.

        It listens to the message, its sentences, and the words around what the gate has found.
        """
        if len(text) > _MOST_CHARACTERS:
            return True
        parts = windows(text)
        if len(parts) > _MOST_WINDOWS:
            return True
        around = [m.around for m in verdict.mentions if m.around]
        scores = [score for score, _ in self._scores([*parts, *around], encode([*parts, *around]))]
        return max(scores[: len(parts)]) > -_SUSPICION or max(scores[len(parts) :], default=-np.inf) > 0

    def _scores(self, parts: Sequence[str], vectors: Floats) -> list[tuple[float, str]]:
        """How far each window is above the threshold, and its category."""
        threshold = float(self._w["threshold"])
        found = [self.score(part, vector, self._gate.assess(part)) for part, vector in zip(parts, vectors, strict=True)]
        return [(score - threshold, category) for score, category in found]

    def score(self, text: str, vector: Floats, verdict: Verdict) -> tuple[float, str]:
        """How much one window sounds like a danger (higher is more), and the likeliest category."""
        seen = evidence(verdict, self._categories, self._triggers)
        vector = np.asarray(vector, dtype=np.float32)
        latent = np.zeros(self._components[0].shape[1], dtype=np.float32)
        is_read = False
        linear = float(vector @ self._w["vector_linear"] + seen @ self._w["evidence_linear"] + self._w["bias_linear"])
        for view, counted in enumerate(counts(text, verdict.words, self._gate.concepts)):
            at, weight = self._views[view].weights(counted)
            is_read |= VIEWS[view] == "words" and len(at) > 0
            latent += weight @ self._components[view][at]
            linear += float(weight @ self._linear[view][at])
        if not is_read:  # "asdf ghjk" sounds like nothing at all
            return -np.inf, self._categories[0]
        dense = np.concatenate([vector * self._w["vector_scale"], latent * self._w["latent_scale"], seen])
        alarm = self._layers("alarm", dense)
        kinds = self._layers("kind", dense)
        names = np.array([self._category(c) for c in self._classes])
        shares = np.exp(kinds - kinds.max())
        shares /= shares.sum()
        dangerous = min(max(float(shares[names != HARMLESS].sum()), 1e-6), 1 - 1e-6)
        raw = np.array([linear, float(alarm[0]), np.log(dangerous / (1 - dangerous))])
        totals = {c: float(shares[names == c].sum()) for c in self._categories}
        return float(((raw - self._w["means"]) / self._w["spreads"]).sum()), max(totals, key=totals.__getitem__)

    def _layers(self, name: str, values: Floats) -> Floats:
        hidden = np.maximum(values @ self._w[f"{name}_in"] + self._w[f"{name}_in_bias"], 0)
        outcome: Floats = hidden @ self._w[f"{name}_out"] + self._w[f"{name}_out_bias"]
        return outcome

    @staticmethod
    def _category(label: str) -> str:
        return HARMLESS if label.startswith(HARMLESS) else label


def load_net(path: Path = NET_FILE, gate: SafetyGate | None = None) -> SafetyNet:
    """The net in a file; raises `FileNotFoundError` before the first training."""
    with np.load(path, allow_pickle=False) as stored:
        return SafetyNet({name: stored[name] for name in stored.files}, gate or load_gate())


@lru_cache(maxsize=1)
def shared_net() -> SafetyNet | None:
    """The net of the last training, loaded once a process, or `None` where there is none."""
    return load_net() if NET_FILE.exists() else None
