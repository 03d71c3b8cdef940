"""`web` on a real port with a real SQLite file, before a stand-in for Rasa whose behaviour a test chooses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from clinic.settings import load_settings
from tests.serving import Served
from tools.migrate import upgrade
from web.app import create_app
from web.chat import second_net

KEY = "test-key-12345"


@dataclass
class StandInRasa:
    """Answers turns as told: `mode` is ok, alarm, slow, failing, empty or alarm_then_failing.

    It erases while it `erases`, but for a sender in `keeps`.
    """

    mode: str = "ok"
    turns: list[dict[str, Any]] = field(default_factory=list)
    running: int = 0
    most_at_once: int = 0
    erases: bool = True
    erased: list[str] = field(default_factory=list)
    keeps: set[str] = field(default_factory=set)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/webhooks/clinic/ready")
        async def ready() -> dict[str, str]:
            return {"status": "ready"}

        @app.delete("/webhooks/clinic/conversations/{sender}")
        async def erase(sender: str) -> JSONResponse:
            if not self.erases or sender in self.keeps:
                return JSONResponse({"error": "no_model"}, 503)
            self.erased.append(sender)
            return JSONResponse({"status": "erased"})

        @app.post("/webhooks/clinic/turn")
        async def turn(request: Request) -> JSONResponse:
            body = await request.json()
            self.turns.append(body)
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)
            try:
                await asyncio.sleep(30 if self.mode == "slow" else 0.02)
            finally:
                self.running -= 1
            return self._answer(body)

        return app

    def _answer(self, body: dict[str, Any]) -> JSONResponse:
        if self.mode == "failing":
            return JSONResponse({"error": "turn_failed", "trace": {}}, 500)
        if self.mode == "empty":
            return JSONResponse({"error": "no_reply", "trace": {}}, 502)
        if self.mode == "alarm_then_failing":
            return JSONResponse({"error": "no_reply", "trace": {"triage": {"intent": "urgent_clot"}}}, 502)
        said = body.get("text") or body.get("payload")
        reply = {
            "text": f"heard {said}",
            "buttons": [{"title": "Iron", "payload": "/iron"}],
            "metadata": {"kind": "answer", "topic": "iron", "sources": [], "review": {"status": "unreviewed"}},
        }
        if self.mode == "alarm":
            reply["metadata"] = {**reply["metadata"], "kind": "urgent", "topic": "clot"}
        intent = "all_clear" if "false alarm" in said else "iron"
        return JSONResponse({"replies": [reply], "trace": {"intent": intent, "confidence": 0.9}})


@pytest.fixture(scope="session", autouse=True)
def one_net() -> Iterator[None]:
    """FastAPI remembers the routes of every app it made: the 160 MB of the second net must not be there each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(second_net, "load_net", lru_cache(second_net.load_net))
        yield


@pytest.fixture
def rasa() -> Iterator[tuple[StandInRasa, Served]]:
    stand_in = StandInRasa()
    served = Served(stand_in.app())
    yield stand_in, served
    served.stop()


@pytest.fixture
def database(tmp_path: Any) -> str:
    url = f"sqlite:///{tmp_path}/clinic.db"
    upgrade(url)
    return url


@pytest.fixture
def more_settings() -> dict[str, str]:
    """Settings of one's own beside the usual ones: a module or a class has this fixture anew."""
    return {}


@pytest.fixture
def web_environment(rasa: tuple[StandInRasa, Served], database: str, more_settings: dict[str, str]) -> dict[str, str]:
    return {
        "SECRET_KEY": "s" * 40,
        "API_KEYS": f"test:{KEY},other:other-key-12345",
        "RASA_URL": rasa[1].url,
        "CLINIC_DB_URL": database,
        "TURN_BUDGET_SECONDS": "3",
        **more_settings,
    }


@contextmanager
def running_web(environment: dict[str, str], **changes: Any) -> Iterator[httpx.Client]:
    """`web` with these settings; `changes`: fields of `Settings` that the environment does not name."""
    served = Served(create_app(replace(load_settings(environment), **changes)))
    with httpx.Client(base_url=served.url, headers={"Authorization": f"Bearer {KEY}"}, timeout=30) as client:
        yield client
    served.stop()


@pytest.fixture
def web(web_environment: dict[str, str]) -> Iterator[httpx.Client]:
    with running_web(web_environment) as client:
        yield client


def say(client: httpx.Client, message: Any, sender: str = "ann", **metadata: Any) -> httpx.Response:
    """One message over REST."""
    body = {"sender": sender, "message": message, "metadata": metadata or None}
    return client.post("/webhooks/rest/webhook", json=body)
