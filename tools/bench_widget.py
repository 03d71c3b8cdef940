"""How long a visitor waits: for the launcher on the clinic's page, and from Enter to the answer on the screen."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tools.clinic_site import served_clinic_site
from tools.widget_visitor import CHROMIUM, Chat, running_browser

LOADS = 20
# Looks at every frame: what it finds has been laid out and is painted with the next one.
_LAUNCHER_SEEN = """() => new Promise((seen) => {
  const look = () => {
    const button = document.querySelector("rls-chat")?.shadowRoot?.querySelector("[part=launcher]");
    if (button?.getBoundingClientRect().width) requestAnimationFrame(() => seen(performance.now()));
    else requestAnimationFrame(look);
  };
  look();
})"""
_ANSWER_SEEN = """(number) => new Promise((seen) => {
  const panel = document.querySelector("rls-chat").shadowRoot.querySelector("rls-chat-panel").shadowRoot;
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const started = performance.now();
    const look = () => {
      const isThere = panel.querySelectorAll(".assistant").length > number;
      if (isThere) requestAnimationFrame(() => seen(performance.now() - started));
      else requestAnimationFrame(look);
    };
    look();
  }, { once: true });
})"""


def widget_times(url: str, questions: list[str]) -> dict[str, list[float]]:
    """Milliseconds, sorted, by what was waited for; `url`: the assistant's address. Empty without Chromium."""
    if not Path(CHROMIUM).exists():
        return {}
    with served_clinic_site(url) as site, running_browser() as browser:
        return {
            "launcher on the page, from the start of loading": sorted(_loads(browser, site.url)),
            "answer on the screen, from Enter": sorted(_answers(browser, site.url, questions)),
        }


def _loads(browser: Browser, url: str) -> list[float]:
    times = []
    for _ in range(LOADS):
        context = browser.new_context()  # with nothing in its cache
        page = context.new_page()
        page.goto(url, wait_until="commit")
        times.append(page.evaluate(_LAUNCHER_SEEN))
        context.close()
    return times


def _answers(browser: Browser, url: str, questions: list[str]) -> list[float]:
    page = browser.new_page()
    page.goto(url)
    chat = Chat(page)
    chat.open()
    times = []
    for question in questions:
        number = chat.answers.count()
        chat.field.fill(question)
        waiting = page.evaluate_handle(f"(number) => {{ window.seen = ({_ANSWER_SEEN})(number); }}", number)
        waiting.dispose()
        chat.field.press("Enter")
        times.append(page.evaluate("() => window.seen"))
    return times
