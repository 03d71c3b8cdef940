"""The pages of answers: read, write, check, submit, approve, send back; and nothing typed is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from httpx import Response

from clinic.review.answers.drafts import DraftState
from clinic.review.answers.wording import AnswerKey
from clinic.staff.model import Role
from tests.unit.review.answers_on_disk import ARTICLE, IRON, copied_content, fresh_text
from tests.web.staff.answers_site import AnswersSite, answers_site
from tests.web.staff.signed_in import StaffBrowser

PAGE = "/staff/answers/one/iron"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[AnswersSite]:
    with answers_site(tmp_path) as site:
        yield site


@pytest.fixture
def editor(web: AnswersSite) -> StaffBrowser:
    return web.site.signed_in(Role.EDITOR, "Nora Demo")


@pytest.fixture
def clinician(web: AnswersSite) -> StaffBrowser:
    return web.site.signed_in(Role.CLINICIAN, "Dr. Ada Demo")


def form_of(page: Response, action: str) -> dict[str, list[str]]:
    """All fields of the form with this action, as a browser would send them."""
    (form,) = re.findall(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.S)
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<textarea\b.*?</textarea>|<select\b.*?</select>|<input\b.*?>", form, re.S):
        name = re.search(r'\bname="([^"]+)"', tag)
        if not name:
            continue
        if tag.startswith("<textarea"):
            value = tag.partition(">")[2].removesuffix("</textarea>").removeprefix("\n")
        elif tag.startswith("<select"):
            chosen = re.search(r'value="([^"]*)" selected', tag)
            value = chosen[1] if chosen else ""
        elif 'type="checkbox"' in tag and " checked" not in tag:
            continue
        else:
            value = (re.search(r'\bvalue="([^"]*)"', tag) or ["", ""])[1]
        fields.setdefault(name[1], []).append(unescape(value))
    return fields


def send(browser: StaffBrowser, address: str, fields: dict[str, list[str]], **changes: str) -> Response:
    return browser.post(address, data={**fields, **{name: [value] for name, value in changes.items()}})


def write(browser: StaffBrowser, text: str, do: str = "save", page: Response | None = None) -> Response:
    fields = form_of(page or browser.get(PAGE), PAGE)
    return send(browser, PAGE, fields, text=text, do=do)


def approve(browser: StaffBrowser, address: str = PAGE, **changes: str) -> Response:
    fields = form_of(browser.get(f"{address}/approve"), f"{address}/approve")
    return send(browser, f"{address}/approve", fields, **{"read": "yes", **changes})


def test_an_answer_goes_from_draft_to_patients_by_two_people(
    web: AnswersSite, editor: StaffBrowser, clinician: StaffBrowser
) -> None:
    text = fresh_text(web.desks.answer())
    assert write(editor, text, "submit").status_code == 303
    assert "iron" in clinician.get("/staff/answers?need=waiting").text
    assert approve(clinician).status_code == 303
    answer = web.desks.answer()
    assert (answer.wording.text, answer.is_approved, answer.review.by) == (text, True, "Dr. Ada Demo")
    assert len(web.desks.publisher.published) == 1
    # What the page does not show to be changed is not changed.
    assert len(answer.wording.claims) == 6
    assert answer.wording.sections == ("causes.iron",)


def test_the_page_of_a_draft_changes_nothing_by_being_saved_as_it_is(web: AnswersSite, editor: StaffBrowser) -> None:
    page = editor.get(PAGE)
    answer = write(editor, form_of(page, PAGE)["text"][0])
    assert answer.status_code == 422
    assert web.desks.answers.draft_of(IRON) is None


def test_a_clinician_cannot_approve_their_own_and_is_told_so(web: AnswersSite, clinician: StaffBrowser) -> None:
    write(clinician, fresh_text(web.desks.answer()), "submit")
    page = clinician.get(f"{PAGE}/approve")
    assert f'action="{PAGE}/approve"' not in page.text
    draft = web.desks.answers.draft_of(IRON)
    seen = web.desks.seen()
    forced = clinician.submit(
        f"{PAGE}/approve", draft=str(draft.version), signature=seen.signature, seal=seen.article, read="yes"
    )
    assert forced.status_code == 409
    assert not web.desks.answer().is_approved


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN, Role.READER])
def test_who_is_no_clinician_does_not_get_to_approve(web: AnswersSite, role: Role) -> None:
    browser = web.site.signed_in(role)
    assert browser.get(f"{PAGE}/approve").status_code == 403
    seen = web.desks.seen()
    forced = browser.submit(f"{PAGE}/approve", signature=seen.signature, seal=seen.article, read="yes")
    assert forced.status_code == 403
    assert browser.submit(f"{PAGE}/send-back", seen="1", reason="x").status_code == 403


def test_a_reader_sees_the_answer_and_writes_nothing(web: AnswersSite) -> None:
    reader = web.site.signed_in(Role.READER)
    page = reader.get(PAGE)
    assert "Low iron is one of the best known causes" in page.text
    assert 'id="draft-form"' not in page.text
    for address in (PAGE, f"{PAGE}/check", f"{PAGE}/drop"):
        assert reader.submit(address, text="x").status_code == 403


def test_nobody_sees_anything_without_signing_in(web: AnswersSite) -> None:
    for address in ("/staff/answers", PAGE, f"{PAGE}/preview", f"{PAGE}/approve", "/staff/answers/article"):
        answer = web.site.browser().get(address)
        assert (answer.status_code, answer.headers["location"].startswith("/staff/sign-in")) == (303, True)


def test_a_form_without_its_token_changes_nothing(web: AnswersSite, editor: StaffBrowser) -> None:
    assert editor.post(PAGE, data={"text": "x", "seen": "0"}).status_code == 403
    assert web.desks.answers.draft_of(IRON) is None


def test_a_dose_is_refused_with_its_place_and_the_text_is_kept(web: AnswersSite, editor: StaffBrowser) -> None:
    text = fresh_text(web.desks.answer()) + " Take <b>300 mg</b> at night."
    answer = write(editor, text, "submit")
    assert answer.status_code == 422
    assert re.search(r"<mark[^>]*>.*300 mg</mark>", answer.text)
    assert "<b>300" not in answer.text
    draft = web.desks.answers.draft_of(IRON)
    assert (draft.wording.text, draft.state) == (text, DraftState.OPEN)


def test_the_second_of_two_editors_sees_both_texts_and_decides(web: AnswersSite, editor: StaffBrowser) -> None:
    other = web.site.signed_in(Role.EDITOR, "Remy Demo")
    text = fresh_text(web.desks.answer())
    both_saw = editor.get(PAGE)
    assert write(other, text + " Theirs is saved.").status_code == 303
    met = write(editor, text + " Mine is typed.", page=both_saw)
    assert met.status_code == 409
    assert "Theirs is saved." in re.sub(r"<[^>]*>", "", met.text).replace("only here: ", "")
    assert form_of(met, PAGE)["text"][0].endswith("Mine is typed.")
    assert "Remy Demo" in met.text
    assert send(editor, PAGE, form_of(met, PAGE), text=text + " Both.").status_code == 303
    texts = [
        saved.wording.text.removeprefix(text) for saved in web.desks.drafts.texts(web.desks.answers.draft_of(IRON))
    ]
    assert texts == [" Both.", " Theirs is saved."]


def test_what_was_typed_for_a_draft_that_is_gone_is_still_there(web: AnswersSite, editor: StaffBrowser) -> None:
    write(editor, fresh_text(web.desks.answer()))
    page = editor.get(PAGE)
    assert send(editor, f"{PAGE}/drop", form_of(page, f"{PAGE}/drop")).status_code == 303
    met = write(editor, "Words that took an hour.", page=page)
    assert met.status_code == 409
    fields = form_of(met, PAGE)
    assert fields["text"] == ["Words that took an hour."]
    assert send(editor, PAGE, fields).status_code == 303


def test_the_checks_come_alone_for_htmx_and_with_the_page_without_it(web: AnswersSite, editor: StaffBrowser) -> None:
    fields = form_of(editor.get(PAGE), PAGE) | {"text": ["It will cure you. Take two pills."]}
    alone = editor.post(f"{PAGE}/check", data=fields, headers={"HX-Request": "true"})
    assert "<html" not in alone.text
    assert alone.text.count("<mark") == 2
    reply = json.loads(unescape(re.search(r'data-reply="([^"]*)"', alone.text)[1]))
    assert reply["text"] == "It will cure you. Take two pills."
    assert reply["metadata"]["sources"][0]["section"] == "Iron deficiency"
    whole = editor.post(PAGE, data=fields | {"do": ["check"]})
    assert "<html" in whole.text
    assert form_of(whole, PAGE)["text"] == fields["text"]
    assert web.desks.answers.draft_of(IRON) is None


def test_more_lines_for_statements_keep_what_was_typed(web: AnswersSite, editor: StaffBrowser) -> None:
    fields = form_of(editor.get(PAGE), PAGE)
    count = len(fields["claim"])
    page = send(editor, PAGE, fields, text="Typed.", do="rows")
    more = form_of(page, PAGE)
    assert (len(more["claim"]), more["text"]) == (count + 3, ["Typed."])
    assert more["source"][:6] == fields["source"][:6]


def test_a_statement_and_a_passage_can_be_added_and_taken_out(web: AnswersSite, editor: StaffBrowser) -> None:
    fields = form_of(editor.get(PAGE), PAGE)
    fields["claim"] = ["", *fields["claim"][1:6], "Moving eases it.", ""]
    fields["source"] = [*fields["source"][:6], "nhs_rls", ""]
    fields["section"] = ["causes.iron", "management.iron"]
    assert send(editor, PAGE, fields).status_code == 303
    wording = web.desks.answers.draft_of(IRON).wording
    assert [claim.says for claim in wording.claims][-1] == "Moving eases it."
    assert len(wording.claims) == 6
    assert wording.sections == ("causes.iron", "management.iron")


def test_a_form_that_arrives_in_part_takes_no_statement_away(web: AnswersSite, editor: StaffBrowser) -> None:
    fields = form_of(editor.get(PAGE), PAGE)
    for lacking in ("claim", "source"):
        answer = send(editor, PAGE, {name: value for name, value in fields.items() if name != lacking}, text="Other.")
        assert answer.status_code == 422
        assert web.desks.answers.draft_of(IRON) is None


def test_a_source_that_nobody_knows_is_refused(web: AnswersSite, editor: StaffBrowser) -> None:
    fields = form_of(editor.get(PAGE), PAGE)
    answer = send(editor, PAGE, fields, source="my_blog", text=fresh_text(web.desks.answer()), do="submit")
    assert answer.status_code == 422
    assert "my_blog" in answer.text


def test_the_preview_is_for_our_own_frame_alone_and_shows_what_was_typed(
    web: AnswersSite, editor: StaffBrowser
) -> None:
    fields = form_of(editor.get(PAGE), PAGE) | {"text": ["Call {emergency}.\n\n- <b>one</b>"]}
    for answer in (editor.get(f"{PAGE}/preview"), editor.post(f"{PAGE}/preview", data=fields)):
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    given = json.loads(unescape(re.search(r'data-given="([^"]*)"', answer.text)[1]))
    assert given["reply"]["text"].startswith("Call 911.")
    assert editor.get(given["panel"]).status_code == 200
    assert "<li>&lt;b&gt;one&lt;/b&gt;</li>" in answer.text
    assert "frame-ancestors 'none'" in editor.get(PAGE).headers["content-security-policy"]


def test_an_approval_needs_the_tick(web: AnswersSite, clinician: StaffBrowser) -> None:
    answer = approve(clinician, read="")
    assert (answer.status_code, web.desks.answer().is_approved) == (422, False)


def test_a_text_that_changed_while_it_was_read_is_shown_again_and_not_approved(
    web: AnswersSite, clinician: StaffBrowser
) -> None:
    fields = form_of(clinician.get(f"{PAGE}/approve"), f"{PAGE}/approve")
    web.desks.change_by_hand("Heavy periods,", "Strong periods,")
    answer = send(clinician, f"{PAGE}/approve", fields, read="yes")
    assert answer.status_code == 409
    assert "Strong periods" in answer.text
    assert not web.desks.answer().is_approved


def test_a_draft_is_sent_back_with_a_reason_that_its_writer_reads(
    web: AnswersSite, editor: StaffBrowser, clinician: StaffBrowser
) -> None:
    write(editor, fresh_text(web.desks.answer()), "submit")
    fields = form_of(clinician.get(f"{PAGE}/approve"), f"{PAGE}/send-back")
    assert send(clinician, f"{PAGE}/send-back", fields, reason=" ").status_code == 422
    assert send(clinician, f"{PAGE}/send-back", fields, reason="Say <why> it matters.").status_code == 303
    assert "Say &lt;why&gt; it matters." in editor.get(PAGE).text


def test_the_chosen_time_until_the_next_review_is_kept(web: AnswersSite, clinician: StaffBrowser) -> None:
    assert approve(clinician, months="6").status_code == 303
    assert web.desks.answer().review.due == "2027-05-23"
    assert approve(web.site.signed_in(Role.CLINICIAN), months="7").status_code == 409


def test_a_text_that_was_changed_by_hand_after_its_approval_says_so(web: AnswersSite, clinician: StaffBrowser) -> None:
    approve(clinician)
    web.desks.change_by_hand("Heavy periods,", "Strong periods,")
    assert "Changed after approval" in clinician.get(PAGE).text


def test_what_is_approved_but_not_published_is_told(web: AnswersSite, clinician: StaffBrowser) -> None:
    web.desks.publisher.fails = "The disk is full."
    answer = approve(clinician)
    clinician.cookies.update(answer.cookies)
    assert "The disk is full." in clinician.get(answer.headers["location"]).text
    assert web.desks.answer().is_approved
    again = form_of(clinician.get(PAGE), f"{PAGE}/publish")
    assert send(clinician, f"{PAGE}/publish", again).status_code == 409
    web.desks.publisher.fails = None
    assert send(clinician, f"{PAGE}/publish", again).status_code == 303
    assert f"{PAGE}/publish" not in clinician.get(PAGE).text


def test_what_is_not_approved_is_not_published_by_a_form_made_up(web: AnswersSite, editor: StaffBrowser) -> None:
    assert editor.submit(f"{PAGE}/publish").status_code == 409
    assert web.desks.publisher.published == []


def test_an_answer_of_a_set_of_changes_is_listed_with_its_set(
    web: AnswersSite, clinician: StaffBrowser, tmp_path: Path
) -> None:
    root = web.desks.lines.sets["a1"] = copied_content(tmp_path / "set")
    source = (root / "data/answers/causes/iron.yml").read_text("utf-8").replace("utter_iron", "utter_stretching")
    (root / "data/answers/causes/stretching.yml").write_text(source, "utf-8")
    assert "Set a1" in clinician.get("/staff/answers?q=stretching").text
    assert approve(clinician, "/staff/answers/one/stretching").status_code == 303
    assert web.desks.answer(AnswerKey("utter_stretching")).is_approved
    assert web.desks.publisher.published == []


@pytest.mark.parametrize(
    "query",
    ["", "?need=unreviewed", "?need=due", "?need=article", "?need=disliked", "?need=waiting", "?need=draft",
     "?q=iron", "?kind=refusal", "?page=3", "?page=-1", "?page=99999999999", "?need=<x>&kind=<x>", "?q=" + "x" * 500],
)  # fmt: skip
def test_every_list_can_be_shown(editor: StaffBrowser, query: str) -> None:
    answer = editor.get(f"/staff/answers{query}")
    assert answer.status_code == 200
    assert "<x>" not in answer.text


def test_a_list_is_cut_into_pages_that_hold_all(web: AnswersSite, editor: StaffBrowser) -> None:
    found: set[str] = set()
    for page in range(1, 10):
        found |= set(re.findall(r"/staff/answers/one/([a-z0-9_.]+)", editor.get(f"/staff/answers?page={page}").text))
    assert found == {str(row.answer.key) for row in web.desks.answers.list().rows}


@pytest.mark.parametrize("key", ["nothing", "iron.2", "utter_iron", "iron.1", "IRON", "iron%00", "a" * 300])
def test_an_answer_that_is_not_there_is_a_page_in_words(editor: StaffBrowser, key: str) -> None:
    answer = editor.get(f"/staff/answers/one/{key}")
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_a_file_broken_by_hand_is_named_and_the_rest_of_the_house_stands(
    web: AnswersSite, editor: StaffBrowser
) -> None:
    (web.desks.root / "data/answers/causes/iron.yml").write_text("responses: [", "utf-8")
    for address in ("/staff/answers", PAGE):
        answer = editor.get(address)
        assert answer.status_code == 503
        assert "data/answers/causes/iron.yml" in answer.text


def test_the_article_is_given_as_a_file_by_those_who_may(web: AnswersSite, clinician: StaffBrowser) -> None:
    editor, page = web.site.signed_in(Role.EDITOR), "/staff/answers/article"
    given = {"file": ("article.md", ARTICLE.encode())}
    assert editor.post(page, data={"csrf": editor.csrf}, files=given).status_code == 403
    assert web.desks.article_file.read() is None
    assert clinician.post(page, data={"csrf": clinician.csrf}, files=given).status_code == 303
    assert web.desks.article_file.read() == ARTICLE
    assert "words of a test, about iron" in editor.get(PAGE).text
    admin = web.site.signed_in(Role.ADMIN)
    for content in (b"", b"\xff\xfe", b"Nothing of it.", b"x" * 210_000):
        wrong = admin.post(page, data={"csrf": admin.csrf}, files={"file": ("a.txt", content)})
        assert wrong.status_code == 422
    assert web.desks.article_file.read() == ARTICLE


def test_the_article_is_missing_in_words(editor: StaffBrowser) -> None:
    assert "not here yet" in editor.get(PAGE).text
    assert "not here yet" in editor.get("/staff/answers?need=article").text


def test_numbers_that_are_none_are_no_error_of_ours(editor: StaffBrowser, clinician: StaffBrowser) -> None:
    assert editor.submit(PAGE, text="x", seen="many").status_code == 422
    assert clinician.submit(f"{PAGE}/approve", read="yes", draft="x", months="x").status_code == 409
