"""Patterns that are an alarm by themselves, and those that need the second net to hear something too."""

from __future__ import annotations

import pytest

from clinic.triage import SafetyGate

_NO_CONTEXT: dict[str, list[str]] = {
    name: [] for name in ("masked", "present", "not_present", "not_a_denial", "persons", "triggers")
}
_PATTERNS = ["unconscious", {"say": "fainted", "likely": True}, {"say": "dizzy", "weak": True}]


@pytest.fixture
def small_gate() -> SafetyGate:
    return SafetyGate({
        "lists": {}, "context": _NO_CONTEXT, "slang": {}, "spelling": [], "after_alarm": [],
        "categories": {"collapse": {"level": "emergency", "patterns": _PATTERNS}},
    })  # fmt: skip


@pytest.mark.parametrize(
    ("text", "alarms", "certain"),
    [
        ("she is unconscious", True, True),
        ("she fainted", True, False),
        ("she fainted and is unconscious", True, True),
        ("she is dizzy", False, False),
    ],
)
def test_an_alarm_is_certain_unless_only_likely_patterns_match(
    small_gate: SafetyGate, text: str, alarms: bool, certain: bool
) -> None:
    verdict = small_gate.assess(text)
    assert (verdict.alarm is not None, verdict.is_certain) == (alarms, certain)
