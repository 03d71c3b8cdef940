"""Training of the safety net. Needs scikit-learn, which only the Rasa environment has."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from scipy.sparse.linalg import svds

from clinic.triage.features import VIEWS, Floats, Vocabulary, counts, evidence
from clinic.triage.gate import SafetyGate
from clinic.triage.net import HARMLESS
from clinic.triage.verdict import Verdict
from components.safety_net_models import SCALE, Features, Model
from components.text_chance import chance_of

_log = logging.getLogger(__name__)
_RAREST = {"letters": 40, "words": 10, "concepts": 10}
_LATENT = 256
_PARTS = 8  # one of them is held out and sets the threshold
_EVERYDAY = "everyday"
_LEVELS = ("emergency_", "urgent_")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Of the held-out harmless lines of `data/safety` without the everyday ones: they come much nearer to a danger than
# what visitors write.
_FALSE_ALARMS = 0.052
# A sentence by itself must sound this much worse than a whole message: "I fainted. It was in 2010." On 3,500 lines
# written after the net this took 2.5 points off the false alarms and 0.1 off the recall.
_WINDOW_MARGIN = 0.7


@dataclass(frozen=True)
class Example:
    """One training text: its label, a category or `none`, and whether it is a hard one (a danger or its look-alike)."""

    text: str
    label: str
    hard: bool = False

    @property
    def is_alarm(self) -> bool:
        """Whether the text tells of a danger."""
        return not self.label.startswith(HARMLESS)


def safety_lines(folder: Path) -> list[Example]:
    """The alarm and harmless lines of `data/safety`, the file's name being the category."""
    found = []
    for path in sorted(folder.glob("*.yml")):
        entry = yaml.load(path.read_text("utf-8"), Loader=_LOADER) or {}  # noqa: S506 - CSafeLoader or SafeLoader
        found += [Example(str(line), path.stem, hard=True) for line in entry.get("alarm") or []]
        hard = path.stem != _EVERYDAY
        found += [Example(str(line), f"{HARMLESS}_{path.stem}", hard) for line in entry.get("harmless") or []]
    return found


def intent_lines(folder: Path) -> list[Example]:
    """The examples of all intents below a folder: of alarms their category, of all others `none`."""
    found = []
    for path in sorted(folder.rglob("*.yml")):
        for item in yaml.load(path.read_text("utf-8"), Loader=_LOADER)["nlu"]:  # noqa: S506 - CSafeLoader or SafeLoader
            label = _label(item["intent"])
            lines = (line.strip() for line in item["examples"].splitlines())
            found += [Example(line[2:], label) for line in lines if line.startswith("- ")]
    return found


def _label(intent: str) -> str:
    return intent.split("_", 1)[1] if intent.startswith(_LEVELS) else HARMLESS


def train_net(
    examples: Sequence[Example], vectors: Floats, verdicts: Sequence[Verdict], gate: SafetyGate
) -> dict[str, Any]:
    """The arrays of a net. An eighth of the examples is held out and sets the threshold."""
    categories, triggers = sorted(gate.levels), list(gate.triggers)
    seen = np.array([evidence(v, categories, triggers) for v in verdicts])
    counted = [counts(e.text, v.words, gate.concepts) for e, v in zip(examples, verdicts, strict=False)]
    vocabularies = [_vocabulary([c[i] for c in counted], _RAREST[view]) for i, view in enumerate(VIEWS)]
    sparse = hstack([_matrix(v, [c[i] for c in counted]) for i, v in enumerate(vocabularies)]).tocsr()
    directions = _directions(sparse, examples)
    features = Features(sparse, vectors, seen, np.asarray(sparse @ directions, dtype=np.float32))
    labels = np.array([e.label for e in examples])
    tried = np.array([chance_of(e.text, "threshold") < 1 / _PARTS for e in examples])
    model = Model(features, labels, ~tried)
    raw = model.raw(features, tried)
    means, spreads = raw.mean(axis=0), raw.std(axis=0)
    scores = ((raw - means) / spreads).sum(axis=1)
    hard, alarming = (np.array(of)[tried] for of in ([e.hard for e in examples], [e.is_alarm for e in examples]))
    threshold = float(np.quantile(scores[hard & ~alarming], 1 - _FALSE_ALARMS))
    _log.info(
        "safety net, held out: recall %.3f, false alarms on hard harmless lines %.3f, on ordinary messages %.4f",
        *(np.mean(scores[rows] > threshold) for rows in (hard & alarming, hard & ~alarming, ~hard & ~alarming)),
    )
    return model.arrays(vocabularies, directions) | {
        "categories": np.array(categories), "triggers": np.array(triggers), "means": means, "spreads": spreads,
        "threshold": np.float64(threshold), "slope": np.float64(1.0), "window_margin": np.float64(_WINDOW_MARGIN),
        "vector_scale": np.float32(SCALE), "latent_scale": np.float32(SCALE),
    }  # fmt: skip


def _directions(sparse: csr_matrix, examples: Sequence[Example]) -> Floats:
    """The latent directions, shape (words, directions): exact, so that a line more moves them a little only."""
    # Half of the rows shows them as well as all do, in half the time.
    half = np.array([chance_of(e.text, "directions") < 1 / 2 for e in examples])
    return svds(sparse[half].astype(np.float64), k=_LATENT, random_state=7)[2][::-1].T


def _vocabulary(counted: Sequence[Counter[int]], rarest: int) -> Vocabulary:
    documents = Counter(key for c in counted for key in c)
    keys = np.array(sorted(key for key, n in documents.items() if n >= rarest), dtype=np.uint32)
    found = np.array([documents[int(key)] for key in keys], dtype=np.float32)
    return Vocabulary(keys, (np.log((1 + len(counted)) / (1 + found)) + 1).astype(np.float32))


def _matrix(vocabulary: Vocabulary, counted: Sequence[Counter[int]]) -> csr_matrix:
    rows = [vocabulary.weights(c) for c in counted]
    ends = np.cumsum([0, *(len(at) for at, _ in rows)])
    at, weight = (np.concatenate([row[i] for row in rows]) for i in (0, 1))
    return csr_matrix((weight, at, ends), shape=(len(counted), len(vocabulary.keys)))
