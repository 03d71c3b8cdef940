"""A conversation as a regression dialogue: what is said, and what must come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clinic.review.content.errors import AlreadyThere, ContentError
from clinic.review.content.files import create, files_below
from clinic.review.content.tree import ContentTree
from clinic.review.content.typed import file_name_of, sentence_of
from clinic.review.content.yaml_comments import commented
from clinic.review.content.yaml_round_trip import dumped, text

FOLDER = "tests/conversations"
TAUGHT = f"{FOLDER}/taught"
MOST_TURNS = 60
_SAYS = frozenset({"say", "press"})
_EXPECTS = frozenset({"kind", "kinds", "topic", "topics", "not_kind", "asks", "stored", "new"})


def add_dialogue(tree: ContentTree, name: str, dialogue: Mapping[str, Any]) -> None:
    """A new file; `dialogue`: `dialogue` (its title) and `turns`, in the form of `tests/conversations`."""
    file, title = file_name_of(name), str(dialogue.get("dialogue") or "").strip()
    if not title:
        raise ContentError("Say in a line what the conversation shows.", "title")
    turns = dialogue.get("turns")
    if not isinstance(turns, list | tuple) or not turns:
        raise ContentError("The conversation has no messages.", "turns")
    if len(turns) > MOST_TURNS:
        raise ContentError(f"The conversation is too long: at most {MOST_TURNS} messages.", "turns")
    checked = [_turn(number, turn) for number, turn in enumerate(turns, start=1)]
    if not any(turn.keys() & _EXPECTS for turn in checked):
        raise ContentError("Say for at least one message what must come back.", "turns")
    if any(path.rpartition("/")[2] == f"{file}.yml" for path in files_below(tree, TAUGHT)):
        raise AlreadyThere(f"There is a conversation “{file}” already. Choose another name.", "name", file)
    made = {"dialogue": text(sentence_of(title, "title")), "turns": checked}
    create(tree, f"{TAUGHT}/{file}.yml", dumped(commented(made)))


def _turn(number: int, turn: Any) -> dict[str, Any]:
    if not isinstance(turn, Mapping) or len(turn.keys() & _SAYS) != 1:
        raise ContentError(f"Message {number}: either something is said or a button is pressed.", "turns")
    unknown = sorted(turn.keys() - _SAYS - _EXPECTS)
    if unknown:
        raise ContentError(f"Message {number}: “{unknown[0]}” cannot be checked.", "turns")
    said = str(turn.get("say", turn.get("press")) or "")
    if not said.strip() or len(said.splitlines()) > 1:
        raise ContentError(f"Message {number} has to be one line with words in it.", "turns")
    return {key: _quoted(value) for key, value in turn.items()}


def _quoted(value: Any) -> Any:
    if isinstance(value, str):
        return text(value.strip())
    if isinstance(value, Mapping):
        return {key: _quoted(inner) for key, inner in value.items()}
    return [_quoted(inner) for inner in value] if isinstance(value, list | tuple) else value
