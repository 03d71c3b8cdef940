"""A question that is missed, until visitors get an answer, and back: in Chromium, with real git, training and gate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clinic.staff.model import Role
from tests.content_repository import git
from tests.loop.clinic_at_work import ClinicAtWork, clinic_at_work
from tests.processes import Visitor
from tools.widget_visitor import Chat, running_browser

QUESTION = "Do I need special clothes for the leg scan?"
# Seconds; the three minutes on a machine that does nothing else are `tests/prove/test_poisoned_changes.py`'s.
LONGEST = 240
WAIT_MILLISECONDS = 30_000  # for a page, while the worker and the servers beside it are at work as well
TITLE = "Clothes for a visit"
# Other ways to ask the same: a topic needs 25.
SENTENCES = """
what clothes are best for the appointment
what should I wear to my visit
which trousers should I put on for the ultrasound
is a skirt or shorts better for the leg exam
what do I put on for my first visit
should I come in shorts
can I wear jeans to the appointment
will I have to take my trousers off
do you give me a gown for the scan
do I have to undress at the visit
how should I dress for the vein check
dress code for the appointment
are leggings ok for the exam
is it fine to come in work clothes
should I wear loose trousers to the clinic
what shoes should I wear to the visit
do I need to take off my socks
should I leave my stockings at home
clothes for the ultrasound appointment?
wat shud i wear to the appointment
can I keep my dress on while you look at my legs
do I need to bring shorts with me
which clothing is easiest for the leg check
must I change clothes at your clinic
do you want me in shorts for the scan
will a tight pair of jeans be a problem at the visit
what outfit do people wear to see you
"""
ANSWER = (
    "Wear clothes that are easy to take off below the waist. Shorts or a loose skirt are good.\n\n"
    "You can keep your shirt and your underwear on. If you wear stockings, bring them along. "
    "You do not have to buy anything for the visit."
)
STATEMENT = "Patients are asked to come in clothes that are easy to take off below the waist."


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClinicAtWork]:
    with clinic_at_work(tmp_path_factory.mktemp("loop")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=WAIT_MILLISECONDS)
    with running_browser() as found:
        yield found
    expect.set_options(timeout=None)


@pytest.fixture
def page_of(clinic: ClinicAtWork, browser: Browser) -> Iterator[Callable[[Role, str], Page]]:
    contexts: list[BrowserContext] = []

    def opened(role: Role, name: str) -> Page:
        context = browser.new_context(reduced_motion="reduce", base_url=clinic.processes.url)
        context.set_default_timeout(WAIT_MILLISECONDS)
        contexts.append(context)
        return clinic.signed_in(context, clinic.member(role, name))

    yield opened
    for context in contexts:
        context.close()


def test_a_missed_question_is_taught_answered_approved_checked_published_and_taken_back(
    clinic: ClinicAtWork, browser: Browser, page_of: Callable[[Role, str], Page]
) -> None:
    for number, way in enumerate((QUESTION, QUESTION.lower(), QUESTION.strip("?"))):
        assert Visitor(clinic.processes, f"visitor-{number}").say(way) == ["not_covered"]
    nurse = page_of(Role.EDITOR, "Nora Lind")

    teach_a_topic(nurse)
    write_the_answer(nurse)
    approve(page_of(Role.CLINICIAN, "Clara Voss"))
    clinic.listen_for_danger_once()
    asked = time.monotonic()
    check(nurse)
    admin = page_of(Role.ADMIN, "Ada Ames")
    publish(admin, nurse.url)
    live_after = time.monotonic() - asked

    chat = chat_of(browser, clinic.processes.url)
    expect(chat.say(QUESTION)).to_contain_text("easy to take off")
    assert "clothes_for_a_visit" in git(clinic.content, "show", "--stat", "main")

    go_back(admin)
    assert Visitor(clinic.processes, "visitor-after").say(QUESTION) == ["not_covered"]
    assert live_after < LONGEST
    assert_no_commit_has_it(clinic)


def teach_a_topic(page: Page) -> None:
    """From the group of those who asked the same to a new topic."""
    page.goto("/staff/inbox/groups")
    until = time.monotonic() + 90
    group = page.get_by_role("listitem").filter(has_text="3 times").filter(has_text="special clothes")
    while not group.count() and time.monotonic() < until:  # the worker reads new messages every minute
        page.wait_for_timeout(1000)
        page.reload()
    group.get_by_role("link", name="Teach these").click()
    page.get_by_role("textbox", name="In your own words 1").fill("what kind of clothes suit a leg exam")
    for number in (2, 3):
        page.get_by_role("textbox", name=f"In your own words {number}").fill("")
    page.get_by_label("A new topic", exact=True).check()
    page.get_by_label("Title of the new topic").fill(TITLE)
    page.get_by_label("Where it belongs").select_option("visit")
    page.get_by_label("More sentences").fill(SENTENCES.strip())
    page.get_by_label("Draft of the answer").fill("To be written.")
    page.get_by_label("can tell who asked").check()
    page.get_by_role("button", name="Save").click()
    if "/saved" not in page.url:  # a warning that has to be read: taught all the same
        page.get_by_label("can tell who asked").check()
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("Saved to")
    page.get_by_role("link", name="Look at the changes").click()
    expect(page.locator("main")).to_contain_text(TITLE)


def write_the_answer(page: Page) -> None:
    page.goto("/staff/answers")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_label("Text", exact=True).fill(ANSWER)
    page.get_by_label("Statement 1", exact=True).fill(STATEMENT)
    page.get_by_label("Source of statement 1").select_option("clinic_settings")
    expect(page.locator("#checks")).not_to_contain_text("to put right")
    page.get_by_role("button", name="Save and ask for approval").click()
    expect(page.get_by_role("status").first).to_contain_text("waits for a clinician")


def approve(page: Page) -> None:
    page.goto("/staff/answers")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name="Read and approve").click()
    page.get_by_label("I have read this and approve it.").check()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("status").first).to_contain_text("Approved")


def check(page: Page) -> None:
    """Ask the gate, and watch its steps until the page says that it has passed."""
    page.goto("/staff/changes")
    page.locator("main").get_by_role("link", name="Changes of").first.click()
    page.get_by_role("link", name="Check and publish").click()
    page.get_by_role("button", name="Check these changes").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Train with the new sentences")).to_be_visible(timeout=30_000)
    expect(page.locator("main .badge").first).to_have_text("Passed", timeout=240_000)


def publish(page: Page, run: str) -> None:
    page.goto(run)
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#live")).to_contain_text("On its way")
    expect(page.locator("#live")).not_to_contain_text("On its way", timeout=60_000)


def go_back(page: Page) -> None:
    page.goto("/staff/releases")
    installed = page.get_by_role("rowheader", name="As installed", exact=True)
    row = page.get_by_role("row").filter(has=installed).first
    row.get_by_role("button", name="Go back to this").click()
    expect(page.locator("#live")).not_to_contain_text("On its way", timeout=10_000)
    expect(page.locator("#live")).to_contain_text("As installed")


def assert_no_commit_has_it(clinic: ClinicAtWork) -> None:
    """What visitors wrote stays out of git, on `main` and in every set; here alone it stands, as part of the test."""
    written = git(clinic.content, "log", "-p", "-m", "--all", "--", ".", ":(exclude)tests/loop").lower()
    assert TITLE.lower() in written
    assert QUESTION.lower().strip("?") not in written


def chat_of(browser: Browser, url: str) -> Chat:
    page = browser.new_context(reduced_motion="reduce").new_page()
    page.goto(url)
    chat = Chat(page)
    chat.open()
    return chat
