"""One browser and one stack for all tests; pages and chats of their own for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from clinic.settings import ROOT
from tests.browser.axe_rules import broken_rules
from tests.browser.sizes import cut_off
from tests.browser.watched_pages import PATIENCE, WatchedPages
from tests.node_packages import install_packages
from tests.processes import Processes, running_processes
from tools.clinic_site import ClinicSite, served_clinic_site
from tools.widget_visitor import Chat, running_browser

# Tests come from one address, many more in a minute than a clinic's waiting room.
LIMITS = ("CHAT_SESSIONS_PER_MINUTE_PER_ADDRESS", "CHAT_MESSAGES_PER_MINUTE_PER_ADDRESS", "CHAT_MESSAGES_PER_MINUTE")

NewChat = Callable[..., Chat]
Faults = Callable[[Page], list[str]]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with pytest.MonkeyPatch.context() as patch:
        for limit in LIMITS:
            patch.setenv(limit, "10000")
        with running_processes(tmp_path_factory.mktemp("stack")) as processes:
            yield processes


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)  # behind many a page git, YAML or the encoder are at work
    with running_browser() as found:
        yield found
    expect.set_options(timeout=None)


@pytest.fixture
def clinic_site(stack: Processes) -> Iterator[ClinicSite]:
    with served_clinic_site(stack.url) as site:
        yield site


@pytest.fixture
def pages(browser: Browser, stack: Processes, clinic_site: ClinicSite) -> Iterator[WatchedPages]:
    watched = WatchedPages(browser, (stack.url, clinic_site.url))
    yield watched
    watched.close()


@pytest.fixture
def new_chat(pages: WatchedPages, clinic_site: ClinicSite) -> NewChat:
    """A visitor at the clinic's page, or at `url`; the rest are options of Playwright's `new_context`."""

    def visit(url: str | None = None, **options: Any) -> Chat:
        page = pages.open(**options)
        page.goto(url or clinic_site.url)
        return Chat(page)

    return visit


@pytest.fixture(scope="session")
def axe() -> str:
    return (install_packages(ROOT / "widget") / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
def faults(axe: str) -> Faults:
    """What axe finds on a page, and what does not fit on it."""

    def look(page: Page) -> list[str]:
        return broken_rules(page, axe) + cut_off(page)

    return look
