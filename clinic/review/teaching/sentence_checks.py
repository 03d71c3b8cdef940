"""Whether a sentence may be taught, and what to read before it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clinic.review.content.bare_words import words
from clinic.review.content.errors import ContentError
from clinic.review.content.topic_files import Topics, is_danger
from clinic.review.content.typed import sentence_of
from clinic.review.teaching.dangers import DangerEars, RedFlags
from clinic.review.teaching.model import CheckedSentence, PatientMessage
from clinic.review.teaching.particulars import particulars_in
from clinic.review.teaching.ports import PersonalWords
from clinic.review.teaching.similar import SimilarExamples, Surroundings
from clinic.review.teaching.verbatim import repeated

_FAR = 5  # a topic that is not among the nearest of this number is far
_NEW_WORDS_SHOWN = 6


@dataclass(frozen=True)
class Ground:
    """What sentences are checked on: one state of the content."""

    topics: Topics
    flags: RedFlags


class SentenceChecks:
    """The checks of the page, of the command line and of dialogues; safe to share between threads."""

    def __init__(self, personal: PersonalWords, ears: DangerEars, similar: SimilarExamples) -> None:
        self._personal, self._ears, self._similar = personal, ears, similar

    def check(
        self,
        typed: str,
        ground: Ground,
        messages: Sequence[PatientMessage] = (),
        topic: str | None = None,
        *,
        is_ordinary: bool = False,
        wait: float = 0.0,
    ) -> CheckedSentence:
        """A sentence as an example of `topic`; it may repeat none of `messages`.

        `is_ordinary`: it would be taught as something harmless; `topic`: `None` where it belongs to none (yet);
        `wait`: seconds to wait at most for what it is compared with by meaning.
        """
        try:
            said = sentence_of(typed)
        except ContentError as error:
            return CheckedSentence(typed, Surroundings(()), str(error))
        danger = self._ears.heard(said, ground.flags)
        around = self._similar.around(said, ground.topics, wait)
        fault = self.personal_fault(said, messages) or self.copied(said, messages, ground.topics)
        if fault is None and danger and is_ordinary and not (topic and is_danger(topic)):
            fault = (
                f"This sentence tells of danger (“{ground.topics.title(danger)}”), so it cannot be taught as something "
                "ordinary. Choose “Danger” instead."
            )
        if fault is None and topic is not None:
            fault = _known(said, topic, ground.topics)
        return CheckedSentence(said, around, fault, tuple(_warnings(said, topic, around, ground.topics)), danger)

    def danger(self, text: str, ground: Ground) -> str | None:
        """The topic of the danger that a text tells of."""
        return self._ears.heard(text, ground.flags)

    def personal_fault(self, said: str, messages: Sequence[PatientMessage] = ()) -> str | None:
        """What in a sentence can tell who asked."""
        found = self._personal.redact(said, [name for message in messages for name in message.names])
        if found != said:
            return f"Something in it is personal: “{found}”. Leave it out, or say it in general."
        written = "\n".join(message.text for message in messages).casefold()
        shared = [particular for particular in particulars_in(said) if particular.casefold() in written]
        if shared:
            return f"“{shared[0]}” stands in the visitor's message too and can tell who asked. Leave it out."
        return None

    @staticmethod
    def copied(said: str, messages: Sequence[PatientMessage], topics: Topics) -> str | None:
        """Why it is still a visitor's."""
        copied = next((c for m in messages if (c := repeated(said, m.text, topics.is_everyday))), None)
        if copied is None:
            return None
        return f"These are still the visitor's own words: “{copied}”. Say it in other words."


def _known(said: str, topic: str, topics: Topics) -> str | None:
    owner = topics.owners.get(" ".join(words(said)))
    if owner == topic:
        return "This topic has this sentence already."
    if owner is not None:
        return (
            f"This sentence stands under “{topics.title(owner)}” already, and can belong to one topic only. "
            "Choose that topic, or say it differently."
        )
    return None


def _warnings(said: str, topic: str | None, around: Surroundings, topics: Topics) -> list[str]:
    found = []
    if (near := around.nearly_same) is not None and words(near.sentence) != words(said):
        where = "this topic" if near.topic == topic else f"“{topics.title(near.topic)}”"
        found.append(f"Nearly the same is there already, under {where}: “{near.sentence}”. It may teach nothing new.")
    is_for_danger = topic is not None and is_danger(topic)  # what those have in common is not what they are about
    if around.between is not None and not is_for_danger:
        one, other = (topics.title(name) for name in around.between)
        found.append(
            f"It lies between “{one}” and “{other}”: the assistant may mix them up. Say more clearly what is meant."
        )
    elif (
        topic is not None
        and not is_for_danger
        and around.by_meaning
        and topic in topics.by_name
        and topic not in around.topics[:_FAR]
    ):
        found.append(
            f"It is far from what “{topics.title(topic)}” holds. Nearest is “{topics.title(around.topics[0])}”."
        )
    new = [word for word in words(said) if not topics.is_known(word)]
    if new:
        listed = ", ".join(f"“{word}”" for word in dict.fromkeys(new[:_NEW_WORDS_SHOWN]))
        found.append(f"New to the assistant: {listed}. Check that none of it is a name or a place.")
    return found
