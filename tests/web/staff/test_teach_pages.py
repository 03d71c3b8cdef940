"""The pages of teaching, in a browser without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter

from clinic.staff.model import Role
from tests.unit.review.teaching_room import LONG_ENOUGH, TeachingRoom, teaching_room
from tests.web.staff.signed_in import StaffBrowser, StaffSite, staff_site
from web.staff.access import Access
from web.staff.pages import StaffPages
from web.staff.teach.routes import teach_routes

MESSAGE = "hi its greg miller from dayton, do my varicose veins and the low iron together make the kicking worse?"
SENTENCE = "can varicose veins and low iron both worsen rls"
EVERYDAY = "does low iron cause rls"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[TeachingRoom]:
    with teaching_room(tmp_path) as room:
        thread = room.desk.checks._similar.prepare(room.desk.ground().topics)
        if thread is not None:
            thread.join(LONG_ENOUGH)
        yield room


@pytest.fixture
def site(room: TeachingRoom) -> Iterator[StaffSite]:
    def area(access: Access, pages: StaffPages) -> APIRouter:
        return teach_routes(access, pages, lambda: room.desk, lambda: room.dialogues, "s" * 40)

    with staff_site(area) as site:
        yield site


@pytest.fixture
def editor(site: StaffSite) -> StaffBrowser:
    return site.signed_in(Role.EDITOR)


def filled(**fields: str) -> dict[str, str]:
    """A form as a browser sends it, ready to be saved but for its warnings."""
    return {"count": "1", "turn-1": "", "sentence-1": EVERYDAY, "what": "topic:iron", "confirm": "yes", "act": "save",
            **fields}  # fmt: skip


def token(html: str) -> str:
    found = re.search(r'name="seen" value="(\w*)"', html)
    assert found
    return found[1]


def saved(editor: StaffBrowser, fields: dict[str, str]) -> str:
    """Save, past the warnings; the address of the page that comes then."""
    answer = editor.submit("/staff/teach/new", fields)
    if answer.status_code != 303:
        answer = editor.submit("/staff/teach/new", {**fields, "seen": token(answer.text)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_message_is_shown_without_anything_personal_and_with_a_suggestion(
    editor: StaffBrowser, room: TeachingRoom
) -> None:
    room.inbox.arrives(
        "7", "Hi, I am Greg Miller, 202-555-0134. Why do legs twitch in the movies with low iron?", ("Greg Miller",)
    )
    page = editor.get("/staff/teach/new", params={"turn": "7"})
    assert page.status_code == 200
    assert "Greg" not in page.text
    assert "202-555" not in page.text
    assert "reason that" in page.text


def test_the_nearest_topics_have_the_first_keys(editor: StaffBrowser, room: TeachingRoom) -> None:
    room.inbox.arrives("7", EVERYDAY)
    page = editor.get("/staff/teach/new", params={"turn": "7"}).text
    first = re.search(r'value="(topic:\w+)"[^>]*data-key="1"', page)
    assert first
    assert first[1] == "topic:iron"


def test_a_sentence_is_saved_and_said_with_a_way_back(editor: StaffBrowser, room: TeachingRoom) -> None:
    turn = room.inbox.arrives("7", MESSAGE)
    address = saved(editor, filled(**{"turn-1": turn, "sentence-1": SENTENCE}))
    page = editor.get(address).text
    assert "Changes of" in page
    assert 'action="/staff/teach/undo"' in page
    assert f"- {SENTENCE}\n" in room.file("data/nlu/causes/iron.yml")
    assert room.inbox.taught.keys() == {"7"}


def test_undo_takes_it_back_once(editor: StaffBrowser, room: TeachingRoom) -> None:
    turn = room.inbox.arrives("7", MESSAGE)
    receipt = saved(editor, filled(**{"turn-1": turn, "sentence-1": SENTENCE})).partition("receipt=")[2]
    answer = editor.submit("/staff/teach/undo", receipt=receipt)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/inbox")
    assert SENTENCE not in room.file("data/nlu/causes/iron.yml")
    assert room.inbox.taught == {}
    again = editor.submit("/staff/teach/undo", receipt=receipt)
    assert again.status_code == 422
    assert "not there any more" in again.text


@pytest.mark.parametrize("receipt", ["", "no receipt", "WyJjIl0.bad"])
def test_a_receipt_of_somebody_else_s_making_undoes_nothing(editor: StaffBrowser, receipt: str) -> None:
    assert editor.submit("/staff/teach/undo", receipt=receipt).status_code == 422
    assert editor.get("/staff/teach/saved", params={"receipt": receipt}).status_code == 422


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(editor: StaffBrowser, room: TeachingRoom) -> None:
    turn = room.inbox.arrives("7", MESSAGE)
    own = "do my varicose veins and the low iron together make it worse"
    page = editor.submit("/staff/teach/new", filled(**{"turn-1": turn, "sentence-1": own}))
    assert page.status_code == 422
    assert own in page.text
    assert re.search(r'href="#sentence-1"', page.text)
    assert re.search(r'id="sentence-1-error"', page.text)
    assert re.search(r'value="topic:iron" checked', page.text)


def test_the_box_has_to_be_ticked_and_something_chosen(editor: StaffBrowser) -> None:
    page = editor.submit("/staff/teach/new", filled(confirm="", what=""))
    assert page.status_code == 422
    assert 'id="what-error"' in page.text
    unticked = editor.submit("/staff/teach/new", filled(confirm=""))
    assert 'id="confirm-error"' in unticked.text


def test_danger_is_offered_as_danger(editor: StaffBrowser, room: TeachingRoom) -> None:
    room.inbox.arrives("7", "my left calf is swollen and hot")
    page = editor.get("/staff/teach/new", params={"turn": "7"}).text
    assert re.search(r'value="red_flag" checked', page)
    refused = editor.submit("/staff/teach/new", filled(**{"sentence-1": "my left calf is swollen and hot today"}))
    assert refused.status_code == 422
    assert "Choose “Danger”" in refused.text


def test_a_red_flag_shows_what_it_would_do(editor: StaffBrowser, room: TeachingRoom) -> None:
    fields = filled(**{"sentence-1": "magnesium made my throat close", "what": "red_flag", "category": "collapse",
                       "pattern": "magnesium"})  # fmt: skip
    page = editor.submit("/staff/teach/new", fields)
    assert page.status_code == 422
    assert "does magnesium help with rls" in page.text
    better = {**fields, "pattern": "throat .. close"}
    saved(editor, better)
    assert "throat .. close" in room.file("data/clinic/red_flags.yml")


def test_a_topic_is_found_by_a_part_of_its_name(editor: StaffBrowser, room: TeachingRoom) -> None:
    saved(editor, filled(what="other", search="low iron"))
    assert f"- {EVERYDAY}\n" in room.file("data/nlu/causes/iron.yml")


@pytest.mark.parametrize("search", ["", "purple", "rls"])
def test_a_topic_that_is_not_found_or_not_one_is_said(editor: StaffBrowser, search: str) -> None:
    page = editor.submit("/staff/teach/new", filled(what="other", search=search))
    assert page.status_code == 422
    assert 'id="search-error"' in page.text


def test_a_new_topic_is_made_with_its_sentences(editor: StaffBrowser, room: TeachingRoom) -> None:
    fields = filled(**{"sentence-1": "are long flights hard for rls", "what": "topic", "title": "Long flights",
                       "group": "management", "more": "how do i sit still on a plane\n\nrls on a plane",
                       "answer": "A first text."})  # fmt: skip
    saved(editor, fields)
    assert room.file("data/nlu/management/long_flights.yml").count("    - ") == 3


def test_a_fault_in_one_of_more_sentences_names_it(editor: StaffBrowser) -> None:
    fields = filled(**{"sentence-1": "are long flights hard for rls", "what": "topic", "title": "Long flights",
                       "group": "management", "more": "what is rls", "answer": "A first text."})  # fmt: skip
    page = editor.submit("/staff/teach/new", fields)
    assert page.status_code == 422
    assert "“what is rls”: This sentence stands under" in page.text


def test_missed_questions_of_a_group_are_taught_together(editor: StaffBrowser, room: TeachingRoom) -> None:
    for number in ("1", "2", "3"):
        room.inbox.arrives(number, f"made up question {number} about the iron of my uncle")
    page = editor.get("/staff/teach/new", params={"turn": ["1", "2", "3"]}).text
    assert page.count("<blockquote") == 3
    fields = filled(count="3") | {
        "turn-1": "1", "sentence-1": "can low iron worsen rls", "turn-2": "2", "sentence-2": "",
        "turn-3": "3", "sentence-3": "is iron low in rls",
    }  # fmt: skip
    saved(editor, fields)
    assert room.inbox.taught.keys() == {"1", "3"}


def test_an_erased_message_is_said_in_words(editor: StaffBrowser) -> None:
    page = editor.get("/staff/teach/new", params={"turn": "99"})
    assert page.status_code == 422
    assert "erased" in page.text


def test_a_message_that_has_an_erased_one_s_number_does_not_stand_for_it(
    editor: StaffBrowser, room: TeachingRoom
) -> None:
    own = "do my varicose veins and the low iron together make it worse"
    room.inbox.arrives("7", own)
    page = editor.get("/staff/teach/new", params={"turn": "7"}).text
    mark = re.search(r'name="mark-1" value="(\w+)"', page)
    assert mark
    room.inbox.arrives("7", "is there parking")
    answer = editor.submit("/staff/teach/new", filled(**{"turn-1": "7", "mark-1": mark[1], "sentence-1": own}))
    assert answer.status_code == 422
    assert "erased" in answer.text
    assert room.inbox.taught == {}


def test_without_a_message_a_sentence_is_typed(editor: StaffBrowser) -> None:
    page = editor.get("/staff/teach")
    assert page.status_code == 200
    assert "<blockquote" not in page.text


def test_while_typing_the_same_checks_answer(editor: StaffBrowser, room: TeachingRoom) -> None:
    turn, own = room.inbox.arrives("7", MESSAGE), "do my varicose veins and the low iron together"
    piece = editor.submit("/staff/teach/look", filled(**{"turn-1": turn, "sentence-1": own}))
    assert piece.status_code == 200
    assert f"“{own}”" in piece.text
    assert "<html" not in piece.text


@pytest.mark.parametrize(
    "fields", [{}, {"count": "-1"}, {"count": "99999999999"}, {"sentence-1": "x" * 50_000}, {"what": "topic:nosuch"}]
)
def test_odd_forms_are_answered_with_the_form(editor: StaffBrowser, fields: dict[str, Any]) -> None:
    assert editor.submit("/staff/teach/new", {**filled(), **fields, "confirm": ""}).status_code == 422
    assert editor.submit("/staff/teach/new", fields).status_code == 422


def test_hostile_text_is_shown_as_text(editor: StaffBrowser, room: TeachingRoom) -> None:
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    room.inbox.arrives("7", hostile)
    page = editor.get("/staff/teach/new", params={"turn": "7"}).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    again = editor.submit(
        "/staff/teach/new", filled(**{"sentence-1": hostile, "search": hostile, "title": hostile})
    ).text
    assert "<img src=x" not in again


def test_a_reader_teaches_nothing(site: StaffSite, room: TeachingRoom) -> None:
    reader = site.signed_in(Role.READER)
    assert reader.get("/staff/teach").status_code == 403
    assert reader.submit("/staff/teach/new", filled()).status_code == 403
    assert reader.submit("/staff/teach/dialogue", title="x").status_code == 403
    assert site.browser().get("/staff/teach").status_code == 303
    assert room.changes.all() == []


def test_looking_opens_no_set_of_changes(editor: StaffBrowser, room: TeachingRoom) -> None:
    editor.get("/staff/teach")
    editor.submit("/staff/teach/new", filled(act="check"))
    assert room.changes.all() == []


def test_a_conversation_is_taught(editor: StaffBrowser, room: TeachingRoom) -> None:
    room.inbox.says("hello I am Greg Miller so what is rls", "answer", "definition")
    room.inbox.says("Book a visit", "booking", "appointment_name", is_button=True)
    page = editor.get("/staff/teach/dialogue", params={"turn": "1"})
    assert page.status_code == 200
    assert "Greg" not in page.text
    fields = {"turn": "1", "title": "a question first", "sentence-1": "what is rls", "kind-1": "answer",
              "topic-1": "definition", "keep-1": "yes", "kind-2": "booking", "topic-2": "", "keep-2": "yes",
              "confirm": "yes"}  # fmt: skip
    wrong = editor.submit("/staff/teach/dialogue", {**fields, "title": ""})
    assert wrong.status_code == 422
    assert 'id="title-error"' in wrong.text
    answer = editor.submit("/staff/teach/dialogue", fields)
    assert answer.status_code == 303
    written = room.file("tests/conversations/taught/a_question_first.yml")
    assert "press: Book a visit" in written
