"""People who chat all the time, while a test does something to the clinic."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from tests.loop.clinic_at_work import ClinicAtWork
from tests.processes import Visitor

# What they say over and over, and the kind of the one reply to it.
SAID = (
    ("hello", "chitchat"),
    ("what is restless legs syndrome", "answer"),
    ("why", "answer"),
    ("how is it treated", "answer"),
    ("I want to book an appointment", "booking"),
    ("stop", "booking"),
)


@dataclass(frozen=True)
class Line:
    """What a visitor said, and what came of it; `status` 0: no answer at all."""

    text: str
    wanted: str
    status: int
    kinds: tuple[str, ...] = ()
    problem: str = ""

    @property
    def is_answered(self) -> bool:
        return self.status == httpx.codes.OK and self.kinds == (self.wanted,)


@dataclass
class Talker:
    """Somebody who goes on chatting until told to stop."""

    name: str
    said: list[Line] = field(default_factory=list)

    def talk(self, clinic: ClinicAtWork, stop: threading.Event) -> None:
        visitor = Visitor(clinic.processes, self.name)
        while not stop.wait(1.5):
            self.said.append(self._line(visitor, *SAID[len(self.said) % len(SAID)]))

    def _line(self, visitor: Visitor, text: str, wanted: str) -> Line:
        try:
            answer = visitor.post(text, message_id=f"{self.name}-{len(self.said)}")
        except httpx.HTTPError as error:
            return Line(text, wanted, 0, problem=repr(error))
        if not answer.is_success:
            return Line(text, wanted, answer.status_code, problem=answer.text)
        return Line(text, wanted, answer.status_code, tuple(reply["metadata"]["kind"] for reply in answer.json()))


@contextmanager
def chatting(clinic: ClinicAtWork, people: int) -> Iterator[list[Talker]]:
    """So many people chat meanwhile; afterwards all of them have stopped."""
    stop, talkers = threading.Event(), [Talker(f"talker-{n}") for n in range(people)]
    threads = [threading.Thread(target=talker.talk, args=(clinic, stop)) for talker in talkers]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    try:
        yield talkers
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert not [thread.name for thread in threads if thread.is_alive()]


def wait_until_each_has_said(lines: int, talkers: list[Talker], seconds: float = 180) -> None:
    until = time.monotonic() + seconds
    while min(len(talker.said) for talker in talkers) < lines:
        assert time.monotonic() < until, {talker.name: len(talker.said) for talker in talkers}
        time.sleep(0.5)
