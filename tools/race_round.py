"""One round of the race: many clients want one time at once, each with a key of its own, some with a double click."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

_SECONDS = 60  # after which a client that knows nothing counts as left in silence
_DOUBLE_CLICKS = 10  # every so many clients one sends its wish twice at once
_CREATED, _TAKEN, _BUSY = 201, 409, 503
_PERSON = {"name": "Ann Example", "contact": "ann@example.org", "reason": "restless legs", "consent": True}


@dataclass
class Outcome:
    """What a client knows in the end: a reference it has booked, or that the time is taken; `faults`: anything else."""

    seconds: float = 0.0
    reference: str | None = None
    is_taken: bool = False
    nearest: list[tuple[str, str]] = field(default_factory=list)
    busy: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wish:
    """The one time of a round, as the API writes it."""

    visit_type: str
    clinician: str
    start: str


class Door:
    """The processes that answer, and new connections to them for a round; a client's are always with the same key."""

    def __init__(self, urls: list[str], keys: list[str]) -> None:
        """Nothing is connected yet."""
        self._pools = [[_pool(url, key) for url in urls] for key in keys]

    def of(self, client: int, click: int = 0) -> httpx.AsyncClient:
        """Connections of a client's first or second click; the second goes to another process."""
        pools = self._pools[client % len(self._pools)]
        return pools[(client + click) % len(pools)]

    async def __aenter__(self) -> Door:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(pool.aclose() for pools in self._pools for pool in pools))


def _pool(url: str, key: str) -> httpx.AsyncClient:
    # A connection that the server is about to close for idleness must not be written to: it closes them after 5 s.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=2)
    headers, no_tls = {"Authorization": f"Bearer {key}"}, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.AsyncClient(
        base_url=f"{url}/booking/v1", headers=headers, limits=limits, timeout=_SECONDS, verify=no_tls
    )


async def run_round(door: Door, wish: Wish, clients: int) -> list[Outcome]:
    """All clients at once; the double clicks' second halves stand behind them in the list."""
    start = asyncio.Event()
    keys = [uuid.uuid4().hex for _ in range(clients)]
    clicks = [(at, 0) for at in range(clients)] + [(at, 1) for at in range(0, clients, _DOUBLE_CLICKS)]
    wishes = [_client(door.of(at, click), wish, f"sender-{keys[at]}", keys[at], start) for at, click in clicks]
    running = [asyncio.create_task(one) for one in wishes]
    await asyncio.sleep(0)
    start.set()
    outcomes = await asyncio.gather(*running)
    for (client, click), outcome in zip(clicks, outcomes, strict=True):
        if click and outcome.reference != outcomes[client].reference:
            outcome.faults.append("the second click heard something else")
    return outcomes


async def free_ones_that_cannot_be_had(door: Door, wish: Wish, named: set[tuple[str, str]]) -> list[str]:
    """Hold each time that was named as free and give it up again; those that could not be had."""
    refused = []
    for start, clinician in sorted(named):
        outcome, sender = Outcome(), uuid.uuid4().hex
        body = {"sender": sender, "visit_type": wish.visit_type, "clinician": clinician, "start": start}
        held = await _truth(door.of(0), "POST", "/holds", body, sender, outcome)
        if held is None or held.status_code != _CREATED:
            refused.append(f"{start} {clinician}")
            continue
        await _truth(door.of(0), "DELETE", f"/holds/{held.json()['reference']}", {"sender": sender}, sender, outcome)
    return refused


async def _client(http: httpx.AsyncClient, wish: Wish, sender: str, key: str, start: asyncio.Event) -> Outcome:
    outcome = Outcome()
    await start.wait()
    begun = time.perf_counter()
    body = {"sender": sender, "visit_type": wish.visit_type, "clinician": wish.clinician, "start": wish.start}
    held = await _truth(http, "POST", "/holds", body, key, outcome)
    if held is not None and held.status_code == _CREATED:
        path = f"/holds/{held.json()['reference']}/confirm"
        booked = await _truth(http, "POST", path, {"sender": sender, **_PERSON}, key, outcome)
        if booked is not None and booked.is_success and booked.json()["status"] == "booked":
            outcome.reference = booked.json()["reference"]
        elif booked is not None:
            outcome.faults.append(f"confirm {booked.status_code}")
    elif held is not None:
        _note_refusal(held, outcome)
    outcome.seconds = time.perf_counter() - begun
    return outcome


def _note_refusal(answer: httpx.Response, outcome: Outcome) -> None:
    error: dict[str, Any] = answer.json()["error"] if answer.status_code < 500 else {}
    if answer.status_code == _TAKEN and error.get("code") == "time_taken" and len(error["nearest"]) > 0:
        outcome.is_taken = True
        outcome.nearest = [(slot["start"], slot["clinician"]) for slot in error["nearest"]]
    else:
        outcome.faults.append(f"hold {answer.status_code} {error.get('code', '')}".strip())


async def _truth(
    http: httpx.AsyncClient, method: str, path: str, body: dict[str, Any], key: str, outcome: Outcome
) -> httpx.Response | None:
    """The first answer that is not an honest "busy, try again"; `None` where none came in time."""
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until:
        try:
            answer = await http.request(method, path, json=body, headers={"Idempotency-Key": key})
        except httpx.HTTPError as error:
            outcome.faults.append(type(error).__name__)
            return None
        if answer.status_code != _BUSY or answer.json()["error"]["code"] != "unavailable":
            return answer
        outcome.busy += 1
        await asyncio.sleep(float(answer.headers["Retry-After"]) * random.uniform(0.5, 1.5))
    outcome.faults.append("never answered")
    return None


def faults(outcomes: list[Outcome]) -> list[str]:
    """Why a round is lost: not one winner, somebody in between, a fault; empty where all is well."""
    winners = {one.reference for one in outcomes if one.reference}
    found = [] if len(winners) == 1 else [f"{len(winners)} winners"]
    undecided = sum(not one.faults and one.reference is None and not one.is_taken for one in outcomes)
    found += [f"{undecided} know nothing"] if undecided else []
    told = Counter(fault for one in outcomes for fault in one.faults)
    return found + [f"{number} times {fault}" for fault, number in told.items()]
