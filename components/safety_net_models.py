"""The three small models whose scores make the safety net. Needs scikit-learn, as `safety_net_training` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.neural_network import MLPClassifier
from sklearn.svm import LinearSVC

from clinic.triage.features import VIEWS, Floats, Vocabulary
from clinic.triage.net import HARMLESS

SCALE = 3.0  # sentence vector and latent numbers beside the gate's zeros and ones
_HIDDEN = 512
_ROUNDS = 8


@dataclass(frozen=True)
class Features:
    """Everything the models read, one row an example."""

    sparse: csr_matrix
    vectors: Floats
    seen: Floats
    latent: Floats

    def flat(self) -> csr_matrix:
        """For the linear model."""
        return hstack([self.sparse, csr_matrix(self.vectors * 2), csr_matrix(self.seen * 0.5)]).tocsr()

    def dense(self) -> Floats:
        """For the two small networks."""
        return np.hstack([self.vectors * SCALE, self.latent * SCALE, self.seen]).astype(np.float32)


class Model:
    """A linear model, a network "danger or not" and a network of categories; their scores are added."""

    def __init__(self, features: Features, labels: np.ndarray, chosen: np.ndarray) -> None:
        """Fits all three on the chosen rows."""
        danger = np.array([not str(label).startswith(HARMLESS) for label in labels]).astype(int)
        flat, dense = features.flat()[chosen], features.dense()[chosen]
        self._linear = LinearSVC(C=0.1, random_state=7).fit(flat, danger[chosen])
        self._alarm = _network().fit(dense, danger[chosen])
        self._kind = _network().fit(dense, labels[chosen])

    def raw(self, features: Features, chosen: np.ndarray) -> np.ndarray:
        """The three scores of the chosen rows."""
        dense = features.dense()[chosen]
        dangerous = [not str(c).startswith(HARMLESS) for c in self._kind.classes_]
        alarm = self._alarm.predict_proba(dense)[:, 1]
        kind = self._kind.predict_proba(dense)[:, dangerous].sum(axis=1)
        return np.stack([self._linear.decision_function(features.flat()[chosen]), _logit(alarm), _logit(kind)], axis=1)

    def arrays(self, vocabularies: Sequence[Vocabulary], components: np.ndarray) -> dict[str, Any]:
        """The fitted weights under the names `SafetyNet` reads."""
        found: dict[str, Any] = {"classes": np.array([str(c) for c in self._kind.classes_])}
        weights, start = self._linear.coef_[0], 0
        for view, vocabulary in zip(VIEWS, vocabularies, strict=False):
            end = start + len(vocabulary.keys)
            found[f"{view}_keys"], found[f"{view}_idf"] = vocabulary.keys, vocabulary.idf
            found[f"{view}_linear"] = weights[start:end].astype(np.float32)
            found[f"{view}_components"] = components[start:end].astype(np.float16)
            start = end
        vector_end = len(weights) - (self._alarm.coefs_[0].shape[0] - components.shape[1] - 384)
        found["vector_linear"] = (weights[start:vector_end] * 2).astype(np.float32)
        found["evidence_linear"] = (weights[vector_end:] * 0.5).astype(np.float32)
        found["bias_linear"] = self._linear.intercept_.astype(np.float32)[0]
        for name, network in (("alarm", self._alarm), ("kind", self._kind)):
            found[f"{name}_in"], found[f"{name}_out"] = (c.astype(np.float32) for c in network.coefs_)
            found[f"{name}_in_bias"], found[f"{name}_out_bias"] = (b.astype(np.float32) for b in network.intercepts_)
        return found


def _network() -> MLPClassifier:
    return MLPClassifier((_HIDDEN,), alpha=1e-2, max_iter=_ROUNDS, batch_size=128, random_state=7)


def _logit(shares: np.ndarray) -> np.ndarray:
    shares = np.clip(shares, 1e-6, 1 - 1e-6)
    return np.log(shares / (1 - shares))
