"""Faults of the line and of the server, put between the page and the chat API."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Page, Route

MESSAGES = "**/chat/messages"

Fault = Callable[[Route], None]


class Posts:
    """The messages that the page sends, each answered by the next of `faults`, and after those by the server."""

    def __init__(self, page: Page, *faults: Fault, for_ever: Fault | None = None) -> None:
        self.bodies: list[dict[str, str]] = []
        self._faults, self._for_ever = list(faults), for_ever
        page.route(MESSAGES, self._post)

    def _post(self, route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        self.bodies.append(route.request.post_data_json)
        fault = self._faults.pop(0) if self._faults else self._for_ever
        (fault or Route.continue_)(route)

    def heal(self) -> None:
        self._for_ever = None

    @property
    def ids(self) -> list[str]:
        return [body["id"] for body in self.bodies]


def cut(route: Route) -> None:
    route.abort("connectionreset")


def lost_on_the_way_back(route: Route) -> None:
    route.fetch()
    route.abort("connectionreset")


def hang(_: Route) -> None:
    """No answer ever comes."""


def refusal(status: int, code: str, message: str, **headers: str) -> Fault:
    body = json.dumps({"error": {"code": code, "message": message}})
    return lambda route: route.fulfill(status=status, content_type="application/json", headers=headers, body=body)
