"""The whole red-flag set over REST: in the middle of the booking form, and with Rasa stopped."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.processes import Processes, Visitor, running_processes
from tools.red_flags import PARTS, judged

ANSWERS = ["Jordan Example", "jordan@example.org", "aching legs at night", "Tuesday mornings"]
# What is asked after each of them; the first after the wish alone.
QUESTIONS = (
    "appointment_name", "appointment_contact", "appointment_reason", "appointment_preferred_time",
    "appointment_confirmed",
)  # fmt: skip
EVIDENCE = Path("docs/evidence/red-flags-over-rest.md")
ALARMS = {"emergency", "urgent"}
AT_ONCE = 4
IN_THE_FORM, RASA_STOPPED = PLACES = "in the form", "Rasa stopped"


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with running_processes(tmp_path_factory.mktemp("red-flags")) as processes:
        yield processes


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[list[str]]:
    head = [
        "# Red flags over REST",
        "",
        "`make prove`: the sentences of tests/nlu/red_flags, each in a conversation of its own.",
        "",
        "| where | part | flags caught | false alarms |",
        "|---|---|---|---|",
    ]
    rows: list[str] = []
    yield rows
    if len(rows) == len(PLACES) * len(PARTS):  # each row stands for a test that passed
        EVIDENCE.write_text("\n".join([*head, *rows]) + "\n", "utf-8")


def in_the_form(stack: Processes, row: int, text: str) -> set[str]:
    """Kinds of the replies to a message sent at one of the form's five steps, in turns."""
    visitor = Visitor(stack, uuid.uuid4().hex)
    # A call back: hundreds of visitors at once would hold every free time.
    step = row % len(QUESTIONS)
    for answer in ["Can I talk to someone?", "yes", *ANSWERS[:step]]:
        visitor.say(answer)
    assert visitor.topics[-1] == QUESTIONS[step]
    return set(visitor.say(text))


def without_rasa(stack: Processes, row: int, text: str) -> set[str]:
    """Kinds of the replies; an honest error counts as none."""
    visitor = Visitor(stack, uuid.uuid4().hex)
    answer = visitor.post(text)
    while answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        time.sleep(1)
        answer = visitor.post(text)
    return {reply["metadata"]["kind"] for reply in answer.json()} if answer.is_success else set()


def assert_as_the_nets_say(where: str, ask, stack: Processes, part: str, table: list[str]) -> None:  # type: ignore[no-untyped-def]
    """The door gives an alarm wherever the nets see one, and hardly anywhere else: a net that is late counts as one."""
    judgements = judged(part)
    with ThreadPoolExecutor(AT_ONCE) as visitors:
        replies = list(visitors.map(lambda at: ask(stack, at[0], at[1].text), enumerate(judgements)))
    alarmed = [bool(kinds & ALARMS) for kinds in replies]
    caught, total = Counter[bool](), Counter(row.is_flag for row in judgements)
    for row, alarm in zip(judgements, alarmed, strict=True):
        caught[row.is_flag] += alarm
    pairs = list(zip(judgements, alarmed, strict=True))
    assert not [row.id for row, alarm in pairs if row.alarm and not alarm]
    assert sum(alarm and not row.alarm for row, alarm in pairs) <= len(pairs) / 200
    table.append(f"| {where} | {part} | {caught[True]} of {total[True]} | {caught[False]} of {total[False]} |")


@pytest.mark.parametrize("part", PARTS)
def test_inside_the_booking_form_every_danger_is_caught_that_is_caught_outside(own_stack, part, table) -> None:  # type: ignore[no-untyped-def]
    assert_as_the_nets_say(IN_THE_FORM, in_the_form, own_stack, part, table)


@pytest.mark.parametrize("part", PARTS)
def test_with_rasa_stopped_every_danger_is_caught_that_is_caught_with_it(own_stack, part, table) -> None:  # type: ignore[no-untyped-def]
    if own_stack.is_alive("rasa"):
        own_stack.end("rasa")
    assert_as_the_nets_say(RASA_STOPPED, without_rasa, own_stack, part, table)
