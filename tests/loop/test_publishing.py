"""Releases go live and come back while visitors chat; what is faulty does not; a killed Rasa is there again."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from clinic.adapters.release_bundles import MODEL, NET
from clinic.releases.model import PublicationState, Release
from clinic.releases.ports import PublishingNow
from clinic.review.content.edits import set_answer
from clinic.review.content.tree import ContentTree
from clinic.settings import ROOT
from tests.content_repository import content_folder
from tests.loop.clinic_at_work import ClinicAtWork, clinic_at_work
from tests.loop.talkers import chatting, wait_until_each_has_said
from tests.processes import Visitor

PEOPLE, EACH = 20, 10  # messages of each at least
BY = "m_admin"


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClinicAtWork]:
    with clinic_at_work(tmp_path_factory.mktemp("publishing")) as found:
        yield found


@pytest.fixture
def tree(tmp_path: Path) -> ContentTree:
    shutil.copytree(ROOT / "data/widget", tmp_path / "tree/data/widget")
    return content_folder(tmp_path / "tree")


def test_twenty_visitors_notice_nothing_of_releases_that_come_and_go(clinic: ClinicAtWork, tree: ContentTree) -> None:
    with chatting(clinic, PEOPLE) as visitors:
        first = clinic.releases.live_or_installed()
        release = another_engine(clinic, tree)
        clinic.releases.publish(BY, release.id, tree.root, "c0ffee", "another engine")
        clinic.wait_until_live()
        assert clinic.releases.live() != first
        clinic.releases.go_back(BY, first.id, "back")
        clinic.wait_until_live(first.id)
        reword(clinic, tree, "Hello. These are new words.")
        wait_until_each_has_said(EACH, visitors)

    said = [line for visitor in visitors for line in visitor.said]
    assert [line for line in said if not line.is_answered] == []
    kept = turns_kept(clinic)
    heard = turns_heard(clinic)
    for visitor in visitors:
        assert kept[visitor.name] == len(visitor.said)
        assert heard[visitor.name] == len(visitor.said)


def test_reworded_an_answer_is_read_within_five_seconds(clinic: ClinicAtWork, tree: ContentTree) -> None:
    started = time.monotonic()
    reword(clinic, tree, "Hello. These words are five seconds old at most.")
    texts: list[str] = []
    while not any("five seconds old" in text for text in texts):
        assert time.monotonic() - started < 5
        visitor = Visitor(clinic.processes, f"reader-{time.monotonic_ns()}")
        visitor.say("hello")
        texts = [reply["text"] for reply in visitor.last]


def test_a_release_with_a_damaged_model_does_not_go_live_and_says_why(
    clinic: ClinicAtWork, tree: ContentTree, tmp_path: Path
) -> None:
    before = clinic.releases.live_or_installed()
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes((ROOT / MODEL).read_bytes()[:1_000_000])
    release = clinic.releases.keep(tree.root, damaged, ROOT / NET, commit="bad", title="Damaged", by=BY)
    clinic.releases.publish(BY, release.id, tree.root, "bad", "damaged")
    with pytest.raises(PublishingNow):
        clinic.releases.publish_wording(BY, tree.root, "bad", "meanwhile")

    clinic.wait_until_live()

    newest = clinic.releases.publications()[0]
    assert newest.state is PublicationState.FAILED
    assert newest.fault
    assert clinic.releases.live() == before
    assert Visitor(clinic.processes, "after-the-damaged").say("what is restless legs syndrome") == ["answer"]


def test_a_rasa_that_is_killed_is_started_again(clinic: ClinicAtWork) -> None:
    killed = servers_of(clinic)
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    assert Visitor(clinic.processes, "while-it-is-gone").say("I have crushing chest pain") == ["emergency"]
    answered_within(clinic, 60)
    assert servers_of(clinic) - killed
    assert not any(is_running(pid) for pid in killed)


def test_a_keeper_that_is_killed_leaves_no_server_behind_and_finds_the_live_release_again(
    clinic: ClinicAtWork, tree: ContentTree
) -> None:
    reword(clinic, tree, "Hello. These words stay.")
    servers = servers_of(clinic)
    assert servers
    clinic.processes.end("rasa")
    until = time.monotonic() + 40
    while any(is_running(pid) for pid in servers) and time.monotonic() < until:
        time.sleep(0.2)
    assert not any(is_running(pid) for pid in servers)

    clinic.processes.start("rasa")
    answered_within(clinic, 60)
    visitor = Visitor(clinic.processes, "after-the-keeper")
    visitor.say("hello")
    assert "These words stay" in visitor.last[0]["text"]


def another_engine(clinic: ClinicAtWork, tree: ContentTree) -> Release:
    """The installed understanding under another name, so that another Rasa server has to start."""
    contract = tree.root / "data/clinic/red_flags.yml"
    contract.write_text(contract.read_text("utf-8") + "# another engine\n", "utf-8")
    return clinic.releases.keep(tree.root, ROOT / MODEL, ROOT / NET, commit="c0ffee", title="Another engine", by=BY)


def reword(clinic: ClinicAtWork, tree: ContentTree, words: str) -> None:
    set_answer(tree, "utter_greet", words)
    clinic.releases.publish_wording(BY, tree.root, "c0ffee", "other words")


def turns_kept(clinic: ClinicAtWork) -> Counter[str]:
    """Turns that are done, by the name of the talker in the message's id."""
    found = rows(clinic, "CLINIC_DB_URL", "SELECT message_id FROM turn WHERE state = 'done'")
    return Counter(message.rpartition("-")[0] for (message,) in found if message.startswith("talker-"))


def turns_heard(clinic: ClinicAtWork) -> Counter[str]:
    """Turns that Rasa has run, by the same name; one that ran twice counts twice."""
    owners = dict(rows(clinic, "CLINIC_DB_URL", "SELECT sender, message_id FROM turn"))
    found = rows(clinic, "TRACKER_DB_URL", "SELECT sender_id FROM conversation_event WHERE type_name = 'user'")
    named = (owners.get(sender, "") for (sender,) in found)
    return Counter(message.rpartition("-")[0] for message in named if message.startswith("talker-"))


def rows(clinic: ClinicAtWork, database: str, query: str) -> list[tuple[str, ...]]:
    engine = create_engine(clinic.processes.environment[database])
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def answered_within(clinic: ClinicAtWork, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not Visitor(clinic.processes, "asks-again").post("what is restless legs syndrome").is_success:
        assert time.monotonic() < until
        time.sleep(0.5)


def servers_of(clinic: ClinicAtWork) -> set[int]:
    """The Rasa servers that the keeper has started and that run."""
    return {pid for pid in clinic.processes.children("rasa") if is_running(pid)}


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
