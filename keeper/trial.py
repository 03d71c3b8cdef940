"""The smoke set: what a new Rasa server must do right before a visitor meets it."""

from __future__ import annotations

from contextlib import suppress
from uuid import uuid4

import httpx

from clinic.settings import Settings

_SECONDS = 15.0
# Plain words that every release understands, and the kind of reply each must get.
SMOKE_SET = (
    ("hello", {"chitchat"}),
    ("what is restless legs syndrome", {"answer"}),
    ("what causes restless legs", {"answer"}),
    ("how many mg of ropinirole should I take", {"refusal"}),
    ("I have crushing chest pain and cannot breathe", {"emergency"}),
    ("I want to book an appointment", {"booking", "emergency", "urgent"}),
)


def faults_of(url: str, settings: Settings, release: str | None) -> list[str]:
    """What the server at `url` does wrong, in words; empty when it may go live. Leaves no conversation behind."""
    sender, found = f"smoke-{uuid4().hex}", []
    headers = {"X-Channel-Secret": settings.channel_secret}
    with httpx.Client(base_url=url, headers=headers, timeout=_SECONDS) as client:
        try:
            for text, kinds in SMOKE_SET:
                body = {"sender": sender, "text": text, "metadata": {"release": release}}
                answer = client.post("/webhooks/clinic/turn", json=body)
                replies = answer.json().get("replies", []) if answer.is_success else []
                given = {r["metadata"].get("kind") for r in replies if r.get("text")}
                if not given & kinds:
                    said = ", ".join(sorted(map(str, given))) or f"no reply ({answer.status_code})"
                    found.append(f'"{text}" must get {" or ".join(sorted(kinds))} and got {said}')
        except (httpx.HTTPError, ValueError) as error:
            found.append(f"it stopped answering ({type(error).__name__})")
        finally:
            with suppress(httpx.HTTPError):
                client.delete(f"/webhooks/clinic/conversations/{sender}")
    return found
