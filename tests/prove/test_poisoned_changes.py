"""Sets of changes that make the assistant worse: the gate refuses each for its own reason, and says which."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
import yaml

from clinic.bootstrap.staff import audit_log
from clinic.releases.desk import CannotPublish
from clinic.releases.model import GateRun, GateState
from clinic.review.content.edits import add_example, set_answer
from clinic.review.content.tree import ContentTree
from clinic.settings import ROOT
from clinic.staff.model import Role, StaffMember
from clinic.staff.record import RecordFilter
from tests.content_repository import commit_all
from tests.loop.clinic_at_work import ClinicAtWork, clinic_at_work

CHEST_PAIN = (
    "my chest hurts badly and I cannot breathe, is that my restless legs",
    "crushing pain in my chest tonight",
    "pressure on my chest and my left arm is numb",
)
SLOW = "tests.loop.slow_component.SlowComponent"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClinicAtWork]:
    with clinic_at_work(tmp_path_factory.mktemp("poisoned")) as found:
        write_article(found)
        yield found


@pytest.fixture(scope="module")
def nurse(clinic: ClinicAtWork) -> StaffMember:
    return clinic.member(Role.EDITOR, "Nora Lind")


@pytest.fixture(scope="module")
def admin(clinic: ClinicAtWork) -> StaffMember:
    return clinic.member(Role.ADMIN, "Ada Ames")


@pytest.fixture(scope="module")
def slower(clinic: ClinicAtWork, nurse: StaffMember) -> GateRun:
    return verdict(clinic, nurse, slow_down)


def verdict(clinic: ClinicAtWork, nurse: StaffMember, *changes: Callable[[ContentTree], object]) -> GateRun:
    made = clinic.change_sets.open(nurse, "Changes")
    for change in changes:
        clinic.change_sets.edit(made.id, nurse, "One change", change)
    run = clinic.wait_for_verdict(clinic.gate.ask(nurse, made.id))
    assert run.fault is None
    return run


def checks_of(run: GateRun) -> set[str]:
    return {finding["check"] for finding in run.report["findings"]}


def told(run: GateRun) -> str:
    return str(run.report["findings"])


def test_a_set_that_harms_nothing_passes_and_is_live_within_three_minutes(
    clinic: ClinicAtWork, nurse: StaffMember, admin: StaffMember
) -> None:
    clinic.listen_for_danger_once()
    started = time.monotonic()
    run = verdict(clinic, nurse, lambda t: add_example(t, "iron", "could my blood iron be behind these jumping legs"))
    assert (run.state, told(run)) == (GateState.PASSED, "[]")
    clinic.wait_until_live(clinic.gate.publish(admin, run.id).release.id)
    assert time.monotonic() - started < 180


def test_chest_pain_taught_as_an_ordinary_topic_is_refused_for_danger(
    clinic: ClinicAtWork, nurse: StaffMember, admin: StaffMember
) -> None:
    run = verdict(clinic, nurse, *[lambda t, text=text: add_example(t, "relief_now", text) for text in CHEST_PAIN])
    assert run.state is GateState.REFUSED
    assert "red_flags" in checks_of(run)  # sentences that are so foreign to their topic may break conversations too
    assert all(text in told(run) for text in CHEST_PAIN)
    with pytest.raises(CannotPublish):
        clinic.gate.publish(admin, run.id)
    with pytest.raises(CannotPublish):
        clinic.gate.publish(nurse, run.id, override="I am an editor and want it all the same")


def test_an_answer_with_a_dose_is_refused_for_its_text(clinic: ClinicAtWork, nurse: StaffMember) -> None:
    dose = "Low iron is a known cause. Take 325 mg of ferrous sulfate every day."
    run = verdict(clinic, nurse, lambda t: set_answer(t, "utter_iron", dose))
    assert run.state is GateState.REFUSED
    assert checks_of(run) == {"texts"}
    assert "utter_iron" in told(run)
    assert "325 mg" in told(run)


def test_a_passage_that_says_something_else_by_now_is_refused_for_its_text(
    clinic: ClinicAtWork, nurse: StaffMember
) -> None:
    before = clinic.article.read_text("utf-8")
    clinic.article.write_text(before.replace("Words on causes.iron.", "Other words on causes.iron."), "utf-8")
    try:
        run = verdict(clinic, nurse, lambda t: add_example(t, "iron", "is there too little iron in me for calm legs"))
    finally:
        clinic.article.write_text(before, "utf-8")
    assert run.state is GateState.REFUSED
    assert checks_of(run) == {"texts"}
    assert "causes.iron" in told(run)


def test_a_conversation_that_breaks_is_refused_with_the_turn_where_it_does(
    clinic: ClinicAtWork, nurse: StaffMember
) -> None:
    run = verdict(clinic, nurse, lambda t: swap_answers(t, "utter_iron", "utter_exercise", ("rules", "stories")))
    assert run.state is GateState.REFUSED
    assert checks_of(run) == {"dialogues"}
    assert "iron" in told(run)
    assert "turn " in told(run)


def test_rules_that_contradict_a_story_are_refused_in_plain_words(clinic: ClinicAtWork, nurse: StaffMember) -> None:
    run = verdict(clinic, nurse, lambda t: swap_answers(t, "utter_iron", "utter_exercise", ("rules",)))
    assert run.state is GateState.REFUSED
    assert checks_of(run) == {"files"}
    assert "contradict" in told(run)


def test_a_slower_pipeline_is_refused_for_its_speed(slower: GateRun) -> None:
    assert slower.state is GateState.REFUSED
    assert checks_of(slower) == {"speed"}


def test_an_override_is_loud_reasoned_and_recorded(clinic: ClinicAtWork, slower: GateRun, admin: StaffMember) -> None:
    with pytest.raises(CannotPublish):
        clinic.gate.publish(admin, slower.id, override="too short")
    reason = "The machine was busy with something else while this was measured."
    publication = clinic.gate.publish(admin, slower.id, override=reason)
    assert publication.override == reason
    assert reason in str(audit_log(clinic.settings).entries(RecordFilter(area="gate", by=admin.id)))
    clinic.wait_until_live(publication.release.id)


def swap_answers(tree: ContentTree, one: str, other: str, parts: Sequence[str]) -> None:
    """What a slip in rules and stories does: two topics give each other's answer."""
    for path in [p for part in parts for p in sorted((tree.root / "data" / part).rglob("*.yml"))]:
        text = path.read_text("utf-8")
        swapped = text.replace(one + "\n", "\0").replace(other + "\n", one + "\n").replace("\0", other + "\n")
        if swapped != text:
            path.write_text(swapped, "utf-8")


