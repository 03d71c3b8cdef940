"""What is wider or higher than there is room for."""

from __future__ import annotations

from playwright.sync_api import Page

# Whatever a reader needs must lie in the window, or in something that scrolls, and then only up and down.
_CUT_OFF = """() => {
  const found = [], host = document.querySelector("rls-chat");
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className}`;
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`the page is ${wide}px too wide`);
  const panel = host?.shadowRoot.querySelector("rls-chat-panel")?.shadowRoot;
  const inView = (element, into) => {
    const box = element.getBoundingClientRect();
    const room = { left: 0, top: 0, right: innerWidth, bottom: innerHeight, ...into };
    if (!element.checkVisibility() || !box.width || box.width <= 1) return;
    const over = Math.max(room.left - box.left, room.top - box.top, box.right - room.right, box.bottom - room.bottom);
    if (over > 1) found.push(`${name(element)} is cut off by ${Math.round(over)}px`);
  };
  for (const shown of host.shadowRoot.querySelectorAll("button, p")) inView(shown, {});
  if (!panel || !panel.host.checkVisibility()) return found;
  const whole = panel.querySelector(".panel"), box = panel.host.getBoundingClientRect();
  const scroll = panel.querySelector(".scroll");
  for (const part of [whole, scroll]) {
    if (part && part.scrollWidth > part.clientWidth) found.push(`${name(part)} scrolls sideways`);
  }
  if (scroll && scroll.clientHeight < 60) found.push(`only ${scroll.clientHeight}px are left for the conversation`);
  // Where the window is too low for everything, the panel as a whole scrolls.
  const letter = parseFloat(getComputedStyle(panel.host).fontSize);
  const isLow = innerHeight < 28 * letter || innerWidth < 16 * letter;
  const low = isLow && getComputedStyle(whole).overflowY === "auto" && whole.scrollHeight > whole.clientHeight;
  const { top, bottom } = low ? { top: -1e6, bottom: 1e6 } : box;
  const parts = [".head", ".pinned", ".trouble", ".composer"].flatMap((part) => [part, `${part} *`]).join();
  for (const part of panel.querySelectorAll(parts)) inView(part, { left: box.left, right: box.right, top, bottom });
  return found;
}"""


def cut_off(page: Page) -> list[str]:
    """What does not fit, in words; empty where everything is in view or comes into it by scrolling up and down."""
    found: list[str] = page.evaluate(_CUT_OFF)
    return found
