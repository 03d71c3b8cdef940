"""The texts `web` says by itself, when it must not wait for Rasa."""

from __future__ import annotations

from typing import Any

from clinic.answers import Catalogue, reply_of
from clinic.answers.clinic_facts import ClinicFacts


class Wording:
    """Approved texts in the shape of a reply."""

    def __init__(self, catalogue: Catalogue, facts: ClinicFacts) -> None:
        """Both are read once and held in memory."""
        self._catalogue, self._facts = catalogue, facts

    def reply(self, name: str) -> dict[str, Any]:
        """The reply for a response name; `KeyError` for an unknown one."""
        return reply_of(self._catalogue.variations(name)[0], self._facts)

    def alarm(self, intent: str) -> dict[str, Any]:
        """The safety text of an alarm's intent."""
        return self.reply(f"utter_{intent}")

    def error_text(self, code: str) -> str:
        """The sentence for an error code, in the visitor's words."""
        name = f"utter_error_{code}"
        text: str = self.reply(name if name in self._catalogue.names() else "utter_error_unavailable")["text"]
        return text
