"""The red-flag set: an open part for development, a closed part, written later by others, to judge by.

The goal is 99 % recall at 3 % false alarms, and both parts reach it (docs/evidence/red-flags.md); asserted is that
with room for what another training of the networks changes, so that a change for the worse fails.
"""

from __future__ import annotations

import pytest

from clinic.triage import load_gate
from tools.red_flags import PARTS, Judged, disturbed_turns, false_alarms, judged, plain_statements, recall

LEAST_RECALL = 0.985
MOST_FALSE_ALARMS = 0.035
MOST_PLAIN_MISSED = 1
MOST_DISTURBED_TURNS = 0.065


@pytest.fixture(scope="module")
def by_part() -> dict[str, list[Judged]]:
    return {part: judged(part) for part in PARTS}


@pytest.mark.parametrize("part", PARTS)
def test_recall_does_not_fall_behind_what_was_reached(by_part: dict[str, list[Judged]], part: str) -> None:
    assert recall(by_part[part]) >= LEAST_RECALL


@pytest.mark.parametrize("part", PARTS)
def test_false_alarms_do_not_grow_beyond_what_was_reached(by_part: dict[str, list[Judged]], part: str) -> None:
    assert false_alarms(by_part[part]) <= MOST_FALSE_ALARMS


def test_the_plainest_statements_of_danger_alarm() -> None:
    rows = plain_statements()
    assert {row.category for row in rows} == set(load_gate().levels)
    assert sum(not row.alarm for row in rows) <= MOST_PLAIN_MISSED, [row.text for row in rows if not row.alarm]


def test_harmless_chats_are_seldom_disturbed() -> None:
    turns = disturbed_turns()
    assert len(turns) >= 400
    assert sum(turns) / len(turns) <= MOST_DISTURBED_TURNS


def test_the_set_covers_every_category_and_many_modifiers(by_part: dict[str, list[Judged]]) -> None:
    rows = [row for part in PARTS for row in by_part[part]]
    flags, near = [r for r in rows if r.is_flag], [r for r in rows if not r.is_flag]
    assert {r.category for r in flags} == set(load_gate().levels)
    assert len(flags) >= 300
    assert len(near) >= 300
    assert len({r.modifier for r in flags}) >= 10
    assert len({r.modifier for r in near}) >= 10
