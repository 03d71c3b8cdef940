"""The inbox as text says what the pages say, and no more of anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.staff.model import Role
from tests.contract.made_up_inbox import reply, sure_of
from tests.unit.review.teaching_room import TITLES
from tests.web.staff.inbox_site import ZONE, InboxSite, inbox_site
from tools.inbox import arguments, group_lines, list_lines, query_of


@pytest.fixture
def web(tmp_path: Path) -> Iterator[InboxSite]:
    with inbox_site(tmp_path) as site:
        yield site


def listed(web: InboxSite, *given: str) -> str:
    wanted = arguments(["list", *given])
    return "\n".join(list_lines(web.desk, query_of(wanted, ZONE), wanted.most, ZONE, TITLES.get))


def test_a_list_says_what_happened_and_hides_who_asked(web: InboxSite) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("My name is Priya Natarajan, does cbd oil help?")
    visitor.says("how many pills", reply("refusal", "dose"), trace=sure_of(("refusal_dose", 0.99)))
    said = listed(web)
    assert "My name is [name], does cbd oil help?" in said
    assert "No approved text for it" in said
    assert "how many pills" not in said
    assert "Priya" not in listed(web, "--show", "all")
    assert "how many pills" in listed(web, "--show", "refused", "--words", "PILLS")


def test_a_long_list_goes_on_where_it_stopped(web: InboxSite) -> None:
    visitor = web.visitor()
    for number in range(7):
        visitor.asks_in_vain(f"question {number}")
    first = listed(web, "--most", "4")
    assert "4 shown" in first
    following = listed(web, "--most", "4", "--before", first.rpartition("--before ")[2])
    assert [f"question {n}" in first for n in range(7)] == [n >= 3 for n in range(7)]
    assert [f"question {n}" in following for n in range(7)] == [n < 3 for n in range(7)]
    assert "older" not in following


def test_reviewed_messages_are_listed_when_asked_for(web: InboxSite) -> None:
    editor = web.site.account(Role.EDITOR).member
    web.visitor().asks_in_vain("does oil help")
    listed(web)
    (turn,) = web.store.page(query_of(arguments(["list"]), ZONE), 10)
    web.desk.review(editor, [turn.id], True, web.desk.now())
    assert "does oil help" not in listed(web)
    assert "does oil help  (No approved text for it" in listed(web, "--state", "done")


def test_groups_are_told_with_how_often(web: InboxSite) -> None:
    for question in ("is there parking at the clinic", "does the clinic have parking"):
        web.visitor().asks_in_vain(question)
    web.read_all()
    wanted = arguments(["groups"])
    said = "\n".join(group_lines(web.groups, query_of(wanted, ZONE), wanted.most, ZONE))
    assert "2 times" in said and "parking" in said
    assert "2 messages in 1 groups, 1 shown" in said


@pytest.mark.parametrize(("given", "told"), [(["--show", "odd"], "no such list"), (["--from", "monday"], "--from")])
def test_what_cannot_be_read_is_told(given: list[str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        query_of(arguments(["list", *given]), ZONE)
