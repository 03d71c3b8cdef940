"""Integrations that poll get what a person says, and nobody else's conversation."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.settings import load_settings
from clinic.turns import TurnState
from web.chat.wording import Wording
from web.errors import install_error_handlers
from web.limits import RateLimit
from web.rest.messages import rest_message_routes
from web.senders import opaque_sender

SECRET_KEY = "s" * 40


@pytest.fixture
def store(database: str) -> Iterator[SqlTurnStore]:
    engine = open_engine(database)
    yield SqlTurnStore(engine)
    engine.dispose()


@pytest.fixture
def client(store: SqlTurnStore) -> Iterator[TestClient]:
    settings = load_settings({"SECRET_KEY": SECRET_KEY, "API_KEYS": "test:test-key-12345,other:other-key-12345"})
    app = FastAPI()
    install_error_handlers(app, Wording("US"))
    app.include_router(rest_message_routes(settings, store, RateLimit()))
    with TestClient(app) as found:
        yield found


def asked(client: TestClient, key: str = "test-key-12345", **query: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    return client.get("/webhooks/rest/messages", params={"sender": "me", **query}, headers=headers)


@pytest.fixture
def sender(store: SqlTurnStore) -> str:
    """A conversation with one answered message."""
    found = opaque_sender(SECRET_KEY, "test", "me")
    turn, _ = store.add(found, uuid4().hex, "hello", 1.0, 20.0)
    assert store.take(found, turn.number, 1.0, 20.0)
    store.finish(found, turn.number, TurnState.DONE, [], {}, 1.0)
    return found


def said(store: SqlTurnStore, sender: str, text: str) -> None:
    reply = {"text": text, "buttons": [], "metadata": {"kind": "handoff"}}
    store.add_later(sender, uuid4().hex, [reply], "person", 2.0)


def test_what_a_person_says_is_there_once_for_those_who_ask(
    client: TestClient, store: SqlTurnStore, sender: str
) -> None:
    assert asked(client).json() == {"messages": [], "last": 1}
    said(store, sender, "Good morning!")
    found = asked(client, after=1).json()
    assert found["last"] == 2
    (message,) = found["messages"]
    assert (message["by"], message["event"]) == ("person", 2)
    assert message["replies"] == [
        {"recipient_id": "me", "text": "Good morning!", "buttons": [], "metadata": {"kind": "handoff"}}
    ]
    assert asked(client, after=2).json() == {"messages": [], "last": 2}


def test_another_integration_s_sender_of_the_same_name_is_somebody_else(
    client: TestClient, store: SqlTurnStore, sender: str
) -> None:
    said(store, sender, "Good morning!")
    assert asked(client, key="other-key-12345").json() == {"messages": [], "last": 0}


def test_without_a_key_or_with_a_wrong_question_nothing_is_told(client: TestClient) -> None:
    assert asked(client, key="wrong").status_code == 401
    for wrong in ({"after": "x"}, {"after": -1}, {"sender": ""}, {"sender": "x" * 201}):
        assert asked(client, **wrong).status_code == 422
