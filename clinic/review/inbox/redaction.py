"""What staff see of a conversation: no words that tell who wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from clinic.booking.names import read_name
from clinic.intake import FieldError
from clinic.review.inbox.model import InboxTurn, SaidTurn
from clinic.review.inbox.ports import SaidText


class PersonalWords(Protocol):
    """What is personal in a text; `clinic.privacy.Redactor`."""

    def redact(self, text: str, names: Iterable[str] = ()) -> str:
        """A visitor's text without it."""

    def redact_reply(self, text: str, names: Iterable[str] = ()) -> str:
        """An approved text without a visitor's values in it."""

    def names_in(self, text: str) -> list[str]:
        """Names of persons."""

    def introduced(self, text: str) -> list[str]:
        """The same, quicker, and not all."""

    def read(self, texts: Sequence[str]) -> object:
        """Read many texts ahead, which is quicker."""


class InboxRedaction:
    """Redacts by everything a conversation tells: a name given in one message goes from all of them."""

    def __init__(self, words: PersonalWords) -> None:
        self._words = words

    def turns(self, turns: Sequence[InboxTurn], said: Mapping[str, Sequence[SaidText]]) -> list[InboxTurn]:
        """Turns of many conversations; `said`: what else was typed in them."""
        self._words.read([turn.text for turn in turns if turn.reading.is_typed])
        names = {sender: self.names(texts) for sender, texts in said.items()}
        return [turn.with_text(self._text(turn, names.get(turn.sender, ()))) for turn in turns]

    def names(self, said: Iterable[SaidText]) -> tuple[str, ...]:
        """Names that were given to the form, or by phrases such as "my name is"."""
        found = [name for text in said for name in (*self._words.introduced(text.text), *_given(text))]
        return tuple(dict.fromkeys(found))

    def all_names(self, turns: Sequence[SaidTurn]) -> tuple[str, ...]:
        """All names that one conversation tells."""
        typed = [turn for turn in turns if turn.text is not None and not turn.is_button]
        texts = [turn.text or "" for turn in typed]
        self._words.read(texts)
        given = self.names(SaidText(turn.text or "", _gives_name(turn)) for turn in typed)
        return tuple(dict.fromkeys([*given, *(name for text in texts for name in self._words.names_in(text))]))

    def conversation(self, turns: Sequence[SaidTurn]) -> list[SaidTurn]:
        """A whole conversation."""
        names = self.all_names(turns)
        return [self._said(turn, names) for turn in turns]

    def _said(self, turn: SaidTurn, names: Sequence[str]) -> SaidTurn:
        text = turn.text
        if text is not None:
            text = self._words.redact_reply(text, names) if turn.is_button else self._words.redact(text, names)
        words = tuple(self._words.redact(word, names) for word in turn.words)
        replies = tuple(self._reply(reply, names) for reply in turn.replies)
        inbox = turn.inbox.with_text(text or "") if turn.inbox else None
        return replace(turn, text=text, replies=replies, words=words, inbox=inbox)

    def _reply(self, reply: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
        return {**reply, "text": self._words.redact_reply(str(reply.get("text") or ""), names)}

    def _text(self, turn: InboxTurn, names: Sequence[str]) -> str:
        if turn.reading.is_typed:
            return self._words.redact(turn.text, names)
        return self._words.redact_reply(turn.text, names)


def _gives_name(turn: SaidTurn) -> bool:
    return turn.inbox is not None and turn.inbox.reading.gives_name


def _given(said: SaidText) -> list[str]:
    """The name in an answer to the form's question."""
    if not said.gives_name:
        return []
    try:
        return [read_name(said.text)]
    except FieldError:
        return []
