"""Two or three questions in one message are as many turns: where to cut, decided by form and by the classifier."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.core.channels.channel import UserMessage

from clinic.answers import load_catalogue
from clinic.answers.questions import Reading, cuts, sentences

_SURE = 0.5
_MOST_KEPT = 2


async def parts_of(agent: Any, sender: Text, text: Text) -> List[Text]:
    """The questions of a message in order; the message itself where it is one, or an answer to a form."""
    for cut in cuts(text):
        tracker = await agent.tracker_store.retrieve(sender)
        if tracker is not None and tracker.active_loop_name:
            return [text]
        whole, *readings = [await _read(agent, t) for t in (text, *cut.parts)]
        if any(_is_alarm(r) for r in (whole, *readings)):
            return [text]
        if cut.is_right(whole, readings):
            return list(cut.parts)
    return [text]


async def kept_questions(agent: Any, text: Text) -> List[Dict[Text, Text]]:
    """Buttons for what else a message with an alarm asks, so that it is not lost."""
    found: List[Dict[Text, Text]] = []
    for sentence in sentences(text):
        reading = await _read(agent, sentence)
        title = load_catalogue().title_of(reading.intent)
        if title and reading.confidence >= _SURE and not _is_alarm(reading):
            button = {"title": title, "payload": f"/{reading.intent}"}
            if button not in found:
                found.append(button)
    return found[:_MOST_KEPT]


async def _read(agent: Any, text: Text) -> Reading:
    parsed = await agent.processor.parse_message(UserMessage(text))
    return Reading(parsed["intent"].get("name") or "", float(parsed["intent"].get("confidence") or 0.0))


def _is_alarm(reading: Reading) -> bool:
    return reading.intent.startswith(("emergency_", "urgent_"))
