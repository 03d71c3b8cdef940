"""The trained second net as Rasa's last word on the intent: after the classifier, before the fallback."""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Optional, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from clinic.language import load_encoder
from clinic.triage import load_gate
from clinic.triage.net import SafetyNet as Net
from clinic.triage.net import shared_net, windows
from components.safety_gate import TRIAGE

_log = logging.getLogger(__name__)
_LEVELS = ("emergency_", "urgent_")
_RANKING = "intent_ranking"
# What is left beside an alarm that nobody else hears is made likelier by this at most: then it asks "did you mean".
_LEAST_SHARE = 0.3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyNet(IntentClassifier, GraphComponent):
    """Puts a certain alarm of the gate first; asks the net about a likely one, and where the gate is silent.

    The net is no part of Rasa's model: `components.train_safety_net` makes it: an example of a topic must not move it.
    """

    _net: Optional[Net] = None

    @classmethod
    def required_components(cls) -> List[Type]:
        """A featurizer: the sentence vector of the whole message is read from it."""
        return [Featurizer]

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyNet:  # fmt: skip
        """The component with the net of `models/safety_net.npz`; without one it warns, and the gate is alone."""
        component = cls()
        component._net = shared_net()
        if component._net is None:
            _log.warning("models/safety_net.npz is missing: run `make train`; the gate is alone")
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the intent where the gate is certain, gate and net see a danger, or the net alone hears it clearly."""
        for message in messages:
            triage = message.get(TRIAGE) or {}
            if triage.get("certain") or (triage.get("intent") and self._confirms(message)):
                _put_first(message, triage["intent"], 1.0)
            elif message.get(TEXT) and self._net is not None:
                self._listen(self._net, message, triage)
        return messages

    def _confirms(self, message: Message) -> bool:
        text = message.get(TEXT)
        return self._net is None or self._net.confirms(text, load_gate().assess(text), load_encoder().encode)

    def _listen(self, net: Net, message: Message, triage: Dict[Text, Any]) -> None:
        finding = net.assess(message.get(TEXT), self._vectors(message))
        if finding is not None:
            _put_first(message, finding.intent, finding.probability)
        else:
            _without_alarms(message)
        heard = {"intent": finding.intent, "by": "net"} if finding else {"intent": None}
        message.set(TRIAGE, {**triage, **heard}, add_to_output=True)

    @staticmethod
    def _vectors(message: Message) -> np.ndarray:
        more = windows(message.get(TEXT))[1:]
        whole = _vector(message)[None, :]
        return np.vstack([whole, load_encoder().encode(more)]) if more else whole


def _vector(message: Message) -> np.ndarray:
    return np.asarray(message.get_dense_features(TEXT)[1].features, dtype=np.float32)[0]


def _without_alarms(message: Message) -> None:
    """The classifier alone gives no alarm: every denial of a danger reads like one to it."""
    ranking = message.get(_RANKING) or []
    alarming = sum(e["confidence"] for e in ranking if e["name"].startswith(_LEVELS))
    others = [e for e in ranking if not e["name"].startswith(_LEVELS)]
    if not alarming or not others:
        return
    share = max(1 - alarming, _LEAST_SHARE)
    others = [{**e, "confidence": e["confidence"] / share} for e in others]
    message.set(INTENT, others[0], add_to_output=True)
    message.set(_RANKING, others, add_to_output=True)


def _put_first(message: Message, intent: Text, confidence: float) -> None:
    first = {"name": intent, "confidence": confidence}
    # The rest shares what is left, or the fallback would see two intents nearly as likely.
    share = 1 - confidence
    others = [e for e in message.get(_RANKING) or [] if e["name"] != intent]
    others = [{**e, "confidence": e["confidence"] * share} for e in others]
    message.set(INTENT, first, add_to_output=True)
    message.set(_RANKING, [first, *others], add_to_output=True)
