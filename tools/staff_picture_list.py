"""Which pictures of the staff pages there are, whose eyes see them, and what is done on a page first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tools.demo.staff import PASSWORD


@dataclass(frozen=True)
class Picture:
    """`address`: with places in braces; `by`: who is signed in; `act`: what is done there first.

    `shows`: the route of the page that is there then, where it is another one.
    """

    name: str
    address: str
    by: str | None = "nurse"
    act: Callable[[Page], None] | None = None
    shows: str = ""
    on_phone: bool = False

    @property
    def route(self) -> str:
        """The page's address with its places."""
        return self.shows or self.address.partition("?")[0]


def _give_password(page: Page) -> None:
    page.get_by_label("E-mail address").fill("nora.lind@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Second step").wait_for()


def _invite(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Max Reed")
    page.get_by_label("E-mail address").fill("max.reed@example.org")
    page.get_by_label("Role").select_option("reader")
    page.get_by_role("button", name="Make the invitation").click()
    page.get_by_label("Link").wait_for()


def _ask_for_codes(page: Page) -> None:
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Show new codes").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()


def _choose_topic(page: Page) -> None:
    page.get_by_label("In your own words").fill("where can visitors leave their car")
    page.get_by_label("A new topic").check()
    page.get_by_label("Title of the new topic").fill("Parking")


def _warn_of_danger(page: Page) -> None:
    page.get_by_label("The sentence, as a visitor would say it").fill("my leg went cold and white in the night")
    page.get_by_label("Danger", exact=True).check()
    page.get_by_label("Kind of danger").select_option("limb")


def _save_sentence(page: Page) -> None:
    page.get_by_label("The sentence, as a visitor would say it").fill("does swimming ease the legs")
    page.get_by_label("Another topic").check()
    page.get_by_label("Which topic?").fill("Exercise")
    page.get_by_label("Nothing in this sentence can tell who asked").check()
    for _ in range(2):  # what is warned of is shown first, then saved
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_load_state()
        if page.get_by_role("heading", name="Saved", exact=True).count():
            return


def _type_a_promise(page: Page) -> None:
    words = page.get_by_label("Text")
    words.fill(f"{words.input_value()}\n\nThis will cure you.")
    page.get_by_text("put right").first.wait_for()


PICTURES = (
    # First of all: nobody waits longer than three minutes.
    Picture("chats", "/staff/chats"),
    Picture("chat-waiting", "/staff/chats/{waiting}", shows="/staff/chats/{sender}"),
    Picture("sign-in", "/staff/sign-in", by=None),
    Picture("sign-in-code", "/staff/sign-in", by=None, act=_give_password, shows="/staff/sign-in/code"),
    Picture("join", "/staff/join/{link}", by=None),
    Picture("profile", "/staff/profile"),
    Picture("profile-password", "/staff/profile/password"),
    Picture("profile-app", "/staff/profile/app"),
    Picture("profile-recovery-codes", "/staff/profile/recovery-codes"),
    Picture("recovery-codes", "/staff/profile/recovery-codes", act=_ask_for_codes),
    Picture("people", "/staff/people", by="admin"),
    Picture("people-invite", "/staff/people/invite", by="admin"),
    Picture("people-link", "/staff/people/invite", by="admin", act=_invite),
    Picture("people-one", "/staff/people/{account}", by="admin"),
    Picture("record", "/staff/audit", by="admin"),
    Picture("record-check", "/staff/audit/check", by="admin"),
    Picture("chat-taken", "/staff/chats/{taken}", shows="/staff/chats/{sender}"),
    Picture("inbox", "/staff/inbox"),
    Picture("inbox-groups", "/staff/inbox/groups"),
    Picture("inbox-conversation", "/staff/inbox/conversations/{sender}"),
    Picture("teach", "/staff/teach/new?turn={turn}"),
    Picture("teach-new-topic", "/staff/teach/new?turn={turn}", act=_choose_topic),
    Picture("teach-danger", "/staff/teach", act=_warn_of_danger),
    Picture("teach-saved", "/staff/teach", act=_save_sentence, shows="/staff/teach/saved"),
    Picture("teach-conversation", "/staff/teach/dialogue?turn={turn}"),
    Picture("answers", "/staff/answers"),
    Picture("answers-waiting", "/staff/answers?need=waiting"),
    Picture("answers-one", "/staff/answers/one/caffeine_alcohol", shows="/staff/answers/one/{key}"),
    Picture("answers-faults", "/staff/answers/one/sleep", act=_type_a_promise, shows="/staff/answers/one/{key}"),
    Picture("answers-sent-back", "/staff/answers/one/exercise", shows="/staff/answers/one/{key}"),
    Picture(
        "answers-approve", "/staff/answers/one/iron/approve", by="doctor", shows="/staff/answers/one/{key}/approve"
    ),
    Picture("answers-article", "/staff/answers/article", by="doctor"),
    Picture("changes", "/staff/changes"),
    Picture("changes-one", "/staff/changes/{change_set}"),
    Picture("changes-abandon", "/staff/changes/{change_set}/abandon"),
    Picture("releases", "/staff/releases"),
    Picture("releases-new", "/staff/releases/new?changes={change_set}"),
    Picture("releases-running", "/staff/releases/checks/{running}", shows="/staff/releases/checks/{run_id}"),
    Picture("releases-passed", "/staff/releases/checks/{passed}", shows="/staff/releases/checks/{run_id}"),
    Picture(
        "releases-refused", "/staff/releases/checks/{refused}", by="admin", shows="/staff/releases/checks/{run_id}"
    ),
    Picture("calls", "/staff/calls", by="desk"),
    Picture("calls-one", "/staff/calls/{call}", by="desk", shows="/staff/calls/{reference}"),
    Picture("calls-question", "/staff/calls/{question}", by="desk", shows="/staff/calls/{reference}"),
    Picture("day", "/staff/day?day={day}", by="desk"),
    Picture("day-week", "/staff/day/week?day={day}", by="desk"),
    Picture("day-list", "/staff/day/list", by="desk"),
    Picture("day-emergencies", "/staff/day/emergencies", by="desk"),
    Picture("day-book", "/staff/day/book?visit_type=first_visit&day={day}", by="desk"),
    Picture("day-book-who", "/staff/day/book/{held}", by="desk", shows="/staff/day/book/{reference}"),
    Picture("day-visit", "/staff/day/visits/{visit}", by="desk", shows="/staff/day/visits/{reference}"),
    Picture("day-missed", "/staff/day/visits/{missed}", by="desk", shows="/staff/day/visits/{reference}"),
    Picture("day-move", "/staff/day/visits/{visit}/move", by="desk", shows="/staff/day/visits/{reference}/move"),
    Picture("day-cancel", "/staff/day/visits/{visit}/cancel", by="desk", shows="/staff/day/visits/{reference}/cancel"),
    Picture("numbers", "/staff/numbers", by="reader"),
    Picture("clinic", "/staff/clinic", by="admin"),
    Picture("clinic-hours", "/staff/clinic/hours", by="admin"),
    Picture("clinic-closed", "/staff/clinic/closed", by="admin"),
    Picture("clinic-rules", "/staff/clinic/rules", by="admin"),
    Picture(
        "clinic-clinician", "/staff/clinic/clinicians/demo_two", by="admin", shows="/staff/clinic/clinicians/{id_}"
    ),
    Picture("clinic-visit", "/staff/clinic/visit-types/follow_up", by="admin", shows="/staff/clinic/visit-types/{id_}"),
    Picture("phone-inbox", "/staff/inbox", on_phone=True),
    Picture("phone-chat", "/staff/chats/{taken}", shows="/staff/chats/{sender}", on_phone=True),
    Picture("phone-teach", "/staff/teach/new?turn={turn}", on_phone=True),
    Picture("phone-answer", "/staff/answers/one/caffeine_alcohol", shows="/staff/answers/one/{key}", on_phone=True),
    Picture("phone-day", "/staff/day?day={day}", by="desk", on_phone=True),
)
