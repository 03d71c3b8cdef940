"""Two or three questions in one message are as many turns: where to cut, decided by form and by the classifier."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Text

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet

from clinic.answers import load_catalogue
from clinic.answers.questions import Reading, cuts, question_alone, sentences, with_subject, without_denials

_SURE = 0.5
_CLEAR, _VERY_SURE = 0.6, 0.8
_MOST_KEPT = 2


@dataclass(frozen=True)
class Part:
    """What becomes a turn of its own, and what Rasa has understood of it already, so that it need not read it again."""

    text: Text
    parsed: Optional[Dict[Text, Any]] = field(default=None, repr=False)

    @property
    def reading(self) -> Reading:
        """Intent and confidence."""
        intent = (self.parsed or {}).get("intent") or {}
        return Reading(intent.get("name") or "", float(intent.get("confidence") or 0.0))


async def parts_of(agent: Any, sender: Text, text: Text) -> List[Part]:
    """The questions of a message in order; the message itself where it is one, or an answer to a form."""
    asked, ways = without_denials(text), list(cuts(without_denials(text)))
    if (asked == text and not ways) or await _is_in_form(agent, sender):
        return [Part(text)]
    return await _cut(agent, text)


async def parts_left(agent: Any, text: Text, said: List[Text]) -> List[Part]:
    """What follows the questions that were said already; nothing where the message would be cut otherwise by now.

    A form that one of them has opened is not asked about: it was not open when the message was cut.
    """
    parts = await _cut(agent, text)
    is_the_same = [part.text.strip() for part in parts][: len(said)] == said
    return parts[len(said) :] if is_the_same else []


async def _cut(agent: Any, text: Text) -> List[Part]:
    asked, ways = without_denials(text), list(cuts(without_denials(text)))
    whole = await _read(agent, text)
    if whole.reading.is_alarm:
        return [whole]
    for cut in ways:
        found = [await _understood(agent, part, cut.phrases) for part in cut.parts]
        alarming = [part for part in found if part.reading.is_alarm]
        if alarming:  # a danger that is heard in a part is not to be lost in the whole
            return alarming[:1]
        found = [part for part in found if not part.reading.is_opening] or found
        if len(found) > 1 and cut.is_right(whole.reading, [part.reading for part in found]):
            return found
    return [whole if whole.reading.is_personal or asked == text else Part(asked)]


async def _understood(agent: Any, text: Text, is_phrase: bool) -> Part:
    """A part as it is read best: without its leading statement where that is clear, with the subject where vague."""
    part = await _read(agent, text)
    reading = part.reading
    if reading.is_alarm or reading.is_personal:
        return part
    alone = question_alone(text)
    if alone:
        found = await _read(agent, alone)
        if found.reading.confidence >= _CLEAR and not found.reading.is_vague and not found.reading.is_follow_up:
            return found
    fuller = with_subject(text) if reading.is_vague or (is_phrase and reading.is_follow_up) else None
    if fuller:
        found = await _read(agent, fuller)
        is_sure = found.reading.confidence >= _VERY_SURE and not found.reading.is_vague
        # The subject is our word: an alarm that needs it is none of the visitor's.
        if is_sure and not found.reading.is_alarm and load_catalogue().title_of(found.reading.intent):
            return found
    return part


async def _is_in_form(agent: Any, sender: Text) -> bool:
    tracker = await agent.tracker_store.retrieve(sender)
    return tracker is not None and bool(tracker.active_loop_name)


async def kept_questions(agent: Any, text: Text) -> List[Dict[Text, Text]]:
    """Buttons for what else a message with an alarm asks, so that it is not lost."""
    found: List[Dict[Text, Text]] = []
    for sentence in sentences(text):
        reading = (await _read(agent, sentence)).reading
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


async def _read(agent: Any, text: Text) -> Part:
    return Part(text, await agent.processor.parse_message(UserMessage(text)))
