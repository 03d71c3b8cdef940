"""A picture of every staff page, into `docs/pictures/staff`, of a clinic that is made up for it."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, ViewportSize
from rich.progress import Progress

from clinic.settings import ROOT
from tools.demo.clinic import DemoClinic, demo_clinic
from tools.small_png import shrink
from tools.staff_picture_list import PICTURES, Picture
from tools.widget_visitor import running_browser
from web.staff.access import SESSION

FOLDER = ROOT / "docs" / "pictures" / "staff"
_SCREEN = ViewportSize(width=1100, height=760)
_PHONE = ViewportSize(width=320, height=640)
_TALLEST = 1800  # of a long list, the top tells enough


def take_staff_pictures() -> int:
    """Make all of them; how many."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running_browser() as browser, demo_clinic() as clinic, Progress() as bar:
        for picture in bar.track(PICTURES, description="staff pages"):
            _take(browser, clinic, picture)
    for left in FOLDER.glob("*.png"):
        if left.stem not in {picture.name for picture in PICTURES}:
            left.unlink()
    return len(PICTURES)


def _take(browser: Browser, clinic: DemoClinic, picture: Picture) -> None:
    context = _context(browser, clinic, picture)
    page = context.new_page()
    answer = page.goto(picture.address.format(**clinic.places))
    if answer is None or not answer.ok or (picture.by is not None and "/staff/sign-in" in page.url):
        context.close()
        raise RuntimeError(f"{picture.name}: {picture.address} does not show its page")
    if picture.act is not None:
        picture.act(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(900)  # checks while typing, and pictures of bars, come to rest
    width = (page.viewport_size or _SCREEN)["width"]
    for _ in range(2):  # as high as the page, which may have parts as high as a share of the screen
        height = min(page.evaluate("document.documentElement.scrollHeight"), _TALLEST)
        page.set_viewport_size({"width": width, "height": height})
    page.evaluate("scrollTo(0, 0)")
    taken = page.screenshot()
    page.goto("about:blank")
    (FOLDER / f"{picture.name}.png").write_bytes(shrink(page, taken))
    context.close()


def _context(browser: Browser, clinic: DemoClinic, picture: Picture) -> BrowserContext:
    size = _PHONE if picture.on_phone else _SCREEN
    context = browser.new_context(
        base_url=clinic.url,
        viewport=size,
        color_scheme="light",
        reduced_motion="reduce",
    )
    context.set_default_timeout(20_000)
    if picture.by is not None:
        session = clinic.staff.sessions[picture.by]
        context.add_cookies([{"name": SESSION, "value": session, "url": clinic.url}])
    return context
