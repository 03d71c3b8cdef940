"""A message becomes something that is learnt, and nothing of the visitor goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from clinic.review.teaching.model import Lesson, LessonKind, MessageGone, Saved, Sentence, TeachingRefused
from tests.unit.review.teaching_room import LONG_ENOUGH, NURSE, TeachingRoom, teaching_room

MESSAGE = "hi its greg miller from dayton, do my varicose veins and the low iron together make the kicking worse?"
REWRITTEN = "can varicose veins and low iron both worsen rls"
DANGER = "my left calf is swollen and hot"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[TeachingRoom]:
    with teaching_room(tmp_path) as room:
        yield room


def example(topic: str, *sentences: str, turn: str | None = None) -> Lesson:
    said = tuple(Sentence(s, turn) for s in sentences)
    return Lesson(LessonKind.EXAMPLE, said, topic=topic, is_confirmed=True)


def saved(room: TeachingRoom, lesson: Lesson) -> Saved:
    """After the warnings were read."""
    try:
        return room.desk.save(NURSE, lesson, LONG_ENOUGH)
    except TeachingRefused as refused:
        assert not refused.look.faults, refused.look.faults
        return room.desk.save(NURSE, replace(lesson, seen=refused.look.token), LONG_ENOUGH)


def faults(room: TeachingRoom, lesson: Lesson) -> dict[str, str]:
    with pytest.raises(TeachingRefused) as refused:
        room.desk.save(NURSE, replace(lesson, seen=room.desk.look(lesson, wait=LONG_ENOUGH).token), LONG_ENOUGH)
    assert "change" not in room.git("branch") or len(room.git("log", "--all", "--oneline").splitlines()) == 1
    return dict(refused.value.look.faults)


def test_a_rewritten_message_is_one_line_more_in_its_topic(room: TeachingRoom) -> None:
    turn = room.inbox.arrives("7", MESSAGE)
    made = saved(room, example("iron", REWRITTEN, turn=turn))
    diff = room.git("show", room.changes.get(made.change_set).head, "--format=%an|%s", "--unified=0")
    assert diff.splitlines()[0] == "Nora Example|Teach “Low iron and RLS”, 1 sentence"
    changed = [
        line for line in diff.splitlines() if line.startswith(("+", "-")) and not line.startswith(("+++", "---"))
    ]
    assert changed == [f"+    - {REWRITTEN}"]
    assert made.title.startswith("Changes of ")


def test_the_turn_is_marked_in_the_inbox_without_the_visitor_s_words(room: TeachingRoom) -> None:
    turn = room.inbox.arrives("7", MESSAGE)
    saved(room, example("iron", REWRITTEN, turn=turn))
    assert room.inbox.taught == {"7": "“Low iron and RLS”, 1 sentence"}
    assert not [row for row in room.audit.notes if "varicose" in str(row)]


def test_a_visitor_s_own_words_never_reach_git(room: TeachingRoom) -> None:
    turn = room.inbox.arrives("7", MESSAGE)
    for sentence in (
        MESSAGE,
        "do my varicose veins and the low iron together make kicking",
        "My varicose veins and the low iron",
    ):
        assert "sentence-1" in faults(room, example("iron", sentence, turn=turn)), sentence
    assert "kicking" not in room.git("log", "--all", "-p", "--", "data/nlu")


def test_no_other_field_is_a_way_round(room: TeachingRoom) -> None:
    turn, own = room.inbox.arrives("7", MESSAGE), "do my varicose veins and the low iron together make"
    other = room.inbox.arrives("8", "made-up other message")
    said = Sentence("are swollen veins and weak blood one thing", turn)
    topic = Lesson(LessonKind.NEW_TOPIC, (said,), group="about", title="Thick veins", is_confirmed=True)
    assert "sentence-2" in faults(room, replace(topic, sentences=(said, Sentence(own))))
    assert "sentence-2" in faults(room, replace(topic, sentences=(said, Sentence(own, other))))
    assert "answer" in faults(room, replace(topic, answer=f"You asked: {own}. We do not know."))
    assert "title" in faults(room, replace(topic, title="Veins of Greg Miller"))
    danger = Lesson(LessonKind.RED_FLAG, (said,), category="collapse", pattern=own, is_confirmed=True)
    assert "pattern" in faults(room, danger)


def test_short_everyday_words_may_stay_as_they_are(room: TeachingRoom) -> None:
    turn = room.inbox.arrives("7", "Does iron help with RLS?")
    saved(room, example("iron", "does iron help with rls", turn=turn))
    assert "- does iron help with rls\n" in room.file("data/nlu/causes/iron.yml")


@pytest.mark.parametrize(
    "sentence",
    [
        "my name is Robin Example, can iron help",
        "write to robin@example.com about iron",
        "call 202-555-0134 about iron",
    ],
)
def test_a_sentence_with_something_personal_is_refused_wherever_it_comes_from(
    room: TeachingRoom, sentence: str
) -> None:
    assert "personal" in faults(room, example("iron", sentence))["sentence-1"]


def test_a_name_of_the_conversation_is_known_in_small_letters_as_well(room: TeachingRoom) -> None:
    turn = room.inbox.arrives("7", "does it come back", names=("Quillon",))
    assert "sentence-1" in faults(room, example("iron", "will the iron trouble of quillon return", turn=turn))


def test_an_age_or_a_place_of_the_message_is_not_taken_over(room: TeachingRoom) -> None:
    turn = room.inbox.arrives("7", "I sleep badly in Dayton, what now")
    assert "in Dayton" in faults(room, example("iron", "what iron tests are done in Dayton", turn=turn))["sentence-1"]


def test_nothing_is_saved_before_somebody_has_confirmed_it(room: TeachingRoom) -> None:
    lesson = replace(example("iron", "can low iron stores worsen rls"), is_confirmed=False)
    assert "confirm" in faults(room, lesson)


def test_warnings_are_read_before_they_are_passed_over(room: TeachingRoom) -> None:
    lesson = example("exercise", "does exercising help with restless legs")
    with pytest.raises(TeachingRefused) as refused:
        room.desk.save(NURSE, lesson, LONG_ENOUGH)
    assert not refused.value.look.faults
    assert any("does exercise help" in warning for warning in refused.value.look.warnings)
    other = replace(lesson, seen=room.desk.look(example("iron", "zinc and iron"), wait=LONG_ENOUGH).token)
    with pytest.raises(TeachingRefused):
        room.desk.save(NURSE, other, LONG_ENOUGH)
    assert (
        room.desk.save(NURSE, replace(lesson, seen=refused.value.look.token), LONG_ENOUGH).what
        == "“Exercise and RLS”, 1 sentence"
    )


def test_a_word_that_no_example_holds_is_pointed_out(room: TeachingRoom) -> None:
    look = room.desk.look(example("iron", "can low iron bother greg"), wait=LONG_ENOUGH)
    assert any("“greg”" in warning for warning in look.warnings)


def test_what_belongs_elsewhere_is_pointed_out(room: TeachingRoom) -> None:
    look = room.desk.look(example("out_of_scope", "can yoga and walking help with rls"), wait=LONG_ENOUGH)
    assert look.sentences[0].around.topics[0] == "exercise"


@pytest.mark.parametrize("topic", ["iron", "definition"])
def test_a_sentence_stands_under_one_topic_only_and_once(room: TeachingRoom, topic: str) -> None:
    assert "sentence-1" in faults(room, example(topic, "Can low iron cause restless legs?"))


@pytest.mark.parametrize("kind", [LessonKind.OUT_OF_SCOPE, LessonKind.NOT_COVERED])
def test_a_message_can_be_somebody_else_s_or_not_answered_yet(room: TeachingRoom, kind: LessonKind) -> None:
    saved(room, Lesson(kind, (Sentence("how are gallstones treated"),), is_confirmed=True))
    assert "- how are gallstones treated\n" in room.file(f"data/nlu/scope/{kind.value}.yml")


@pytest.mark.parametrize(
    "lesson",
    [
        example("iron", DANGER + " today"),
        Lesson(LessonKind.OUT_OF_SCOPE, (Sentence(DANGER + " today"),), is_confirmed=True),
        Lesson(LessonKind.NOT_COVERED, (Sentence(DANGER + " today"),), is_confirmed=True),
        Lesson(
            LessonKind.NEW_TOPIC, (Sentence(DANGER + " today"),), group="causes", title="Hot legs", is_confirmed=True
        ),
    ],
)
def test_a_sentence_that_tells_of_danger_is_taught_as_nothing_ordinary(room: TeachingRoom, lesson: Lesson) -> None:
    assert "Danger" in faults(room, lesson)["sentence-1"]
    assert room.desk.look(lesson).danger == "urgent_clot"


def test_danger_may_be_an_example_of_its_danger(room: TeachingRoom) -> None:
    saved(room, example("urgent_clot", "my right calf is swollen and red today"))
    assert "right calf" in room.file("data/nlu/safety/urgent_clot.yml")


def test_a_new_topic_has_all_its_files_and_is_unreviewed(room: TeachingRoom) -> None:
    lines = ("are long flights hard for rls", "how do i sit still on a plane")
    lesson = Lesson(
        LessonKind.NEW_TOPIC, tuple(map(Sentence, lines)), group="management", title="Long flights", is_confirmed=True
    )
    saved(room, lesson)
    assert all(f"- {line}\n" in room.file("data/nlu/management/long_flights.yml") for line in lines)
    assert "unreviewed" in room.file("data/answers/management/long_flights.yml")
    assert "- long_flights\n" in room.file("domain.yml")
    assert "Long flights" in room.file("data/clinic/titles.yml")


@pytest.mark.parametrize("title", ["", "Long flights and short trips by bus", "???"])
def test_a_new_topic_needs_a_short_title(room: TeachingRoom, title: str) -> None:
    lesson = Lesson(
        LessonKind.NEW_TOPIC,
        (Sentence("are long flights hard for rls"),),
        group="about",
        title=title,
        is_confirmed=True,
    )
    assert "title" in faults(room, lesson)


def test_a_red_flag_hears_its_sentence_and_from_then_on_others_like_it(room: TeachingRoom) -> None:
    lesson = Lesson(
        LessonKind.RED_FLAG, (Sentence("everything tastes like tin after the new tablets"),),
        category="collapse", pattern="tastes .. tin", is_confirmed=True,
    )  # fmt: skip
    other = example("iron", "my food tastes of tin with low iron")
    assert room.desk.look(other).danger is None
    trial = room.desk.look(lesson).trial
    assert trial is not None
    assert (trial.hears, trial.heard_before, trial.how_many) == (True, None, 0)
    saved(room, lesson)
    assert "tastes .. tin" in room.file("data/clinic/red_flags.yml")
    assert "everything tastes like tin" in room.file("data/nlu/safety/emergency_collapse.yml")
    assert room.desk.look(other).danger == "emergency_collapse"


def test_a_red_flag_that_frightens_people_for_nothing_is_shown_before_it_is_saved(room: TeachingRoom) -> None:
    lesson = Lesson(
        LessonKind.RED_FLAG, (Sentence("magnesium made my throat close"),),
        category="collapse", pattern="magnesium", is_confirmed=True,
    )  # fmt: skip
    with pytest.raises(TeachingRefused) as refused:
        room.desk.save(NURSE, lesson)
    trial = refused.value.look.trial
    assert trial is not None
    assert ("Magnesium, vitamins, home cures", "does magnesium help with rls") in trial.harmless
    assert not refused.value.look.faults


@pytest.mark.parametrize(
    ("pattern", "category"),
    [("tongue (swollen", "collapse"), ("<nosuchlist>", "collapse"), ("..", "collapse"), ("(a)?", "collapse"),
     ("", "collapse"), ("purple elephant", "collapse"), ("tongue", "nothing")],
)  # fmt: skip
def test_words_that_cannot_be_read_or_do_not_fit_are_refused(room: TeachingRoom, pattern: str, category: str) -> None:
    lesson = Lesson(
        LessonKind.RED_FLAG,
        (Sentence("everything tastes like tin"),),
        category=category,
        pattern=pattern,
        is_confirmed=True,
    )
    assert faults(room, lesson).keys() & {"pattern", "category"}


def test_danger_that_is_heard_already_needs_no_new_words(room: TeachingRoom) -> None:
    lesson = Lesson(
        LessonKind.RED_FLAG, (Sentence("my right calf is swollen and red today"),), category="clot", is_confirmed=True
    )
    saved(room, lesson)
    assert "right calf" in room.file("data/nlu/safety/urgent_clot.yml")
    assert room.git("diff", "main", room.changes.all()[0].head, "--", "data/clinic") == ""


def test_many_messages_are_taught_in_one_change(room: TeachingRoom) -> None:
    turns = [room.inbox.arrives(str(n), f"made-up message number {n}") for n in range(3)]
    lines = ("can low iron worsen rls", "is iron low in rls", "does iron matter for rls")
    lesson = replace(example("iron"), sentences=tuple(Sentence(s, t) for s, t in zip(lines, turns, strict=True)))
    made = saved(room, lesson)
    assert len(room.changes.history(made.change_set)) == 1
    assert made.turns == tuple(turns)
    assert room.inbox.taught.keys() == set(turns)


def test_the_same_sentence_twice_at_once_is_refused(room: TeachingRoom) -> None:
    assert "sentence-2" in faults(room, example("iron", "can low iron worsen rls", "Can low iron worsen RLS?"))


@pytest.mark.parametrize("kind", list(LessonKind))
def test_what_was_saved_is_taken_back_whole(room: TeachingRoom, kind: LessonKind) -> None:
    before = room.git("rev-parse", "main^{tree}")
    turn = room.inbox.arrives("7", MESSAGE)
    lesson = Lesson(
        kind, (Sentence("is weak blood a reason for thick calves", turn),), topic="iron", group="causes",
        title="Thick calves", category="collapse", pattern="weak blood", is_confirmed=True,
    )  # fmt: skip
    made = saved(room, lesson)
    assert room.git("rev-parse", f"{room.changes.get(made.change_set).head}^{{tree}}") != before
    room.desk.take_back(NURSE, made)
    assert room.git("rev-parse", f"{room.changes.get(made.change_set).head}^{{tree}}") == before
    assert room.inbox.taught == {}


def test_what_others_added_meanwhile_stays_when_something_is_taken_back(room: TeachingRoom) -> None:
    made = saved(room, example("iron", "is weak blood a reason for rls"))
    saved(room, example("iron", "do iron drips help rls"))
    room.desk.take_back(NURSE, made)
    now = room.file("data/nlu/causes/iron.yml")
    assert "weak blood" not in now
    assert "- do iron drips help rls\n" in now


def test_what_is_gone_is_not_taken_back_twice(room: TeachingRoom) -> None:
    made = saved(room, example("iron", "is weak blood a reason for rls"))
    room.desk.take_back(NURSE, made)
    with pytest.raises(Exception, match="not there any more"):
        room.desk.take_back(NURSE, replace(made, turns=()))


def test_a_message_that_was_erased_is_not_taught(room: TeachingRoom) -> None:
    with pytest.raises(MessageGone):
        room.desk.messages(["no such turn"])
    assert "sentence-1" in faults(room, example("iron", "can low iron worsen rls", turn="no such turn"))


def test_a_message_erased_between_reading_and_saving_leaves_no_sentence(room: TeachingRoom) -> None:
    turn = room.inbox.arrives("7", MESSAGE)
    look = room.desk.look(example("iron", REWRITTEN, turn=turn), wait=LONG_ENOUGH)
    del room.inbox.messages["7"]
    with pytest.raises(TeachingRefused):
        room.desk.save(NURSE, replace(example("iron", REWRITTEN, turn=turn), seen=look.token), LONG_ENOUGH)


def test_a_file_broken_by_hand_is_said_and_nothing_is_lost(room: TeachingRoom) -> None:
    room.changes.current(NURSE)
    root = room.changes.tree(room.changes.all()[0].id).root
    (root / "data/nlu/causes/iron.yml").write_text("nlu: [", "utf-8")
    with pytest.raises(Exception, match=r"iron\.yml cannot be read"):
        room.desk.look(example("iron", "can low iron worsen rls"))
