"""Two or three questions in one message are as many turns: where to cut, decided by form and by the classifier."""

from __future__ import annotations

from typing import Any, Dict, List, Text, Tuple

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet

from clinic.answers import load_catalogue
from clinic.answers.questions import Reading, cuts, question_alone, sentences, with_subject, without_denials

_SURE = 0.5
_CLEAR, _VERY_SURE = 0.6, 0.8
_MOST_KEPT = 2


async def parts_of(agent: Any, sender: Text, text: Text) -> List[Text]:
    """The questions of a message in order; the message itself where it is one, or an answer to a form."""
    asked, ways = without_denials(text), list(cuts(without_denials(text)))
    if (asked == text and not ways) or await _is_in_form(agent, sender):
        return [text]
    whole = await _read(agent, text)
    if whole.is_alarm:
        return [text]
    for cut in ways:
        found = [await _understood(agent, part, cut.phrases) for part in cut.parts]
        if any(reading.is_alarm for _, reading in found):
            return [text]
        found = [(part, reading) for part, reading in found if not reading.is_opening] or found
        if len(found) > 1 and cut.is_right(whole, [reading for _, reading in found]):
            return [part for part, _ in found]
    return [text if whole.is_personal else asked]


async def _understood(agent: Any, part: Text, is_phrase: bool) -> Tuple[Text, Reading]:
    """A part and its reading: without its leading statement where that is clear, with the subject where it is vague."""
    reading = await _read(agent, part)
    if reading.is_alarm or reading.is_personal:
        return part, reading
    alone = question_alone(part)
    if alone:
        found = await _read(agent, alone)
        if found.confidence >= _CLEAR and not found.is_vague and not found.is_follow_up:
            return alone, found
    fuller = with_subject(part) if reading.is_vague or (is_phrase and reading.is_follow_up) else None
    if fuller:
        found = await _read(agent, fuller)
        if found.confidence >= _VERY_SURE and not found.is_vague and load_catalogue().title_of(found.intent):
            return fuller, found
    return part, reading


async def _is_in_form(agent: Any, sender: Text) -> bool:
    tracker = await agent.tracker_store.retrieve(sender)
    return tracker is not None and bool(tracker.active_loop_name)


async def kept_questions(agent: Any, text: Text) -> List[Dict[Text, Text]]:
    """Buttons for what else a message with an alarm asks, so that it is not lost."""
    found: List[Dict[Text, Text]] = []
    for sentence in sentences(text):
        reading = await _read(agent, sentence)
        title = load_catalogue().title_of(reading.intent)
        if title and reading.confidence >= _SURE and not reading.is_alarm:
            button = {"title": title, "payload": f"/{reading.intent}"}
            if button not in found:
                found.append(button)
    return found[:_MOST_KEPT]


async def remember_kept(agent: Any, sender: Text, kept: List[Dict[Text, Text]]) -> None:
    """Keep the first of them in the conversation, so that "yes, please" asks for it too."""
    tracker = await agent.tracker_store.retrieve(sender)
    if tracker is not None:
        tracker.update(SlotSet("kept_question", kept[0]["payload"].lstrip("/") if kept else None))
        await agent.tracker_store.save(tracker)


async def _read(agent: Any, text: Text) -> Reading:
    parsed = await agent.processor.parse_message(UserMessage(text))
    return Reading(parsed["intent"].get("name") or "", float(parsed["intent"].get("confidence") or 0.0))
