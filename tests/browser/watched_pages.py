"""Pages that are watched: what a page complains of, or asks of anybody else, fails the test that opened it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE = 15_000  # ms


@dataclass
class WatchedPages:
    """Opens pages, each in a context of its own; `hosts`: the addresses that pages may ask, as they begin."""

    browser: Browser
    hosts: tuple[str, ...]
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, **options: Any) -> Page:
        """A blank page; `options` are those of Playwright's `new_context`."""
        return self.watch(self.browser.new_context(**options)).new_page()

    def watch(self, context: BrowserContext) -> BrowserContext:
        """Listen to a context that was made elsewhere; it is closed at the end."""
        self._contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("console", lambda message: self._hear(message.text))
        context.on("weberror", lambda error: self._hear(str(error.error)))
        context.on("request", lambda request: self._look(request.url))
        return context

    def expect(self, pattern: str) -> None:
        """A complaint that the test provokes on purpose, as a regular expression."""
        self.expected.append(pattern)

    def close(self) -> None:
        """Close everything; fails where something was complained of, or a cookie was set."""
        cookies = [cookie for context in self._contexts for cookie in context.cookies()]
        for context in self._contexts:
            context.close()
        assert not cookies, cookies
        assert not self.complaints, self.complaints

    def _hear(self, text: str) -> None:
        if not any(re.search(pattern, text) for pattern in self.expected):
            self.complaints.append(text)

    def _look(self, url: str) -> None:
        if not url.startswith((*self.hosts, "data:", "blob:")):
            self.complaints.append(f"asked {url}")
