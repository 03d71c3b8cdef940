"""The texts `web` says by itself, when it must not wait for Rasa."""

from __future__ import annotations

from typing import Any

from clinic.answers import load_catalogue, reply_of
from clinic.answers.clinic_facts import load_clinic_facts


class Wording:
    """Approved texts of the live release in the shape of a reply."""

    def __init__(self, country: str | None) -> None:
        """`country`: whose emergency numbers are told, that of the clinic's file by default."""
        self._country = country

    def reply(self, name: str) -> dict[str, Any]:
        """The reply for a response name; `KeyError` for an unknown one."""
        return reply_of(load_catalogue().variations(name)[0], load_clinic_facts(country=self._country))

    def alarm(self, intent: str) -> dict[str, Any]:
        """The safety text of an alarm's intent."""
        return self.reply(f"utter_{intent}")

    def error_text(self, code: str) -> str:
        """The sentence for an error code, in the visitor's words."""
        name = f"utter_error_{code}"
        text: str = self.reply(name if name in load_catalogue().names() else "utter_error_unavailable")["text"]
        return text
