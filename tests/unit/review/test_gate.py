"""What the gate lets through, and what it refuses and for which reason."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from clinic.review.gate.comparison import Finding, HeldOut, Measured, RedFlags, calibration_error, compare

FLAGS = RedFlags(
    dangers={"open/1": True, "open/2": True, "closed/1": False},
    harmless={"open/3": False, "chats/1": False},
    texts={"open/1": "my chest hurts", "open/2": "my leg is hot and swollen", "open/3": "my phone died"},
)
QUICK = [10.0] * 40


def asked(topic: str, right: int, wrong: int = 0, understood: str = "exercise") -> list[HeldOut]:
    return [
        HeldOut(f"{topic} question {n}", topic, topic if n < right else understood, 0.9 if n < right else 0.5)
        for n in range(right + wrong)
    ]


def measured(held_out: Sequence[HeldOut], flags: RedFlags = FLAGS, latency: Sequence[float] = tuple(QUICK)) -> Measured:
    return Measured(flags, held_out, latency)


def checks(findings: list[Finding]) -> set[str]:
    return {finding.check for finding in findings}


def test_the_same_release_once_more_passes() -> None:
    live = measured([*asked("iron", 38, 2), *asked("exercise", 40)])

    assert compare(live, live) == []


def test_a_danger_that_is_no_longer_heard_refuses_and_shows_the_message() -> None:
    live = measured(asked("iron", 40))
    deaf = RedFlags({**FLAGS.dangers, "open/1": False}, FLAGS.harmless, FLAGS.texts)

    [finding] = compare(live, measured(asked("iron", 40), deaf))

    assert finding.check == "red_flags"
    assert finding.examples == ("my chest hurts",)


def test_a_danger_of_the_closed_part_refuses_and_shows_nothing() -> None:
    heard = RedFlags({**FLAGS.dangers, "closed/1": True}, FLAGS.harmless, FLAGS.texts)

    [finding] = compare(measured([], heard), measured([], FLAGS))

    assert finding.check == "red_flags"
    assert finding.examples == ()


def test_a_danger_that_nobody_heard_before_either_does_not_refuse() -> None:
    assert compare(measured([]), measured([])) == []


def test_more_false_alarms_refuse() -> None:
    nervous = RedFlags(FLAGS.dangers, {"open/3": True, "chats/1": False}, FLAGS.texts)

    [finding] = compare(measured([]), measured([], nervous))

    assert finding.check == "red_flags"
    assert finding.examples == ("my phone died",)


def test_a_topic_that_loses_its_questions_to_another_refuses_and_names_both() -> None:
    live = measured([*asked("iron", 40), *asked("exercise", 40)])

    findings = compare(live, measured([*asked("iron", 32, 8), *asked("exercise", 40)]))

    assert "understanding" in checks(findings)
    assert "iron" in findings[0].says
    assert all(example.endswith("→ exercise") for example in findings[0].examples)


@pytest.mark.parametrize("lost", [1, 2])
def test_one_or_two_questions_of_a_topic_are_noise(lost: int) -> None:
    live = measured([*asked("iron", 40), *asked("exercise", 40)])

    assert compare(live, measured([*asked("iron", 40 - lost, lost), *asked("exercise", 40)])) == []


def test_as_many_better_as_worse_is_noise() -> None:
    before = [*asked("iron", 36, 4), *asked("sleep", 40)]
    after = [
        HeldOut(h.text, h.intent, h.intent if not h.is_right else ("sleep" if n < 4 else h.understood), h.confidence)
        for n, h in enumerate(before)
    ]

    assert checks(compare(measured(before), measured(after))) == set()


def test_small_losses_everywhere_refuse_as_a_whole() -> None:
    topics = [f"topic_{n}" for n in range(10)]
    live = measured([h for topic in topics for h in asked(topic, 40)])
    worse = measured([h for topic in topics for h in asked(topic, 38, 2)])

    findings = compare(live, worse)

    assert checks(findings) == {"understanding"}
    assert "Over all topics" in findings[-1].says


def test_only_questions_that_both_were_asked_count() -> None:
    live = measured(asked("iron", 40))
    new_ones = [HeldOut(f"new {n}", "iron", "exercise", 0.4) for n in range(20)]

    assert "understanding" not in checks(compare(live, measured([*asked("iron", 40), *new_ones])))


def test_a_release_that_could_not_be_asked_refuses() -> None:
    live = measured(asked("iron", 40))

    assert checks(compare(live, measured([]))) == {"understanding"}


def test_being_sure_and_wrong_refuses() -> None:
    def sure(share: float) -> list[HeldOut]:
        return [HeldOut(f"q{n}", "iron", "iron" if n < 90 else "sleep", share) for n in range(100)]

    assert calibration_error(sure(0.9)) == pytest.approx(0.0)
    assert checks(compare(measured(sure(0.9)), measured(sure(0.99)))) == {"calibration"}


def test_a_slower_pipeline_refuses() -> None:
    findings = compare(measured([]), measured([], latency=[10.0] * 30 + [200.0] * 10))

    assert checks(findings) == {"speed"}


def test_a_few_milliseconds_are_noise() -> None:
    assert compare(measured([]), measured([], latency=[18.0] * 40)) == []
