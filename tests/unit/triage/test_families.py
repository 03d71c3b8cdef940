"""Each plain danger through the ways people tell of it: family x category."""

from __future__ import annotations

import pytest

from clinic.triage import SafetyGate
from tests.unit.triage.plain_dangers import DANGERS, Danger

ALARMS = {
    "plain": "{said}",
    "capitals": "{CAPS}",
    "no punctuation, after chat": "hi thanks for the stockings {said} what should i do",
    "at the end of a long message": (
        "Do you open on Saturdays? I still have your form at home and the insurance card too. "
        "My legs have been restless for years. Since this morning {said}."
    ),
    "right now": "right now {said}",
    "denies something else": "I have no rash, but {said}",
    "somebody else": "{of_somebody}",
    "somebody else, now": "help, since an hour ago {of_somebody}",
}
HARMLESS = {
    "denied": "I have no {noun}",
    "denied by a doctor": "the doctor ruled out {noun}",
    "never": "I never had {noun}",
    "general question": "what are the symptoms of {noun}",
    "school work": "I am writing an essay about {noun} for nursing school",
}
_PAST = "In 1998 I had {noun}, fully recovered, never again"


@pytest.mark.parametrize("danger", DANGERS, ids=lambda d: d.category)
@pytest.mark.parametrize("family", ALARMS)
def test_a_present_danger_alarms(gate: SafetyGate, family: str, danger: Danger) -> None:
    text = ALARMS[family].format(CAPS=danger.said.upper(), **danger._asdict())
    assert gate.assess(text).alarm is not None, text


# A question about an overdose is taken seriously on purpose.
_HARMLESS_CASES = [(f, d) for f in HARMLESS for d in DANGERS if (f, d.category) != ("general question", "overdose")]


@pytest.mark.parametrize(("family", "danger"), _HARMLESS_CASES, ids=lambda c: getattr(c, "category", c))
def test_what_is_denied_or_only_asked_about_does_not(gate: SafetyGate, family: str, danger: Danger) -> None:
    text = HARMLESS[family].format(**danger._asdict())
    assert gate.assess(text).alarm is None, (text, gate.assess(text).alarm)


@pytest.mark.parametrize("danger", DANGERS, ids=lambda d: d.category)
def test_what_is_long_over_does_not(gate: SafetyGate, danger: Danger) -> None:
    text = _PAST.format(**danger._asdict())
    assert gate.assess(text).alarm is None, (text, gate.assess(text).alarm)


@pytest.mark.parametrize("danger", DANGERS, ids=lambda d: d.category)
def test_the_level_is_that_of_the_category(gate: SafetyGate, danger: Danger) -> None:
    found = {m.category: m.level for m in gate.assess(danger.said).mentions if m.is_alarm}
    assert found[danger.category] == gate.levels[danger.category]
