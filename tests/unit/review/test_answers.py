"""Drafts and approvals: nothing lost, nobody approves their own, and no dose gets through."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from clinic.adapters.sql.turns import SqlTurnStore
from clinic.answers import load_catalogue
from clinic.review.answers.approvals import Seen
from clinic.review.answers.desk import Needs
from clinic.review.answers.drafts import (
    AnswerChanged,
    ArticleChanged,
    AuthorsUnknown,
    DraftChanged,
    DraftState,
    HasFaults,
    NoSuchDraft,
    NotAllowed,
    OwnText,
    WrongState,
)  # fmt: skip
from clinic.review.answers.files import ContentBroken
from clinic.review.answers.passages import NotTheArticle
from clinic.review.answers.review_dates import months_later
from clinic.review.answers.wording import AnswerKey, Claim, Wording
from clinic.turns import TurnState
from tests.unit.review.answers_on_disk import (
    ADMIN,
    ARTICLE,
    DOCTOR,
    IRON,
    NURSE,
    OTHER_DOCTOR,
    READER,
    RECEPTION,
    AnswersOnDisk,
    copied_content,
    fresh_text,
)  # fmt: skip
from tests.web.staff.signed_in import fresh_database


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[AnswersOnDisk]:
    made = AnswersOnDisk(tmp_path, fresh_database(tmp_path))
    yield made
    made.engine.dispose()


def needing(desks: AnswersOnDisk, need: Needs) -> list[str]:
    return [str(row.answer.key) for row in desks.answers.list().filtered(need)]


def entry(desks: AnswersOnDisk, path: str = "causes/iron.yml", name: str = "utter_iron", at: int = 0) -> dict:
    return yaml.safe_load((desks.root / "data/answers" / path).read_text("utf-8"))["responses"][name][at]


def test_an_approved_draft_is_what_patients_read_and_signed(desks: AnswersOnDisk) -> None:
    text = fresh_text(desks.answer())
    desks.waiting(text)
    done = desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert done.is_live
    found = entry(desks)
    assert found["text"] == text
    review = found["metadata"]["review"]
    assert {k: review[k] for k in ("status", "on", "by", "due")} == {
        "status": "approved", "on": "2026-11-23",
        "by": "Dr. Ada Demo", "due": "2027-11-23",
    }  # fmt: skip
    assert desks.answer().is_approved
    assert desks.answers.draft_of(IRON) is None
    assert desks.publisher.published == [("m_doctor", "c1")]
    (approval,) = desks.approvals.history(IRON)
    assert (approval.by, approval.commit, approval.signature) == ("m_doctor", "c1", desks.answer().signature)


def test_an_approval_changes_the_lines_it_is_about_and_no_other(desks: AnswersOnDisk) -> None:
    file = desks.root / "data/answers/causes/iron.yml"
    before = file.read_text("utf-8").splitlines()
    desks.waiting(fresh_text(desks.answer()))
    desks.approvals.approve(DOCTOR, IRON, desks.seen())
    after = file.read_text("utf-8").splitlines()
    gone, new = [line for line in before if line not in after], [line for line in after if line not in before]
    assert len(gone) == 5  # a line of the text, four of the review
    assert len(new) == 6  # and the signature


def test_the_catalogue_can_still_be_read_and_has_the_dates_as_text(desks: AnswersOnDisk) -> None:
    desks.approvals.approve(DOCTOR, IRON, desks.seen())
    answer = load_catalogue(desks.root / "data").find("utter_iron")
    assert answer is not None
    assert (answer.review.status, answer.review.on) == ("approved", "2026-11-23")


def test_nobody_approves_what_they_wrote_the_last_text_of(desks: AnswersOnDisk) -> None:
    desks.waiting(fresh_text(desks.answer()), by=DOCTOR)
    with pytest.raises(OwnText):
        desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert desks.approvals.approve(OTHER_DOCTOR, IRON, desks.seen()).is_live


def test_nobody_approves_a_draft_of_which_they_wrote_an_earlier_text(desks: AnswersOnDisk) -> None:
    text = fresh_text(desks.answer())
    first = desks.draft(text, by=DOCTOR)
    second = desks.draft(text.replace("Heavy", "Strong"), by=NURSE, seen=first.version)
    desks.drafts.submit(NURSE, IRON, second.version)
    with pytest.raises(OwnText):
        desks.approvals.approve(DOCTOR, IRON, desks.seen())


def test_a_thrown_away_draft_is_not_laundered_by_somebody_who_saves_it_again(desks: AnswersOnDisk) -> None:
    text = fresh_text(desks.answer())
    first = desks.draft(text, by=DOCTOR)
    desks.drafts.drop(DOCTOR, IRON, first.version)
    desks.waiting(text, by=NURSE)
    with pytest.raises(OwnText):
        desks.approvals.approve(DOCTOR, IRON, desks.seen())


def test_the_text_as_it_stands_is_not_approved_by_who_wrote_it(desks: AnswersOnDisk) -> None:
    desks.authors.found = frozenset({"ada@example.org"})
    with pytest.raises(OwnText):
        desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert desks.approvals.approve(OTHER_DOCTOR, IRON, desks.seen()).is_live


def test_the_writer_of_a_draft_does_not_approve_it_later_as_it_stands(desks: AnswersOnDisk) -> None:
    desks.waiting(fresh_text(desks.answer()), by=DOCTOR)
    desks.approvals.approve(OTHER_DOCTOR, IRON, desks.seen())
    with pytest.raises(OwnText):
        desks.approvals.approve(DOCTOR, IRON, desks.seen())
    # Its approver does, though the saved change bears that name.
    desks.authors.found = frozenset({"bo@example.org"})
    assert desks.approvals.approve(OTHER_DOCTOR, IRON, desks.seen()).is_live


def test_where_nobody_knows_who_wrote_it_nobody_approves_it(desks: AnswersOnDisk) -> None:
    desks.authors.is_known = False
    with pytest.raises(AuthorsUnknown):
        desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert not desks.answer().is_approved


@pytest.mark.parametrize("member", [NURSE, ADMIN, READER])
def test_only_a_clinician_approves_and_sends_back(desks: AnswersOnDisk, member) -> None:
    waiting = desks.waiting(fresh_text(desks.answer()), by=RECEPTION)
    with pytest.raises(NotAllowed):
        desks.approvals.approve(member, IRON, desks.seen())
    with pytest.raises(NotAllowed):
        desks.approvals.send_back(member, IRON, waiting.version, "no")


def test_a_reader_writes_nothing(desks: AnswersOnDisk) -> None:
    with pytest.raises(NotAllowed):
        desks.draft(fresh_text(desks.answer()), by=READER)


def test_a_dose_is_neither_submitted_nor_approved(desks: AnswersOnDisk) -> None:
    draft = desks.draft(desks.answer().wording.text + " Take 300 mg.")
    with pytest.raises(HasFaults) as refused:
        desks.drafts.submit(NURSE, IRON, draft.version)
    assert [fault.code for fault in refused.value.faults] == ["dose"]
    # Even where a draft with a dose should wait, by whatever way, it is not approved.
    desks.store.move(draft.id, draft.version, DraftState.WAITING, time.time(), NURSE)
    with pytest.raises(HasFaults):
        desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert "300 mg" not in entry(desks)["text"]


def test_a_dose_that_stands_in_a_file_is_not_approved_as_it_stands(desks: AnswersOnDisk) -> None:
    desks.change_by_hand("Heavy periods,", "Take half a tablet. Heavy periods,")
    with pytest.raises(HasFaults):
        desks.approvals.approve(DOCTOR, IRON, desks.seen())


def test_a_dose_on_a_button_stops_the_answer(desks: AnswersOnDisk) -> None:
    desks.change_by_hand("title: Brain chemistry", "title: Take 300 mg")
    with pytest.raises(HasFaults):
        desks.approvals.approve(DOCTOR, IRON, desks.seen())


def test_of_two_who_write_at_once_the_second_sees_both_and_decides(desks: AnswersOnDisk) -> None:
    text = fresh_text(desks.answer())
    first = desks.draft(text + " One.", by=NURSE)
    desks.draft(text + " Two.", by=RECEPTION, seen=first.version)
    with pytest.raises(DraftChanged) as met:
        desks.draft(text + " Three.", by=NURSE, seen=first.version)
    assert met.value.theirs.wording.text.endswith("Two.")
    assert met.value.theirs.last_by == "Remy Demo"
    decided = desks.draft(text + " Two. Three.", by=NURSE, seen=met.value.theirs.version)
    kept = [saved.wording.text.removeprefix(text) for saved in desks.drafts.texts(decided)]
    assert kept == [" Two. Three.", " Two.", " One."]


def test_of_two_who_begin_a_draft_at_once_the_second_sees_the_first(desks: AnswersOnDisk) -> None:
    text = fresh_text(desks.answer())
    desks.draft(text, by=NURSE, seen=0)
    with pytest.raises(DraftChanged):
        desks.draft(text + " More.", by=RECEPTION, seen=0)


def test_who_writes_on_a_draft_that_is_gone_is_told(desks: AnswersOnDisk) -> None:
    draft = desks.draft(fresh_text(desks.answer()))
    desks.drafts.drop(NURSE, IRON, draft.version)
    with pytest.raises(NoSuchDraft):
        desks.draft("Other words.", by=RECEPTION, seen=draft.version)


def test_a_text_saved_while_the_clinician_read_is_not_approved_unseen(desks: AnswersOnDisk) -> None:
    waiting = desks.waiting(fresh_text(desks.answer()))
    seen = desks.seen()
    desks.draft(fresh_text(desks.answer()) + " More.", seen=waiting.version)
    with pytest.raises(DraftChanged):
        desks.approvals.approve(DOCTOR, IRON, seen)
    assert desks.lines.saved == []


def test_an_edit_by_hand_at_the_last_moment_stops_the_approval(desks: AnswersOnDisk) -> None:
    seen = desks.seen()
    desks.lines.before_change = lambda: desks.change_by_hand("Heavy periods,", "Take this, heavy periods,")
    with pytest.raises(AnswerChanged):
        desks.approvals.approve(DOCTOR, IRON, seen)
    assert not desks.answer().is_approved


def test_a_saved_draft_that_waits_has_to_be_submitted_anew_once_it_is_changed(desks: AnswersOnDisk) -> None:
    waiting = desks.waiting(fresh_text(desks.answer()))
    desks.draft(fresh_text(desks.answer()) + " More.", seen=waiting.version)
    with pytest.raises(WrongState):
        desks.approvals.approve(OTHER_DOCTOR, IRON, desks.seen())


def test_a_draft_against_words_that_changed_meanwhile_is_compared_first(desks: AnswersOnDisk) -> None:
    draft = desks.draft(fresh_text(desks.answer()))
    desks.change_by_hand("Heavy periods,", "Strong periods,")
    with pytest.raises(AnswerChanged) as met:
        desks.drafts.submit(NURSE, IRON, draft.version)
    assert "Strong periods" in met.value.now.wording.text
    again = desks.drafts.save(NURSE, IRON, draft.wording, draft.version)
    assert desks.drafts.submit(NURSE, IRON, again.version).state is DraftState.WAITING


@pytest.mark.parametrize(
    ("old", "new"),
    [("Heavy periods,", "Strong periods,"), ("title: Brain chemistry", "title: The brain"),
     ("source: la_times_2010", "source: nhs_rls")],
)  # fmt: skip
def test_a_change_by_hand_ends_the_approval(desks: AnswersOnDisk, old: str, new: str) -> None:
    desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert desks.answer().is_approved
    desks.change_by_hand(old, new)
    assert not desks.answer().is_approved
    assert desks.answer().was_changed_since
    assert "iron" in needing(desks, Needs.UNREVIEWED)


def test_an_approval_written_by_hand_without_its_signature_is_none(desks: AnswersOnDisk) -> None:
    desks.change_by_hand("status: unreviewed", "status: approved")
    assert not desks.answer().is_approved


def test_a_change_of_spaces_in_the_file_keeps_the_approval(desks: AnswersOnDisk) -> None:
    desks.approvals.approve(DOCTOR, IRON, desks.seen())
    desks.change_by_hand("    buttons:", "    # where it leads on\n    buttons:")
    assert desks.answer().is_approved


def test_the_passage_is_stamped_as_it_was_seen(desks: AnswersOnDisk) -> None:
    desks.article_file.replace(ARTICLE)
    assert "iron" in needing(desks, Needs.ARTICLE)
    desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert "iron" not in needing(desks, Needs.ARTICLE)
    desks.article_file.replace(ARTICLE.replace("about iron", "about low iron"))
    assert "iron" in needing(desks, Needs.ARTICLE)
    assert desks.answer().is_approved  # the words are still those that were read


def test_another_article_while_the_clinician_reads_stops_the_approval(desks: AnswersOnDisk) -> None:
    desks.article_file.replace(ARTICLE)
    seen = desks.seen()
    desks.article_file.replace(ARTICLE.replace("about iron", "about low iron"))
    with pytest.raises(ArticleChanged):
        desks.approvals.approve(DOCTOR, IRON, seen)


def test_without_an_article_nothing_is_said_of_it_and_fingerprints_stay(desks: AnswersOnDisk) -> None:
    before = desks.answer().fingerprints
    assert needing(desks, Needs.ARTICLE) == []
    desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert desks.answer().fingerprints == before


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"Something else altogether."])
def test_a_file_that_is_not_the_article_takes_nothing_away(desks: AnswersOnDisk, content: bytes) -> None:
    desks.article_file.replace(ARTICLE)
    with pytest.raises(NotTheArticle):
        desks.answers.article.replace(content, desks.answers.outline())
    assert desks.article_file.read() == ARTICLE


def test_a_new_article_names_the_passages_it_lacks(desks: AnswersOnDisk) -> None:
    cut = ARTICLE.replace("4. **Pregnancy", "4. Expecting").encode()
    assert desks.answers.article.replace(cut, desks.answers.outline()) == ["Pregnancy"]


def test_a_review_is_due_within_thirty_days_and_after(desks: AnswersOnDisk) -> None:
    desks.approvals.approve(DOCTOR, IRON, desks.seen(), months=3)
    assert needing(desks, Needs.DUE) == []
    desks.today = date(2027, 1, 25)
    assert needing(desks, Needs.DUE) == ["iron"]
    desks.today = date(2028, 1, 1)
    assert needing(desks, Needs.DUE) == ["iron"]


def test_the_next_review_is_on_a_day_that_is_there() -> None:
    assert months_later(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_later(date(2026, 12, 31), 12) == date(2027, 12, 31)


def test_answers_that_visitors_disliked_are_listed_by_the_topic_they_were_shown(desks: AnswersOnDisk) -> None:
    turns, now = SqlTurnStore(desks.engine), time.time()
    reply = {"text": "x", "buttons": [], "metadata": {"kind": "answer", "topic": "iron"}}
    turn, _ = turns.add("s1", "m1", "words", now, now + 20)
    turns.take("s1", turn.number, now, now + 20)
    turns.finish("s1", turn.number, TurnState.DONE, [reply], {}, now)
    turns.give_feedback("s1", "m1", 0, False, "a word", now)
    assert needing(desks, Needs.DISLIKED) == ["iron"]
    assert desks.answers.dislikes(desks.answer()).down == 1


def test_a_draft_sent_back_bears_the_reason_until_it_is_written_on(desks: AnswersOnDisk) -> None:
    waiting = desks.waiting(fresh_text(desks.answer()))
    back = desks.approvals.send_back(DOCTOR, IRON, waiting.version, "  Say what the test is for. ")
    assert (back.state, back.reason, back.sent_back_by) == (
        DraftState.SENT_BACK, "Say what the test is for.", "Dr. Ada Demo",
    )  # fmt: skip
    with pytest.raises(WrongState):
        desks.approvals.send_back(DOCTOR, IRON, back.version, "again")
    assert desks.draft(fresh_text(desks.answer()) + " More.", seen=back.version).reason is None


def test_a_draft_is_sent_back_with_a_reason_only(desks: AnswersOnDisk) -> None:
    waiting = desks.waiting(fresh_text(desks.answer()))
    with pytest.raises(WrongState):
        desks.approvals.send_back(DOCTOR, IRON, waiting.version, "  ")
    assert desks.answers.draft_of(IRON).state is DraftState.WAITING


def test_one_of_two_wordings_is_approved_and_the_other_stays(desks: AnswersOnDisk) -> None:
    second = AnswerKey("utter_refusal_dose", 1)
    desks.approvals.approve(DOCTOR, second, desks.seen(second))
    assert desks.answer(second).is_approved
    assert not desks.answer(AnswerKey("utter_refusal_dose")).is_approved


def test_an_answer_that_is_in_a_set_of_changes_alone_is_approved_there(desks: AnswersOnDisk, tmp_path: Path) -> None:
    desks.lines.sets["a1"] = copied_content(tmp_path / "set")
    file = tmp_path / "set/data/answers/causes/stretching.yml"
    source = (desks.root / "data/answers/causes/iron.yml").read_text("utf-8")
    file.write_text(source.replace("utter_iron", "utter_stretching").replace("topic: iron\n", "topic: stretching\n"))
    key = AnswerKey("utter_stretching")
    row = next(row for row in desks.answers.list().rows if row.answer.key == key)
    assert row.change_set.id == "a1"
    done = desks.approvals.approve(DOCTOR, key, desks.seen(key))
    assert (done.is_live, done.trouble, done.approval.change_set) == (False, None, "a1")
    assert desks.lines.saved[0][0] == "a1"
    assert desks.publisher.published == []
    assert desks.answer(key).is_approved


def test_what_cannot_be_published_is_approved_all_the_same_and_it_is_said(desks: AnswersOnDisk) -> None:
    desks.publisher.fails = "The server is busy."
    done = desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert (done.is_live, done.trouble) == (False, "The server is busy.")
    assert desks.answer().is_approved


def test_a_dose_beside_it_in_the_same_file_keeps_an_approved_answer_from_going_live(desks: AnswersOnDisk) -> None:
    first, second = AnswerKey("utter_refusal_dose"), AnswerKey("utter_refusal_dose", 1)
    file = "data/answers/refusal/refusal_dose.yml"
    desks.change_by_hand("A dose is something", "Take 300 mg. A dose is something", file)
    done = desks.approvals.approve(DOCTOR, first, desks.seen(first))
    assert (done.is_live, desks.publisher.published) == (False, [])
    desks.change_by_hand("Take 300 mg. ", "", file)
    assert desks.wording.waits(desks.answers.find(first))
    desks.wording.publish(NURSE, first)
    assert len(desks.publisher.published) == 1
    with pytest.raises(WrongState):
        desks.wording.publish(NURSE, second)


def test_an_approval_broken_off_after_the_text_was_saved_can_be_finished(desks: AnswersOnDisk) -> None:
    waiting = desks.waiting(fresh_text(desks.answer()))
    desks.approvals.approve(DOCTOR, IRON, desks.seen())
    # As if the process had died before the database was told.
    with desks.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE answer_draft SET live = 1, state = 'waiting', version = ?", (waiting.version,)
        )
    assert desks.approvals.approve(DOCTOR, IRON, desks.seen()).is_live
    assert desks.answers.draft_of(IRON) is None


def test_statements_and_passages_of_a_draft_are_written_too(desks: AnswersOnDisk) -> None:
    now = desks.answer().wording
    claims = (*now.claims[:-1], Claim("Moving helps: for a while.", "nhs_rls"))
    wording = Wording(now.text, claims, ("causes.iron", "management.iron"))
    draft = desks.drafts.save(NURSE, IRON, wording, 0)
    desks.drafts.submit(NURSE, IRON, draft.version)
    desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert desks.answer().wording == wording
    assert desks.answer().is_approved


def test_the_record_says_who_did_what_and_holds_no_text(desks: AnswersOnDisk) -> None:
    text = fresh_text(desks.answer())
    desks.waiting(text)
    desks.approvals.approve(DOCTOR, IRON, desks.seen())
    told = [(by, action, subject) for by, action, subject, _ in desks.record.notes]
    assert told == [
        ("m_nurse", "answers.draft_begun", "iron"), ("m_nurse", "answers.submitted", "iron"),
        ("m_doctor", "answers.approved", "iron"),
    ]  # fmt: skip
    assert "blood" not in str(desks.record.notes)


def test_a_text_typed_in_a_browser_is_the_text_that_is_signed(desks: AnswersOnDisk) -> None:
    typed = fresh_text(desks.answer()).replace("\n", "\r\n").replace("anemic", "ane\u0301mic") + "\r\n \r\n"
    now = desks.answer().wording
    wording = Wording.typed(typed, [(c.says, c.source) for c in now.claims], list(now.sections))
    draft = desks.drafts.save(NURSE, IRON, wording, 0)
    desks.drafts.submit(NURSE, IRON, draft.version)
    desks.approvals.approve(DOCTOR, IRON, desks.seen())
    assert desks.answer().wording == wording
    assert desks.answer().is_approved


def test_a_signature_made_up_for_other_words_approves_nothing(desks: AnswersOnDisk) -> None:
    seen = desks.seen()
    with pytest.raises(AnswerChanged):
        desks.approvals.approve(DOCTOR, IRON, Seen("0" * 24, seen.article))


def test_a_broken_file_is_named_in_words(desks: AnswersOnDisk) -> None:
    (desks.root / "data/answers/causes/iron.yml").write_text("responses:\n  utter_iron: [\n")
    with pytest.raises(ContentBroken) as met:
        desks.answers.list()
    assert "data/answers/causes/iron.yml" in str(met.value)
    assert "line" in str(met.value)
