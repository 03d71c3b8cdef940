"""A pipeline's part that takes its time, for a set of changes that makes the assistant slower."""

from __future__ import annotations

import time
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

_SECONDS = 0.2


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class SlowComponent(GraphComponent):
    """Waits, and finds nothing."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SlowComponent:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        time.sleep(_SECONDS)
        return messages
