"""The trained second net as Rasa's last word on the intent: after the classifier, before the fallback."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
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
from rasa.shared.nlu.training_data.training_data import TrainingData

from clinic.language import load_encoder
from clinic.triage import features, load_gate
from clinic.triage.gate import RED_FLAGS
from clinic.triage.net import HARMLESS, NET_FILE, load_net, windows
from clinic.triage.net import SafetyNet as Net
from components import misspelt as misspelling
from components import safety_net_models, safety_net_training
from components.misspelt import misspelt
from components.safety_gate import TRIAGE
from components.safety_net_training import Example, safety_lines, train_net

_FILE = "safety_net.npz"
_LEVELS = ("emergency_", "urgent_")
_RANKING = "intent_ranking"
# What is left beside an alarm that nobody else hears is made likelier by this at most: then it asks "did you mean".
_LEAST_SHARE = 0.3
# Of how many short lines one is learnt misspelt too.
_EVERY_LINE, _EVERY_EXAMPLE = 12, 6
_MADE_BY = (
    *sorted(Path(str(features.__file__)).parent.glob("*.py")),
    *(Path(str(module.__file__)) for module in (misspelling, safety_net_models, safety_net_training)),
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SafetyNet(IntentClassifier, GraphComponent):
    """Puts a certain alarm of the gate first; asks the net about a likely one, and where the gate is silent."""

    @classmethod
    def required_components(cls) -> List[Type]:
        """A featurizer: the sentence vector of the whole message is read from it."""
        return [Featurizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`data`: folder of the alarm and harmless lines; `copy`: where `web` finds the net, `null` for nowhere."""
        return {"data": "data/safety", "copy": str(NET_FILE)}

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[Text]:
        """The texts, red flags and code that Rasa does not know of: a change of them trains the net anew."""
        folder = Path({**cls.get_default_config(), **config}["data"])
        digest = hashlib.sha256()
        for path in [*sorted(folder.glob("*.yml")), RED_FLAGS, *_MADE_BY]:
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """A component without a net."""
        self._config = {**self.get_default_config(), **config}
        self._model_storage, self._resource = model_storage, resource
        self._net: Optional[Net] = None

    @classmethod
    def create(
        cls, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyNet:  # fmt: skip
        """A new, untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from `data/safety` and from every example of an intent."""
        lines = safety_lines(Path(self._config["data"]))
        messages = [m for m in training_data.intent_examples if m.get(TEXT)]
        easy = [Example(m.get(TEXT), _label(m.get(INTENT))) for m in messages]
        lines = [*lines, *misspelt(lines, _EVERY_LINE), *misspelt(easy, _EVERY_EXAMPLE)]
        gate = load_gate()
        with ThreadPoolExecutor(1) as worker:
            encoded = worker.submit(load_encoder().encode, [e.text for e in lines])
            verdicts = [gate.assess(e.text) for e in [*lines, *easy]]
            vectors = np.vstack([encoded.result(), *(_vector(m)[None, :] for m in messages)])
        arrays = train_net([*lines, *easy], vectors, verdicts, gate)
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / _FILE, **arrays)
        if self._config["copy"]:
            _copy(arrays, Path(self._config["copy"]))
        self._net = Net(arrays, gate)
        return self._resource

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

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyNet:
        """The trained component."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._net = load_net(folder / _FILE, load_gate())
        return component


def _label(intent: Text) -> Text:
    return intent.split("_", 1)[1] if intent.startswith(_LEVELS) else HARMLESS


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


def _copy(arrays: Dict[Text, Any], path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    unfinished = path.with_suffix(".part.npz")
    np.savez(unfinished, **arrays)
    unfinished.replace(path)
