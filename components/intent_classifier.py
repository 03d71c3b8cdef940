"""Calibrated logistic regression on the sentence vector beside word and character features.

Words and letters are counted by `word_features` and not by Rasa's CountVectorsFeaturizer, which also counts for every
single token: that took longer than all the rest of a turn (docs/adr/0004-pipeline.md).
"""

from __future__ import annotations

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Optional, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinic.language.lexicon import LEXICON, load_lexicon
from components import softmax_regression, word_features
from components.softmax_regression import Softmax, fit
from components.text_chance import chance_of
from components.word_features import WordFeatures

_FILE = "classifier.npz"
_HELD_OUT = "held_out.json"  # read by the gate for releases, not by Rasa
_WORD = re.compile(r"[^\W\d_]{2,}")
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
        """`C`: inverse regularisation; `dimensions` and `weight` of the word part; `held_out` share for calibration.

        `kinds`: beginnings of the names of intents whose replies say nearly the same. Below `likely` an intent stands
        for its kind if the kind as a whole reaches `together`.
        """
        return {
            "C": 10.0,
            "dimensions": 300,
            "weight": 1.0,
            "lexicon_weight": 0.4,
            "held_out": 0.2,
            "ranking_length": 10,
            "likely": 0.4,
            "together": 0.5,
            "kinds": [["refusal_"], ["out_of_scope", "not_covered"]],
            "random_state": 7,
        }

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[Text]:
        """What the training rests on and Rasa does not know of: a change trains anew."""
        known = [LEXICON, Path(str(word_features.__file__)), Path(str(softmax_regression.__file__))]
        return hashlib.sha256(b"".join(path.read_bytes() for path in known)).hexdigest()

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """An untrained classifier."""
        self._config = {**self.get_default_config(), **config}
        self._model_storage, self._resource = model_storage, resource
        self._words: Optional[WordFeatures] = None
        self._linear: Dict[Text, np.ndarray] = {}
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
        self._words = WordFeatures.fit(
            [m.get(TEXT) for m in examples], self._config["dimensions"], self._config["random_state"]
        )
        features = self._features(examples)
        with ThreadPoolExecutor(1) as worker:
            fitted = worker.submit(fit, features, labels, self._config["C"])
            temperature, held_out = self._calibrate([m.get(TEXT) for m in examples], features, labels)
            self._linear = _weights(fitted.result(), temperature)
        self._persist(held_out)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set `intent` and `intent_ranking` with calibrated confidences."""
        with_text = [m for m in messages if m.get(TEXT)]
        if not with_text or self._words is None:
            return messages
        classes, probabilities = self._linear["classes"], _probabilities(self._linear, self._features(with_text))
        for message, row in zip(with_text, probabilities, strict=False):
            # "asdf ghjk": whatever its letters look like, nothing was understood
            understood = float(not self._known.isdisjoint(_WORD.findall(message.get(TEXT).lower())))
            order = np.argsort(-row)[: self._config["ranking_length"]]
            ranking = [{"name": str(classes[i]), "confidence": understood * float(row[i])} for i in order]
            ranking = self._one_for_its_kind(ranking)
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def _one_for_its_kind(self, ranking: List[Dict[Text, Any]]) -> List[Dict[Text, Any]]:
        """Where no intent is likely, but those of one kind are together, the likeliest of them stands for all."""
        if ranking[0]["confidence"] >= self._config["likely"]:
            return ranking
        kinds = [[e for e in ranking if e["name"].startswith(tuple(names))] for names in self._config["kinds"]]
        likeliest = max(kinds, key=_together, default=[])
        if _together(likeliest) < self._config["together"]:
            return ranking
        first = {**likeliest[0], "confidence": _together(likeliest)}
        return [first, *(e for e in ranking if e["name"] != first["name"])]

    def _calibrate(
        self, texts: List[Text], features: np.ndarray, labels: np.ndarray
    ) -> Tuple[float, List[Dict[Text, Any]]]:
        """The temperature that fits the held-out examples best, and how each of them was understood.

        Which are held out, their text alone decides, so that two models can be compared on the same ones.
        """
        tried = np.array([chance_of(text) < self._config["held_out"] for text in texts])
        if len(np.unique(labels)) < 2 or not tried.any() or set(labels[tried]) - set(labels[~tried]):
            return 1.0, []
        model = fit(features[~tried], labels[~tried], self._config["C"])
        truth = np.searchsorted(model.classes, labels[tried])
        rows = np.arange(len(truth))

        def loss(temperature: float) -> float:
            found = _probabilities(_weights(model, temperature), features[tried])
            return float(-np.log(np.clip(found[rows, truth], 1e-9, 1)).sum())

        temperature = float(min(_TEMPERATURES, key=loss))
        found = _probabilities(_weights(model, temperature), features[tried])
        best = found.argmax(axis=1)
        held_out = [
            {"text": texts[at], "intent": str(labels[at]), "understood": str(model.classes[best[row]]),
             "confidence": round(float(found[row, best[row]]), 4)}
            for row, at in enumerate(np.flatnonzero(tried))
        ]  # fmt: skip
        return temperature, held_out

    def _features(self, messages: List[Message]) -> np.ndarray:
        dense = np.vstack([m.get_dense_features(TEXT)[1].features for m in messages])
        texts = [m.get(TEXT) for m in messages]
        words = self._words.transform(texts) * self._config["weight"]  # type: ignore[union-attr]
        counted = np.array([load_lexicon().count(text) for text in texts]) * self._config["lexicon_weight"]
        return np.hstack([dense, words, counted]).astype(np.float32)

    def _persist(self, held_out: List[Dict[Text, Any]]) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            (folder / _HELD_OUT).write_text(json.dumps(held_out), "utf-8")
            words = self._words.arrays()  # type: ignore[union-attr]
            np.savez(folder / _FILE, known=np.array(sorted(self._known)), **words, **self._linear)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> CalibratedClassifier:
        """The trained component; the file holds arrays and nothing that could run."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / _FILE, allow_pickle=False) as stored:
            component._words = WordFeatures(stored["idf"], stored["projection"])
            component._linear = {name: stored[name] for name in ("classes", "coefficients", "intercepts")}
            component._known = frozenset(str(word) for word in stored["known"])
        return component


def _together(ranking: List[Dict[Text, Any]]) -> float:
    return sum(float(e["confidence"]) for e in ranking)


def _weights(model: Softmax, temperature: float) -> Dict[Text, np.ndarray]:
    """The model as arrays, its scores divided by the temperature."""
    weights = model.weights / np.float32(temperature)
    return {
        "classes": np.array([str(c) for c in model.classes]), "coefficients": weights[:-1], "intercepts": weights[-1],
    }  # fmt: skip


def _probabilities(linear: Dict[Text, np.ndarray], features: np.ndarray) -> np.ndarray:
    scores = features @ linear["coefficients"] + linear["intercepts"]
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return scores / scores.sum(axis=1, keepdims=True)
