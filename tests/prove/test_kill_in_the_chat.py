"""kill -9 of a process of the running stack while a visitor says yes: booked once, or not at all, and told which."""

from __future__ import annotations

import random
import sqlite3
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.processes import KEY, Processes, Visitor, running_processes

OPENING = [
    "I want an appointment", "first visit", "anyone", "the first one", "Robin Example", "robin@example.org",
]  # fmt: skip
ROUNDS = 8
_LONGEST_TURN = 0.35


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with running_processes(tmp_path_factory.mktemp("kill")) as processes:
        yield processes


def booked(stack: Processes, sender_name: str) -> list[str]:
    path = stack.environment["CLINIC_DB_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        query = "SELECT reference FROM appointment WHERE status = 'booked' AND reason = ?"
        return [reference for (reference,) in database.execute(query, (sender_name,))]


def yes(stack: Processes, sender: str, message_id: str) -> httpx.Response | None:
    body = {"sender": sender, "message": "yes", "metadata": {"message_id": message_id}}
    headers = {"Authorization": f"Bearer {KEY}"}
    try:
        return httpx.post(f"{stack.url}/webhooks/rest/webhook", json=body, headers=headers, timeout=30)
    except httpx.HTTPError:
        return None


@pytest.mark.parametrize("victim", ["actions", "web"])
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_yes_books_once_or_not_at_all_and_a_resend_learns_which(own_stack: Processes, victim: str, seed: int) -> None:
    sender, reason, message_id = uuid.uuid4().hex, f"legs {victim} {seed}", uuid.uuid4().hex
    visitor = Visitor(own_stack, sender)
    for message in [*OPENING, reason]:
        visitor.say(message)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(yes, own_stack, sender, message_id)
        time.sleep(random.Random(seed).uniform(0, _LONGEST_TURN))
        own_stack.end(victim)
        own_stack.start(victim)
        own_stack.wait_until_ready()
        answer.result()
    heard, until = None, time.monotonic() + 60
    while time.monotonic() < until:
        heard = yes(own_stack, sender, message_id)
        if heard is not None and heard.is_success:
            break
        time.sleep(1)
    assert heard is not None
    assert heard.is_success, heard.text
    told = " ".join(reply["text"] for reply in heard.json())
    if not booked(own_stack, reason):  # the action was lost: it says so, and the next yes books
        assert any(reply["metadata"]["topic"] != "appointment_booked" for reply in heard.json())
        visitor.say("book an appointment")
        visitor.say("yes")
        told = " ".join(reply["text"] for reply in visitor.last)
    (reference,) = booked(own_stack, reason)
    assert reference in told
