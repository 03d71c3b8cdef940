"""The widget as a visitor uses it, in Debian's Chromium: what is pressed, written and read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
# Nothing of the browser's own leaves the machine.
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
_START = "I understand, start the chat"


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A browser of its own, closed afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield browser
        browser.close()


class Chat:
    """One widget on one page. Playwright looks into open shadow roots by itself."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def launcher(self) -> Locator:
        """The button on the clinic's page."""
        return self.page.locator("rls-chat [part=launcher]")

    @property
    def start(self) -> Locator:
        """The consent's button."""
        return self.page.get_by_role("button", name=_START)

    @property
    def field(self) -> Locator:
        """Where the visitor writes."""
        return self.page.get_by_label("Your message")

    @property
    def messages(self) -> Locator:
        """What both sides said, in order."""
        return self.page.locator("rls-chat-panel .message")

    @property
    def answers(self) -> Locator:
        """What the assistant said, in order."""
        return self.page.locator("rls-chat-panel .assistant")

    @property
    def said(self) -> list[str]:
        """What the visitor has said, in order."""
        texts = self.page.locator("rls-chat-panel .visitor").all_inner_texts()
        return [text.removeprefix("You:").strip() for text in texts]

    def open(self) -> None:
        """Press the launcher, where there is one, and agree."""
        if self.launcher.count():
            self.launcher.click()
        self.agree()

    def agree(self) -> None:
        """Press the consent's button."""
        self.start.click()
        self.field.wait_for()

    def write(self, text: str) -> None:
        """Send a text without waiting for the answer."""
        self.field.fill(text)
        self.field.press("Enter")

    def say(self, text: str) -> Locator:
        """Send a text; the first new answer."""
        before = self.answers.count()
        self.write(text)
        return self._answer(before)

    def choose(self, title: str) -> Locator:
        """Press the newest button of that name; the first new answer."""
        before = self.answers.count()
        self.page.locator("rls-chat-panel [part=choice]").get_by_text(title).last.click()
        return self._answer(before)

    def choose_first_time(self) -> Locator:
        """Press the first of the free times shown last."""
        before = self.answers.count()
        self.page.locator("rls-chat-panel .times").last.get_by_role("button").first.click()
        return self._answer(before)

    def _answer(self, number: int) -> Locator:
        found = self.answers.nth(number)
        found.wait_for(timeout=25_000)
        return found
