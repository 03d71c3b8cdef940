"""The smoke set leaves no conversation behind, whatever the new server does."""

from __future__ import annotations

import os

import httpx
import pytest

from clinic.settings import load_settings
from keeper import trial


def test_a_server_that_stops_answering_is_asked_to_forget_the_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    erased: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            erased.append(request.url.path)
            return httpx.Response(200)
        raise httpx.ReadTimeout("slow", request=request)

    def client(**options: object) -> httpx.Client:
        return made(**options, transport=httpx.MockTransport(answer))  # type: ignore[arg-type]

    made = httpx.Client
    monkeypatch.setattr(trial.httpx, "Client", client)
    settings = load_settings({**os.environ, "SECRET_KEY": "s" * 40})
    (fault,) = trial.faults_of("http://127.0.0.1:1", settings, None)
    assert "stopped answering" in fault
    assert len(erased) == 1
