"""An approved answer in the shape of a reply, with the phone numbers that its text names beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clinic.answers.catalogue import fill, placeholders
from clinic.answers.clinic_facts import ClinicFacts
from clinic.answers.model import Answer

# Numbers that help at once: a client shows them as something to press.
_CALLED = frozenset({"emergency", "crisis", "poison", "violence"})


def reply_of(answer: Answer, facts: ClinicFacts, values: Mapping[str, object] | None = None) -> dict[str, Any]:
    """`text`, `buttons` and `metadata` of the REST contract; `values` go before the facts of the clinic."""
    metadata = answer.metadata()
    if numbers := _numbers_in(answer.text, facts):
        metadata["call"] = numbers
    return {
        "text": fill(answer.text, {**facts.values, **(values or {})}),
        "buttons": [{"title": button.title, "payload": button.payload} for button in answer.buttons],
        "metadata": metadata,
    }


def _numbers_in(text: str, facts: ClinicFacts) -> list[dict[str, str]]:
    """Each number once, in the order of the text: what is to be called first stands first there."""
    named = dict.fromkeys(name for name in placeholders(text) if name in _CALLED)
    return [{"name": name, "number": facts.values[name]} for name in named]
