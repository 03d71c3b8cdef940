"""The inbox: find what was missed, see the conversation, mark it; and nobody's name is on any page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx import Response
from sqlalchemy import text

from clinic.review.content.topic_files import TopicFileError, Topics
from clinic.review.inbox.model import InboxQuery
from clinic.staff.model import Role
from clinic.staff.record import RecordFilter
from tests.contract.made_up_inbox import HOUR, reply, sure_of, unsure_of
from tests.web.staff.inbox_site import InboxSite, inbox_site
from tests.web.staff.page_reading import error_of, heading, summary, value_of, words
from tests.web.staff.signed_in import StaffBrowser

INBOX = "/staff/inbox"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[InboxSite]:
    with inbox_site(tmp_path) as site:
        yield site


@pytest.fixture
def editor(web: InboxSite) -> StaffBrowser:
    return web.site.signed_in(Role.EDITOR, "Nora Demo")


def messages(page: Response) -> list[str]:
    """The messages of a list, in order."""
    return [unescape(found).strip() for found in re.findall(r'class="message" href="[^"]*">(.*?)</a>', page.text, re.S)]


def links(page: Response) -> dict[str, str]:
    """Where the page leads, by what the link says."""
    found = re.findall(r'<a\b[^>]*href="([^"]*)"[^>]*>(.*?)</a>', page.text, re.S)
    return {" ".join(unescape(re.sub(r"<[^>]+>", " ", said)).split()): unescape(address) for address, said in found}


def ids(page: Response) -> list[str]:
    return re.findall(r'<input type="checkbox" name="turn" value="(\d+)"', page.text)


def found(browser: StaffBrowser, address: str = INBOX) -> list[str]:
    return messages(browser.get(address))


def undo_of(page: Response) -> dict[str, str]:
    """What the button that takes back would send; empty where there is none."""
    form = re.search(rf'<form method="post" action="{INBOX}/undo">(.*?)</form>', page.text, re.S)
    sent = re.findall(r'name="([^"]+)" value="([^"]*)"', form[1]) if form else []
    return {name: unescape(value) for name, value in sent}


def undone(browser: StaffBrowser, answer: Response) -> str:
    """Press it on the page that an answer leads to; what is said then."""
    page = browser.get(answer.headers["location"])
    assert "Undo" in words(page)
    back = browser.submit(f"{INBOX}/undo", undo_of(page))
    assert (back.status_code, back.headers["location"]) == (303, answer.headers["location"])
    after = browser.get(back.headers["location"])
    assert not undo_of(after)
    return words(after)


def test_missed_questions_come_first_and_the_rest_is_one_link_away(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("does cbd help with rls")
    visitor.says("how many pills", reply("refusal", "dose"), trace=sure_of(("refusal_dose", 0.99)))
    page = editor.get(INBOX)
    assert (page.status_code, heading(page)) == (200, "Inbox")
    assert messages(page) == ["does cbd help with rls"]
    assert found(editor, links(page)["Left to a doctor 1"]) == ["how many pills"]
    assert found(editor, links(page)["Everything 2"]) == ["how many pills", "does cbd help with rls"]


def test_nothing_personal_is_on_any_page_whatever_the_visitor_told(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("My name is Priya Natarajan, priya@example.com, does cbd help?")
    visitor.fills("book a visit", "appointment_name")
    visitor.fills("quigby", "appointment_contact")
    visitor.fills("202-555-0123", "appointment_confirmed")
    visitor.asks_in_vain("quigby again: is there parking?")
    visitor.says("yes", reply("booking", "appointment_booked", "Booked for quigby, we write to priya@example.com."))
    message = visitor.asks_in_vain("does massage help Natarajan too")
    visitor.thinks(message, helpful=False, word="call me on 202-555-0123, quigby")
    web.read_all()
    pages = [editor.get(f"{INBOX}?show=all"), editor.get(f"{INBOX}/conversations/{visitor.sender}"),
             editor.get(f"{INBOX}/groups"), editor.get(f"{INBOX}?show=all&q=quigby")]  # fmt: skip
    for page in pages[:3]:
        assert "is there parking?" in words(page), page.url
        shown = unescape(page.text)
        for secret in ("Priya", "Natarajan", "priya@", "quigby", "0123"):
            assert secret.lower() not in shown.lower(), (page.url, secret)
    assert messages(pages[3]) == []


def test_words_are_searched_in_what_is_shown(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("My name is Priya Natarajan, does CBD oil help?")
    visitor.asks_in_vain("is there parking")
    assert found(editor, f"{INBOX}?q=cbd+oil") == ["My name is [name], does CBD oil help?"]
    assert found(editor, f"{INBOX}?q=Natarajan") == []
    assert found(editor, f"{INBOX}?q=name%5D") == []


def test_a_search_keeps_what_was_typed(editor: StaffBrowser) -> None:
    page = editor.get(f'{INBOX}?q="><b>x&from=2026-11-01&to=2026-11-02&who=me&show=refused')
    assert value_of(page, "q") == '"><b>x'
    assert (value_of(page, "from"), value_of(page, "to"), value_of(page, "show")) == (
        "2026-11-01", "2026-11-02", "refused"
    )  # fmt: skip
    assert '<option value="me" selected>' in page.text
    assert "<b>x" not in page.text


def test_a_day_that_is_none_is_told_at_its_field_and_stays_there(editor: StaffBrowser) -> None:
    page = editor.get(f"{INBOX}?from=last+week&q=oil")
    assert page.status_code == 422
    assert "year-month-day" in error_of(page, "from")
    assert "year-month-day" in summary(page)
    assert (value_of(page, "from"), value_of(page, "q")) == ("last week", "oil")


def test_days_that_end_before_they_begin_are_told(editor: StaffBrowser) -> None:
    assert "before the first" in error_of(editor.get(f"{INBOX}?from=2026-11-02&to=2026-11-01"), "to")


@pytest.mark.parametrize(
    "odd",
    ["?show=nothing", "?state=x", "?before=-1", "?before=999999999999999999999", "?who='--", "?tag=%00", "?q=%00%ff",
     "?to=9999-12-31", "?from=0001-01-01", "/groups?start=99999", "/groups?start=x"],
)  # fmt: skip
def test_an_odd_address_is_no_fault(web: InboxSite, editor: StaffBrowser, odd: str) -> None:
    web.visitor().asks_in_vain("does cbd help")
    assert editor.get(f"{INBOX}{odd}").status_code == 200


def test_days_are_the_clinics(web: InboxSite, editor: StaffBrowser) -> None:
    """23:30 in New York is the next day in London."""
    web.visitor(at=1_795_235_400.0).asks_in_vain("late question")  # 2026-11-20 23:30 in New York
    assert found(editor, f"{INBOX}?from=2026-11-20&to=2026-11-20") == ["late question"]
    assert found(editor, f"{INBOX}?from=2026-11-21") == []


def test_pages_follow_one_another_while_new_messages_come(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor(at=time.time() - 5 * HOUR)
    for number in range(120):
        visitor.asks_in_vain(f"question number {number}")
    page, seen = editor.get(INBOX), []
    while True:
        seen += messages(page)
        web.visitor().asks_in_vain("a new one meanwhile")
        following = links(page).get("Older messages")
        if following is None:
            break
        page = editor.get(following)
    assert seen == [f"question number {number}" for number in reversed(range(120))]
    assert messages(editor.get(links(page)["Newest messages"]))[0] == "a new one meanwhile"


def test_chosen_messages_are_marked_at_once_and_the_search_stays(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    for message in ("oil one", "oil two", "oil three"):
        visitor.asks_in_vain(message)
    page = editor.get(f"{INBOX}?q=oil")
    chosen = ids(page)[:2]
    back, shown_at = value_of(page, "back"), value_of(page, "shown_at")
    answer = editor.submit(f"{INBOX}/reviewed", turn=chosen, back=back, shown_at=shown_at, state="done")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{INBOX}?q=oil")
    assert "2 messages are marked as reviewed." in words(editor.get(answer.headers["location"]))
    assert found(editor) == ["oil one"]
    assert found(editor, f"{INBOX}?state=done") == ["oil three", "oil two"]


def test_what_was_marked_as_reviewed_is_taken_back_and_nothing_else(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    for message in ("oil one", "oil two", "oil three"):
        visitor.asks_in_vain(message)
    three, two, one = ids(editor.get(INBOX))
    editor.submit(f"{INBOX}/reviewed", turn=[one], back=INBOX, state="done")
    answer = editor.submit(f"{INBOX}/reviewed", turn=[one, two], back=f"{INBOX}?q=oil", state="done")
    assert "Taken back." in undone(editor, answer)
    assert found(editor) == ["oil three", "oil two"]
    again = editor.submit(f"{INBOX}/reviewed", turn=[one, three], back=INBOX, state="open")
    assert "Taken back." in undone(editor, again)
    assert found(editor, f"{INBOX}?state=done") == ["oil one"]


def test_messages_given_away_go_back_to_each_who_had_them(web: InboxSite, editor: StaffBrowser) -> None:
    ada, ben = (web.site.signed_in(Role.EDITOR, name) for name in ("Ada Demo", "Ben Demo"))
    visitor = web.visitor()
    for message in ("oil one", "oil two", "oil three"):
        visitor.asks_in_vain(message)
    three, two, one = ids(editor.get(INBOX))
    editor.submit(f"{INBOX}/assigned", turn=[one], back=INBOX, to=ada.member.id)
    answer = editor.submit(f"{INBOX}/assigned", turn=[one, two, three], back=INBOX, to=editor.member.id)
    ben.submit(f"{INBOX}/assigned", turn=[three], back=INBOX, to=ben.member.id)
    assert "Taken back." in undone(editor, answer)
    assert found(ada, f"{INBOX}?who=me") == ["oil one"]
    assert found(editor, f"{INBOX}?who=nobody") == ["oil two"]
    assert found(ben, f"{INBOX}?who=me") == ["oil three"]


def test_a_tag_and_its_taking_away_are_taken_back(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("does oil help")
    (turn,) = ids(editor.get(INBOX))
    back = f"{INBOX}/conversations/{visitor.sender}#turn-{turn}"
    undone(editor, editor.submit(f"{INBOX}/tagged", turn=turn, back=back, tag="cbd"))
    assert web.store.tags() == []
    editor.submit(f"{INBOX}/tagged", turn=turn, back=back, tag="cbd")
    undone(editor, editor.submit(f"{INBOX}/untagged", turn=turn, back=back, tag="cbd"))
    assert web.store.tags() == ["cbd"]


def test_nothing_is_offered_to_take_back_where_nothing_changed(web: InboxSite, editor: StaffBrowser) -> None:
    web.visitor().asks_in_vain("does oil help")
    chosen = ids(editor.get(INBOX))
    first = editor.get(editor.submit(f"{INBOX}/reviewed", turn=chosen, back=INBOX, state="done").headers["location"])
    editor.submit(f"{INBOX}/reviewed", turn=chosen, back=INBOX, state="done")
    assert not undo_of(editor.get(INBOX))
    sent = undo_of(first)
    for said in ("Taken back.", "Nothing was left"):
        assert said in words(editor.get(editor.submit(f"{INBOX}/undo", sent).headers["location"]))


def test_many_messages_are_taken_back_by_a_cookie_that_browsers_keep(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor(at=time.time() - 99 * HOUR)
    for number in range(500):
        visitor.asks_in_vain(f"oil {number}")
    assert web.desk.catch_up(30)
    chosen = ",".join(str(turn.id) for turn in web.store.page(InboxQuery(), 500))
    answer = editor.submit(f"{INBOX}/reviewed", turn=chosen, back=INBOX, state="done")
    assert max(map(len, answer.headers.get_list("set-cookie"))) < 4_096
    assert web.store.page(InboxQuery(), 1) == []
    undone(editor, answer)
    assert web.store.counts(InboxQuery())[None] == 500


@pytest.mark.parametrize("receipt", ["", "abc", "WyJyZXZpZXdlZCIse30sIiIsMV0.bad"])
def test_what_no_page_has_offered_takes_nothing_back(web: InboxSite, editor: StaffBrowser, receipt: str) -> None:
    web.visitor().asks_in_vain("does oil help")
    editor.submit(f"{INBOX}/reviewed", turn=ids(editor.get(INBOX)), back=INBOX, state="done")
    page = editor.submit(f"{INBOX}/undo", receipt=receipt, back=INBOX)
    assert page.status_code == 422
    assert summary(page)
    assert found(editor) == []


def test_choosing_nothing_is_told_and_the_search_stays(web: InboxSite, editor: StaffBrowser) -> None:
    web.visitor().asks_in_vain("does oil help")
    page = editor.submit(f"{INBOX}/reviewed", back=f"{INBOX}?q=oil", state="done")
    assert page.status_code == 422
    assert "Choose at least one message" in summary(page)
    assert (value_of(page, "q"), messages(page)) == ("oil", ["does oil help"])


def test_a_message_that_was_erased_meanwhile_is_told(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("does oil help")
    chosen = ids(editor.get(INBOX))
    web.turns.erase(visitor.sender, time.time())
    page = editor.submit(f"{INBOX}/reviewed", turn=chosen, back=INBOX, state="done")
    assert page.status_code == 404
    assert "erased" in words(page)
    assert editor.get(f"{INBOX}/conversations/{visitor.sender}").status_code == 404


def test_messages_are_given_to_somebody_and_found_by_them(web: InboxSite, editor: StaffBrowser) -> None:
    other = web.site.signed_in(Role.CLINICIAN, "Ada Demo")
    web.visitor().asks_in_vain("does oil help")
    chosen = ids(editor.get(INBOX))
    answer = editor.submit(f"{INBOX}/assigned", turn=chosen, back=INBOX, to=other.member.id)
    assert answer.status_code == 303
    assert found(other, f"{INBOX}?who=me") == ["does oil help"]
    assert found(editor, f"{INBOX}?who=me") == []
    assert "For Ada Demo" in words(editor.get(INBOX))


def test_nobody_unknown_and_nobody_who_only_reads_gets_a_message(web: InboxSite, editor: StaffBrowser) -> None:
    reader = web.site.signed_in(Role.READER)
    web.visitor().asks_in_vain("does oil help")
    chosen = ids(editor.get(INBOX))
    for to in ("m_nobody", reader.member.id):
        assert editor.submit(f"{INBOX}/assigned", turn=chosen, back=INBOX, to=to).status_code == 422
    assert found(editor, f"{INBOX}?who=nobody") == ["does oil help"]


def test_a_tag_is_given_found_and_taken_away(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("does oil help")
    (turn,) = ids(editor.get(INBOX))
    back = f"{INBOX}/conversations/{visitor.sender}#turn-{turn}"
    answer = editor.submit(f"{INBOX}/tagged", turn=turn, back=back, tag="  CBD  Oil ")
    assert answer.headers["location"] == back
    assert found(editor, f"{INBOX}?tag=cbd+oil") == ["does oil help"]
    editor.submit(f"{INBOX}/untagged", turn=turn, back=back, tag="cbd oil")
    assert found(editor, f"{INBOX}?tag=cbd+oil") == []


@pytest.mark.parametrize("tag", ["", "x" * 31, "<b>", "priya@example.com", "call 202-555-0123", "priya natarajan"])
def test_a_tag_that_is_none_or_personal_is_refused_and_stays_in_its_field(
    web: InboxSite, editor: StaffBrowser, tag: str
) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("does oil help")
    (turn,) = ids(editor.get(INBOX))
    page = editor.submit(f"{INBOX}/tagged", turn=turn, back=f"{INBOX}/conversations/{visitor.sender}", tag=tag)
    assert page.status_code == 422
    assert error_of(page, f"tag-{turn}")
    assert f'<a href="#tag-{turn}">' in page.text
    field = re.search(rf'id="tag-{turn}" [^>]*value="([^"]*)"', page.text)
    assert field is not None and unescape(field[1]) == tag
    assert web.store.tags() == []


def test_a_conversation_says_in_plain_words_what_was_understood(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.is_answered("can low iron cause it", sure=0.97)
    visitor.says("hm oil", reply("clarify", "clarify"), trace=unsure_of(("iron", 0.31), ("exercise", 0.28)))
    visitor.fills("book a visit", "appointment_contact")
    said = words(editor.get(f"{INBOX}/conversations/{visitor.sender}"))
    assert "Understood as Low iron and RLS (sure, 97 of 100)" in said
    assert "Nothing for sure" in said
    assert "Low iron and RLS (not sure, 31 of 100); Exercise and RLS (not sure, 28 of 100)" in said
    assert "open, asking for phone or e-mail" in said
    for of_developers in ("intent", "slot", "nlu", "fallback"):
        assert of_developers not in said.lower()


def test_a_conversation_leads_to_teaching_and_to_answering_live(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("does oil help")
    (turn,) = ids(editor.get(INBOX))
    page = editor.get(f"{INBOX}/conversations/{visitor.sender}")
    assert links(page)["Teach message 1"] == f"/staff/teach/new?turn={turn}"
    assert links(page)["Answer live"] == f"/staff/chats/{visitor.sender}"


def test_a_chat_that_has_ended_is_not_to_be_answered_live(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("does oil help")
    web.turns.end(visitor.sender, time.time())
    page = editor.get(f"{INBOX}/conversations/{visitor.sender}")
    assert "Answer live" not in links(page)
    assert "Teach message 1" in links(page)
    assert "has ended" in words(page)


def test_a_notice_and_a_persons_words_are_told_apart_from_the_assistant(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.is_answered("what is iron for")
    web.turns.add_later(visitor.sender, "a", [reply("booking", "visit_reminder", "You have a visit soon.")], "notice",
                        time.time())  # fmt: skip
    web.turns.add_later(
        visitor.sender, "b", [reply("handoff", "person", "Hello from the desk.")], "person", time.time()
    )
    said = words(editor.get(f"{INBOX}/conversations/{visitor.sender}"))
    assert "Notice" in said and "You have a visit soon." in said
    assert "The clinic" in said and "Hello from the desk." in said


def test_what_a_visitor_writes_is_text_and_never_a_page(web: InboxSite, editor: StaffBrowser) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("<script>alert(1)</script> and \" onmouseover='x' oil")
    web.read_all()
    for address in (INBOX, f"{INBOX}/groups", f"{INBOX}/conversations/{visitor.sender}"):
        page = editor.get(address)
        assert "<script>alert" not in page.text
        assert "alert(1)" in words(page)


def test_the_same_question_in_other_words_is_one_group_and_the_most_asked_comes_first(
    web: InboxSite, editor: StaffBrowser
) -> None:
    parking = ("is there parking at the clinic", "where can I park at your clinic", "does the clinic have parking",
               "can I park my car at the clinic")  # fmt: skip
    oil = ("does cannabis oil help my legs", "will cannabis oil help with restless legs")
    for question in (*parking, *oil):
        web.visitor().asks_in_vain(question)
    web.read_all()
    page = editor.get(f"{INBOX}/groups")
    assert heading(page) == "Missed questions"
    counts = re.findall(r"<strong>(\d+) times?</strong>", page.text)
    assert counts == ["4", "2"]
    titles = [unescape(each) for each in re.findall(r'<h2 id="group-\d+">(.*?)</h2>', page.text)]
    assert "park" in titles[0] and "cannabis" in titles[1]


def test_a_group_is_taught_and_marked_as_a_whole(web: InboxSite, editor: StaffBrowser) -> None:
    for question in ("is there parking at the clinic", "does the clinic have parking"):
        web.visitor().asks_in_vain(question)
    web.read_all()
    page = editor.get(f"{INBOX}/groups")
    teach = next(address for said, address in links(page).items() if said.startswith("Teach these"))
    asked = web.store.page(InboxQuery(), 10)
    assert set(parse_qs(urlsplit(teach).query)["turn"]) == {str(turn.id) for turn in asked}
    group = re.search(r'name="turn" value="([\d,]+)"', page.text)
    assert group is not None
    editor.submit(f"{INBOX}/reviewed", turn=group[1], back=f"{INBOX}/groups", state="done")
    assert found(editor) == []
    assert "No missed questions here." in words(editor.get(f"{INBOX}/groups"))


def test_the_nearest_topics_are_suggested_once_they_are_ready(web: InboxSite, editor: StaffBrowser) -> None:
    web.visitor().asks_in_vain("is lack of iron behind my legs")
    web.read_all()
    page = editor.get(f"{INBOX}/groups")
    until = time.monotonic() + 60
    while "Nearest topics" not in words(page) and time.monotonic() < until:
        page = editor.get(f"{INBOX}/groups")
    assert words(page).partition("Nearest topics:")[2].strip().startswith("Low iron and RLS")


def test_a_broken_file_of_topics_is_named_where_questions_are_grouped(
    web: InboxSite, editor: StaffBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Topics:
        raise TopicFileError("data/nlu/about/iron.yml cannot be read: line 3")

    web.visitor().asks_in_vain("is lack of iron behind my legs")
    monkeypatch.setattr(web.groups._nearest, "_topics", broken)
    page = editor.get(f"{INBOX}/groups")
    assert page.status_code == 503
    assert "data/nlu/about/iron.yml" in words(page)
    assert found(editor) == ["is lack of iron behind my legs"]


def test_somebody_who_only_reads_sees_and_marks_nothing(web: InboxSite) -> None:
    reader = web.site.signed_in(Role.READER)
    visitor = web.visitor()
    visitor.asks_in_vain("does oil help")
    page = reader.get(INBOX)
    assert messages(page) == ["does oil help"]
    chat = reader.get(f"{INBOX}/conversations/{visitor.sender}")
    assert ids(page) == [] and "Mark" not in words(page) + words(chat) and "Teach" not in words(chat)
    for action in ("reviewed", "assigned", "tagged", "untagged", "undo"):
        assert reader.submit(f"{INBOX}/{action}", turn="1", back=INBOX, state="done", tag="x").status_code == 403
    assert found(reader) == ["does oil help"]


def test_whoever_marks_stands_in_the_record_without_a_visitors_word(web: InboxSite, editor: StaffBrowser) -> None:
    web.visitor().asks_in_vain("does oil help")
    chosen = ids(editor.get(INBOX))
    editor.submit(f"{INBOX}/tagged", turn=chosen, back=INBOX, tag="cbd")
    editor.submit(f"{INBOX}/assigned", turn=chosen, back=INBOX, to=editor.member.id)
    editor.submit(f"{INBOX}/reviewed", turn=chosen, back=INBOX, state="done")
    entries = [entry for entry in web.site.record.entries(RecordFilter()) if entry.action.startswith("inbox.")]
    assert [entry.action for entry in entries] == ["inbox.reviewed", "inbox.assigned", "inbox.tagged"]
    assert {(entry.by, entry.subject) for entry in entries} == {(editor.member.id, chosen[0])}
    assert "oil" not in str(entries)


def test_a_form_leads_back_to_the_inbox_and_nowhere_else(web: InboxSite, editor: StaffBrowser) -> None:
    web.visitor().asks_in_vain("does oil help")
    (turn,) = ids(editor.get(INBOX))
    for back in ("https://example.org/", "//example.org", "/staff/people", "/staff/inbox/../people", ""):
        answer = editor.submit(f"{INBOX}/reviewed", turn=turn, back=back, state="open")
        assert answer.headers["location"] == INBOX


def test_a_database_that_fails_is_told_in_words(web: InboxSite, editor: StaffBrowser) -> None:
    with web.site.engine.begin() as connection:
        for table in ("inbox_tag", "inbox_vector", "inbox_turn"):
            connection.execute(text(f"DROP TABLE {table}"))
    for address in (INBOX, f"{INBOX}/groups", f"{INBOX}/conversations/abc"):
        page = editor.get(address)
        assert page.status_code == 503
        assert "cannot be read just now" in words(page)


def test_teaching_gets_the_words_and_what_hides_them_and_marks_what_it_taught(
    web: InboxSite, editor: StaffBrowser
) -> None:
    visitor = web.visitor()
    visitor.asks_in_vain("My name is Priya Natarajan, does cbd oil help?")
    (turn,) = ids(editor.get(INBOX))
    message = web.taught.message(turn)
    assert message is not None
    assert (message.shown, message.names) == ("My name is [name], does cbd oil help?", ("Priya Natarajan",))
    web.taught.note_taught([turn], editor.member, "supplements")
    assert found(editor) == []
    assert found(editor, f"{INBOX}?state=done&tag=taught") == ["My name is [name], does cbd oil help?"]
    web.taught.note_taken_back([turn], editor.member)
    assert found(editor) == ["My name is [name], does cbd oil help?"]
    assert web.store.tags() == []
    web.turns.erase(visitor.sender, time.time())
    assert web.taught.message(turn) is None and web.taught.conversation(turn) == []
    assert web.taught.message("no number") is None
