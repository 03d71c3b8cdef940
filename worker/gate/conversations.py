"""The regression dialogues on the trial's stacks: all side by side, and what fails once more, alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import httpx

from clinic.booking.timetable import Timetable
from clinic.booking.timetable_file import load_timetable
from clinic.review.gate.comparison import MOST_SHOWN, Finding
from clinic.review.gate.dialogues import Dialogue, days_in_words, fault_of, load_dialogue
from worker.gate.ending import CannotBeChecked
from worker.gate.rest_talk import RestTalk
from worker.gate.trial_stack import TrialStack

_FOLDER = "tests/conversations"
_VISITORS = 2  # of each stack at once, beside the one that books


class Conversations:
    """The dialogues of a tree, to be tried on several stacks."""

    def __init__(self, tree: Path) -> None:
        """Raises `CannotBeChecked` for a dialogue that cannot be read, and without a timetable."""
        self._dialogues = _dialogues(tree)
        timetable = load_timetable(tree / "data/clinic/clinic.yml")
        if timetable is None:
            raise CannotBeChecked("Without a timetable in clinic.yml the conversations cannot be tried.")
        self._timetable: Timetable = timetable

    def try_on(self, stacks: Sequence[TrialStack], tell: Callable[[float], None]) -> list[Finding]:
        """What goes wrong, each stack trying its share.

        `tell` is called before each turn with how much is done; what it raises ends all of it after the turns under
        way.
        """
        done: list[Dialogue] = []

        def look() -> None:
            tell(len(done) / len(self._dialogues))

        def tried(number: int) -> dict[str, str]:
            stack, share = stacks[number], self._dialogues[number :: len(stacks)]
            with stack.client() as client:
                talker = _Talker(client, stack.database, days_in_words(self._timetable), look)
                return talker.try_all(share, done.append)

        with _threads(len(stacks)) as beside:
            found = beside.map(tried, range(len(stacks)))
            faults = {name: fault for share in found for name, fault in share.items()}
        shown = tuple(f"{name}: {fault}" for name, fault in faults.items())[:MOST_SHOWN]
        how_many = "One conversation goes" if len(faults) == 1 else f"{len(faults)} conversations go"
        return [Finding("dialogues", f"{how_many} wrong.", shown)] if faults else []


class _Talker:
    """Talks to one stack, in the part of every visitor of a dialogue."""

    def __init__(self, client: httpx.Client, database: Path, days: Mapping[str, str], look: Callable[[], None]) -> None:
        self._client, self._database, self._days, self._look = client, database, days, look

    def try_all(self, dialogues: Sequence[Dialogue], done: Callable[[Dialogue], None]) -> dict[str, str]:
        """The faults by dialogue. What fails is tried once more when nobody else talks.

        Of those that book one is tried at a time, and still a visitor who only asks for times may hold the one that
        it was offered.
        """
        booking = [d for d in dialogues if any(turn.get("stored", "none") != "none" for turn in d.turns)]
        asking, failed = [d for d in dialogues if d not in booking], []
        with _threads(1) as one, _threads(_VISITORS) as others:
            booked = one.map(self._fault, booking)
            for dialogue, fault in zip(
                [*asking, *booking], chain(others.map(self._fault, asking), booked), strict=True
            ):
                done(dialogue)
                if fault:
                    failed.append(dialogue)
        again = {dialogue.name: self._fault(dialogue) for dialogue in failed}
        return {name: fault for name, fault in again.items() if fault}

    def _fault(self, dialogue: Dialogue) -> str | None:
        try:
            return fault_of(dialogue, RestTalk(self._client, self._database, self._look), self._days)
        except httpx.HTTPError as error:
            return f"no answer ({type(error).__name__})"


@contextmanager
def _threads(number: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that begin nothing more when what waits for them breaks off."""
    pool = ThreadPoolExecutor(number)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _dialogues(tree: Path) -> list[Dialogue]:
    try:
        found = [load_dialogue(path) for path in sorted((tree / _FOLDER).glob("*/*.yml"))]
    except ValueError as error:
        raise CannotBeChecked(f"A conversation to try cannot be read: {error}") from error
    return [d for d in found if not d.not_yet]
