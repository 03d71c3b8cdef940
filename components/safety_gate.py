"""The safety gate as the first word of Rasa's pipeline."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinic.triage import load_gate

TRIAGE = "triage"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SafetyGate(GraphComponent):
    """Writes the gate's verdict beside the message; the safety net acts on it after the classifier."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyGate:
        """A gate on `data/clinic/red_flags.yml`, read at start and not part of the model."""
        component = cls()
        component._gate = load_gate()
        return component

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training data pass through."""
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        """Add `triage`: the alarm's intent or `None`, whether it is certain, and the red flags that were ruled out."""
        for message in messages:
            verdict = self._gate.assess(message.get(TEXT) or "")
            ruled_out = sorted({m.category for m in verdict.mentions if not m.is_alarm})
            found = {"intent": verdict.intent, "certain": verdict.is_certain, "ruled_out": ruled_out}
            message.set(TRIAGE, found, add_to_output=True)
        return messages
