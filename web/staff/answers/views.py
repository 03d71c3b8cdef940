"""What the templates show, made of answers and drafts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from clinic.answers.clinic_facts import ClinicFacts
from clinic.answers.reply import reply_of
from clinic.review.answers.desk import Placed, faults_of
from clinic.review.answers.wording import Claim, Wording
from clinic.review.answers.wording_checks import GRADED_KINDS, SOURCED_KINDS, Fault, Figures
from web.staff.answers.words import fault_in_words

_EMPTY_ROWS = 2
_MOST_ROWS = 40


@dataclass(frozen=True)
class AnswerForm:
    """What was typed; `seen`: the version of the draft that was on the page, 0 without one.

    `is_whole`: all lines of statements came that were on the page, so that none is lost by the way.
    """

    wording: Wording
    seen: int
    rows: int = 0
    is_whole: bool = True

    @property
    def claims(self) -> list[Claim]:
        """Those that are there, and some empty rows to write in."""
        filled = list(self.wording.claims)
        wanted = min(max(self.rows, len(filled) + _EMPTY_ROWS), max(_MOST_ROWS, len(filled)))
        return [*filled, *[Claim("", "")] * (wanted - len(filled))]


@dataclass(frozen=True)
class Piece:
    """A run of letters and why they stand out; `why` is empty where they do not."""

    text: str
    why: str = ""


@dataclass(frozen=True)
class Checked:
    """The result of the checks: sentences, the text with the places marked, and the figures."""

    faults: list[str]
    pieces: list[Piece]
    figures: Figures
    has_limits: bool
    is_graded: bool

    @property
    def is_fine(self) -> bool:
        """Whether it may be submitted."""
        return not self.faults

    @property
    def has_places(self) -> bool:
        """Whether there is something to mark."""
        return any(piece.why for piece in self.pieces)


def checked(placed: Placed, wording: Wording) -> Checked:
    """Every check, as it will be when the text is submitted and when it is approved."""
    faults, kind = faults_of(placed.answer, wording, placed.files.known()), placed.answer.kind
    return Checked(
        list(dict.fromkeys(map(fault_in_words, faults))),
        list(_marked(wording.text, faults)),
        Figures.of(wording.text),
        kind in SOURCED_KINDS,
        kind in GRADED_KINDS,
    )


def reply_shown(placed: Placed, wording: Wording, facts: ClinicFacts) -> dict[str, Any]:
    """The reply that the widget would get; buttons lead nowhere."""
    answer = placed.answer.said_with(wording, placed.files.sources(), placed.files.outline())
    reply = reply_of(answer, facts)
    buttons = [{"title": button["title"], "payload": f"preview-{i}"} for i, button in enumerate(reply["buttons"])]
    return {**reply, "buttons": buttons}


def plain_blocks(text: str) -> list[tuple[str, list[str]]]:
    """Paragraphs and lists of a reply, for browsers without scripts: `("p", lines)` and `("ul", items)`."""
    blocks: list[tuple[str, list[str]]] = []
    for part in text.split("\n\n"):
        for line in filter(None, part.split("\n")):
            name = "ul" if line.startswith("- ") else "p"
            said = line.removeprefix("- ") if name == "ul" else line
            if blocks and blocks[-1][0] == name and blocks[-1][1]:
                blocks[-1][1].append(said)
            else:
                blocks.append((name, [said]))
        blocks.append(("p", []))
    return [block for block in blocks if block[1]]


def compared(
    before: str, after: str, gone: str = "taken out", new_here: str = "new"
) -> tuple[list[Piece], list[Piece]]:
    """Two texts word by word: what only the first has, and what only the second has, stands out."""
    old, new = _words(before), _words(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = tag == "equal"
        left += [Piece("".join(old[i1:i2]), "" if same else gone)] if i2 > i1 else []
        right += [Piece("".join(new[j1:j2]), "" if same else new_here)] if j2 > j1 else []
    return left, right


def _words(text: str) -> list[str]:
    found: list[str] = []
    for word in text.replace("\n", " \n ").split(" "):
        found += [word, " "]
    return found[:-1]


def _marked(text: str, faults: Iterable[Fault]) -> Iterator[Piece]:
    places = sorted((place.start, place.end, fault_in_words(fault)) for fault in faults for place in fault.places)
    at = 0
    for start, end, why in places:
        if end <= at:
            continue
        yield Piece(text[at : max(start, at)])
        yield Piece(text[max(start, at) : end], why)
        at = end
    yield Piece(text[at:])
