"""Rasa's nlg from the approved wording, so that a reworded answer needs no training."""

from __future__ import annotations

import random
from typing import Any, Dict, Optional, Text

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from clinic.answers import Answer, Catalogue, fill, load_catalogue, reply_of, said_response
from clinic.answers.clarify import clarify_options
from clinic.answers.clinic_facts import ClinicFacts, load_clinic_facts

_NOT_IN_CATALOGUE = "utter_error_unavailable"

_SECOND_MISS = "utter_second_miss"
_MISSES = frozenset({"utter_clarify", "utter_rephrase", _SECOND_MISS})


class ApprovedWording(NaturalLanguageGenerator):
    """Answers by response name, with sources, review state and buttons."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None) -> None:
        """Reads `data/answers` at once; the domain's copy of the wording is not used."""
        load_catalogue(), load_clinic_facts()

    @property
    def _catalogue(self) -> Catalogue:
        """That of the turn's release."""
        return load_catalogue()

    @property
    def _facts(self) -> ClinicFacts:
        """Those of the turn's release."""
        return load_clinic_facts()

    async def generate(
        self, utter_action: Text, tracker: DialogueStateTracker, output_channel: Text, **kwargs: Any
    ) -> Dict[Text, Any]:
        """The reply for a response: `text`, `buttons`, `metadata`; never `None`, so never silence."""
        if utter_action == "utter_clarify":
            return self._clarify(tracker)
        if utter_action == "utter_clinic_contact" and not self._facts.has_contact:
            utter_action = "utter_clinic_contact_unset"
        choices = kwargs.pop("choices", [])  # of the moment, such as free times; they stand before the fixed buttons
        appointment = kwargs.pop("appointment", None)  # the visit that is told of, for clients that show it as a card
        reply = self._reply(self._choose(utter_action, tracker), {**tracker.current_slot_values(), **kwargs})
        reply["buttons"] = [*choices, *reply["buttons"]]
        if appointment:
            reply["metadata"]["appointment"] = appointment
        return reply

    def _choose(self, name: Text, tracker: DialogueStateTracker) -> Answer:
        """One of a response's wordings, another than the last one said where there are several."""
        if name not in self._catalogue.names():
            name = _NOT_IN_CATALOGUE
        wordings = self._catalogue.variations(name)
        said = _last_reply(tracker)
        fresh = [w for w in wordings if said is None or fill(w.text, self._facts.values) != said.text]
        return random.choice(fresh or wordings)

    def _clarify(self, tracker: DialogueStateTracker) -> Dict[Text, Any]:
        """The first miss asks with options, the second in a row offers a person, the next names what it can do."""
        before = _last_utterance(tracker)
        if before in _MISSES:
            again = "utter_rephrase" if before == _SECOND_MISS else _SECOND_MISS
            return self._reply(self._choose(again, tracker))
        parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
        ranking = [(r["name"], r["confidence"]) for r in parsed.get("intent_ranking", [])]
        options = clarify_options(ranking, self._catalogue)
        if not options:
            return self._reply(self._choose("utter_rephrase", tracker))
        reply = self._reply(self._choose("utter_clarify", tracker))
        reply["buttons"] = [{"title": o.title, "payload": f"/{o.intent}"} for o in options]
        reply["metadata"]["options"] = [{"kind": o.kind, "topic": o.topic} for o in options]
        return reply

    def _reply(self, answer: Answer, values: Optional[Dict[Text, Any]] = None) -> Dict[Text, Any]:
        return reply_of(answer, self._facts, values)


def _last_reply(tracker: DialogueStateTracker) -> Optional[BotUttered]:
    """What the bot said last in this session."""
    for event in reversed(tracker.events):
        if isinstance(event, SessionStarted):
            return None
        if isinstance(event, BotUttered):
            return event
    return None


def _last_utterance(tracker: DialogueStateTracker) -> Optional[Text]:
    """The response name of the bot's last words."""
    reply = _last_reply(tracker)
    return said_response(reply.metadata) if reply else None
