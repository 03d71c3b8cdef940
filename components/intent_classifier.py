"""Calibrated logistic regression on the sentence vector beside word and character features.

Words and letters are counted here and not by Rasa's CountVectorsFeaturizer, which also counts for every single
token: that took longer than all the rest of a turn (docs/adr/0004-pipeline.md).
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Dict, FrozenSet, List, Optional, Text, Type

import numpy as np
import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

from clinic.language.lexicon import LEXICON, load_lexicon

_FILE = "classifier.skops"
_STORED = ("words", "projection", "model", "temperature")
_WORD = re.compile(r"[^\W\d_]{2,}")
_COUNTS = {"alternate_sign": False, "norm": None}
_TRUSTED = ["scipy.sparse._csr.csr_matrix"]  # inside the tf-idf step; any other foreign type is refused
_TEMPERATURES = np.geomspace(0.2, 3.0, 40)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CalibratedClassifier(IntentClassifier, GraphComponent):
    """Chooses the intent; its confidence is a probability that cross-validation has set right.

    Words, pairs of words and pieces of 2 to 5 letters become tf-idf, then `dimensions` latent numbers, and stand
    beside the sentence vector and the counts of the lexicon's groups. One temperature, found on held-out examples,
    calibrates all classes (Guo 2017).
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Featurizers for the sentence, dense and sparse."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`C`: inverse regularisation; `dimensions` and `weight` of the word part; `held_out` share for calibration."""
        return {
            "C": 10.0,
            "dimensions": 300,
            "weight": 1.0,
            "lexicon_weight": 0.4,
            "held_out": 0.2,
            "ranking_length": 10,
            "random_state": 7,
        }

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[Text]:
        """A change of the lexicon, which Rasa does not know of, trains anew."""
        return hashlib.sha256(LEXICON.read_bytes()).hexdigest()

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """An untrained classifier."""
        self._config = {**self.get_default_config(), **config}
        self._model_storage, self._resource = model_storage, resource
        self._words: Any = None
        self._projection: Any = None
        self._model: Any = None
        self._temperature = 1.0
        self._known: FrozenSet[Text] = frozenset()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> CalibratedClassifier:
        """A new, untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the word part, find the temperature on held-out folds, fit on everything."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT)]
        labels = np.array([m.get(INTENT) for m in examples])
        self._known = frozenset(word for m in examples for word in _WORD.findall(m.get(TEXT).lower()))
        self._words = self._new_words()
        counts = self._words.fit_transform([m.get(TEXT) for m in examples])
        dimensions = max(1, min(self._config["dimensions"], len(examples) - 1))
        svd = TruncatedSVD(dimensions, n_iter=2, random_state=self._config["random_state"]).fit(counts)
        # Row by row in memory, or every message would copy the whole matrix to multiply with it: 14 ms.
        self._projection = np.ascontiguousarray(svd.components_.T, dtype=np.float32)
        features = self._features(examples)
        self._temperature = self._calibrate(features, labels)
        self._model = self._new_model().fit(features, labels)
        self._persist()
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` and `intent_ranking` with calibrated confidences."""
        with_text = [m for m in messages if m.get(TEXT)]
        if not with_text or self._model is None:
            return messages
        probabilities = self._probabilities(self._model, self._features(with_text), self._temperature)
        for message, row in zip(with_text, probabilities, strict=False):
            # "asdf ghjk": whatever its letters look like, nothing was understood
            understood = float(not self._known.isdisjoint(_WORD.findall(message.get(TEXT).lower())))
            order = np.argsort(-row)[: self._config["ranking_length"]]
            ranking = [{"name": str(self._model.classes_[i]), "confidence": understood * float(row[i])} for i in order]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    @staticmethod
    def _new_words() -> Pipeline:
        words = HashingVectorizer(
            ngram_range=(1, 2),
            token_pattern=r"[\w']+",  # noqa: S106 - what a word is, no password
            n_features=2**14,
            **_COUNTS,
        )
        letters = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=2**14, **_COUNTS)
        return make_pipeline(
            FeatureUnion([("words", words), ("letters", letters)]), TfidfTransformer(sublinear_tf=True)
        )

    def _new_model(self) -> LogisticRegression:
        return LogisticRegression(C=self._config["C"], max_iter=60, tol=1e-3, random_state=self._config["random_state"])

    def _calibrate(self, features: np.ndarray, labels: np.ndarray) -> float:
        names, counts = np.unique(labels, return_counts=True)
        if len(names) < 2 or counts.min() < 2 or len(labels) * self._config["held_out"] < len(names):
            return 1.0
        fitted, held_out = train_test_split(
            np.arange(len(labels)),
            test_size=self._config["held_out"],
            stratify=labels,
            random_state=self._config["random_state"],
        )
        model = self._new_model().fit(features[fitted], labels[fitted])
        truth = np.searchsorted(model.classes_, labels[held_out])
        losses = []
        for temperature in _TEMPERATURES:
            chosen = self._probabilities(model, features[held_out], temperature)[np.arange(len(truth)), truth]
            losses.append(-np.log(np.clip(chosen, 1e-9, 1)).sum())
        return float(_TEMPERATURES[int(np.argmin(losses))])

    @staticmethod
    def _probabilities(model: LogisticRegression, features: np.ndarray, temperature: float) -> np.ndarray:
        scores = model.decision_function(features) / temperature
        if scores.ndim == 1:
            scores = np.stack([-scores, scores], axis=1) / 2
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)

    def _features(self, messages: List[Message]) -> np.ndarray:
        dense = np.vstack([m.get_dense_features(TEXT)[1].features for m in messages])
        texts = [m.get(TEXT) for m in messages]
        words = self._words.transform(texts).astype(np.float32) @ self._projection * self._config["weight"]
        counted = np.array([load_lexicon().count(text) for text in texts]) * self._config["lexicon_weight"]
        return np.hstack([dense, words, counted]).astype(np.float32)

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            stored = {**{name: getattr(self, f"_{name}") for name in _STORED}, "known": sorted(self._known)}
            skops.io.dump(stored, folder / _FILE)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CalibratedClassifier:
        """The trained component; only scikit-learn's own types are accepted from the file."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            stored = skops.io.load(folder / _FILE, trusted=_TRUSTED)
        for name in _STORED:
            setattr(component, f"_{name}", stored[name])
        component._known = frozenset(stored["known"])
        return component
