"""The sentence encoder as a dense featurizer."""

from __future__ import annotations

from typing import Any, Dict, List, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinic.language import load_encoder
from clinic.language.known_vectors import encode_known


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoder(DenseFeaturizer, GraphComponent):
    """Adds one unit-length vector of 384 numbers to a message: one encoding a message."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoder:
        """Loads `models/encoder`; `make setup` builds it."""
        component = cls(execution_context.node_name, config)
        component._encoder = load_encoder()
        return component

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """No option but the alias every featurizer has."""
        return {**DenseFeaturizer.get_default_config(), "alias": None}

    @classmethod
    def required_components(cls) -> List[Type]:
        """Nothing: it reads the raw text."""
        return []

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Encode all examples, each by itself, as messages will be."""
        with_text = [m for m in training_data.training_examples if m.get(TEXT)]
        self._add(with_text, encode_known([m.get(TEXT) for m in with_text]))
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Encode the messages that have a text."""
        with_text = [m for m in messages if m.get(TEXT)]
        if with_text:
            self._add(with_text, self._encoder.encode([m.get(TEXT) for m in with_text]))
        return messages

    def _add(self, messages: List[Message], vectors: np.ndarray) -> None:
        for message, vector in zip(messages, vectors, strict=False):
            message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Any alias will do."""