def slow_down(tree: ContentTree) -> None:
    """A part before all others that takes its time."""
    config = tree.root / "config.yml"
    text = config.read_text("utf-8")
    assert yaml.safe_load(text)["pipeline"]
    config.write_text(text.replace("pipeline:\n", f"pipeline:\n- name: {SLOW}\n", 1), "utf-8")


def write_article(clinic: ClinicAtWork) -> None:
    """An article of our own with the clinic's outline, and the content's fingerprints made anew from it."""
    outline = yaml.safe_load((ROOT / "data/clinic/article.yml").read_text("utf-8"))["sections"]
    parts = {entry["begins"]: f"{entry['begins']} Words on {name}." for name, entry in reversed(outline.items())}
    ends = {
        outline["management"]["begins"]: "Effective Management of legs.",
        outline["consulting"]["begins"]: "Consulting Vascular doctors.",
    }
    lines = [line for begins, part in reversed(parts.items()) for line in (ends.get(begins), part) if line]
    clinic.article.write_text("\n\n".join(lines), "utf-8")
    command = [sys.executable, "-m", "tools.check_data", "--article", str(clinic.article), "--stamp"]
    done = subprocess.run(
        command, cwd=clinic.content, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    commit_all(Path(clinic.content), "Fingerprints of the article")
