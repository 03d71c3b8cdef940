"""A small clinic's content in git, with what teaching needs around it: all of it real but the inbox."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from clinic.adapters.git_content import GitContent
from clinic.adapters.sentence_vectors import RememberedVectors
from clinic.adapters.sql.change_sets import SqlChangeSets
from clinic.adapters.sql.engine import open_engine
from clinic.language import load_encoder
from clinic.privacy import load_redactor
from clinic.review.changes.desk import ChangeSetDesk
from clinic.review.content.tree import ContentTree
from clinic.review.teaching.dangers import DangerEars
from clinic.review.teaching.desk import TeachingDesk
from clinic.review.teaching.dialogue_from_chat import DialogueDesk
from clinic.review.teaching.model import PatientMessage
from clinic.review.teaching.ports import ChatLine
from clinic.review.teaching.rewriting import Rewriting
from clinic.review.teaching.sentence_checks import SentenceChecks
from clinic.review.teaching.similar import SimilarExamples
from clinic.settings import ROOT
from clinic.staff.model import Role, StaffMember
from tests.content_repository import commit_all, git
from tests.staff_stand_ins import Audit
from tests.web.staff.signed_in import fresh_database

NURSE = StaffMember("m_nurse", "Nora Example", "nora@example.org", Role.EDITOR)
LONG_ENOUGH = 60.0  # seconds for vectors that are made in a thread
# Words that the checks take for everyday ones stand in three examples or more.
EXAMPLES: Mapping[tuple[str, str], Sequence[str]] = {
    ("causes", "iron"): (
        "can low iron cause restless legs", "what is the link between iron and rls", "does anemia cause rls",
        "is a lack of iron behind restless legs", "why do doctors look at iron for rls",
    ),
    ("about", "definition"): (
        "what is rls", "what is restless legs syndrome", "explain restless legs to me", "tell me about rls",
        "is rls a real illness",
    ),
    ("management", "exercise"): (
        "does exercise help with restless legs", "is walking good for rls", "can yoga help with rls",
        "what exercise is good for restless legs", "does stretching help at night",
    ),
    ("management", "supplements"): (
        "does magnesium help with rls", "which vitamins help with restless legs", "is magnesium good at night",
        "can i take vitamin d for rls", "do supplements help with rls",
    ),
    ("scope", "out_of_scope"): ("what is lupus", "how is glaucoma treated", "who won the game last night"),
    ("scope", "not_covered"): ("does cbd help with rls", "is there parking at the clinic", "marijuana for rls"),
    ("safety", "urgent_clot"): ("my left calf is swollen and hot", "one leg is bigger than the other and hurts"),
    ("safety", "emergency_collapse"): ("my wife is unconscious", "she passed out and will not wake up"),
}  # fmt: skip
TITLES = {"iron": "Low iron and RLS", "definition": "What RLS is", "exercise": "Exercise and RLS",
          "supplements": "Magnesium, vitamins, home cures", "urgent_clot": "One leg swollen or painful",
          "emergency_collapse": "Passed out or a seizure"}  # fmt: skip


@dataclass
class MadeUpInbox:
    """`TaughtTurns` with messages of this test, and what was noted."""

    messages: dict[str, PatientMessage] = field(default_factory=dict)
    lines: list[ChatLine] = field(default_factory=list)
    taught: dict[str, str] = field(default_factory=dict)

    def arrives(self, turn: str, text: str, names: tuple[str, ...] = ()) -> str:
        self.messages[turn] = PatientMessage(turn, text, load_redactor().redact(text, names), names)
        return turn

    def says(self, text: str, kind: str, topic: str, *, is_button: bool = False) -> None:
        number = str(len(self.lines) + 1)
        message = PatientMessage(number, text, load_redactor().redact(text))
        self.lines.append(ChatLine(message, ({"metadata": {"kind": kind, "topic": topic}},), is_button))

    def message(self, turn: str) -> PatientMessage | None:
        return self.messages.get(turn)

    def conversation(self, turn: str) -> Sequence[ChatLine]:
        return self.lines

    def note_taught(self, turns: Sequence[str], member: StaffMember, what: str) -> None:
        self.taught |= dict.fromkeys(turns, what)

    def note_taken_back(self, turns: Sequence[str], member: StaffMember) -> None:
        for turn in turns:
            del self.taught[turn]


@dataclass
class TeachingRoom:
    """The desks, and what lies behind them."""

    repository: Path
    changes: ChangeSetDesk
    inbox: MadeUpInbox
    audit: Audit
    desk: TeachingDesk
    dialogues: DialogueDesk

    def git(self, *arguments: str) -> str:
        return git(self.repository, *arguments)

    def file(self, path: str) -> str:
        """A file of the newest set."""
        return (self.changes.tree(self.changes.all()[0].id).root / path).read_text("utf-8")


@contextmanager
def teaching_room(folder: Path) -> Iterator[TeachingRoom]:
    """A room of its own; what takes long is made once for all rooms."""
    repository = folder / "clinic"
    write_content(repository)
    git(repository, "init", "-q", "-b", "main")
    commit_all(repository, "Content")
    engine = open_engine(fresh_database(folder))
    audit, inbox, redactor = Audit(), MadeUpInbox(), load_redactor()
    changes = ChangeSetDesk(SqlChangeSets(engine), GitContent(repository, folder / "changes"), audit)
    checks = SentenceChecks(redactor, DangerEars(load_encoder().encode, lambda: None), SimilarExamples(vectors()))
    rewriting = Rewriting(redactor.findings)
    desk = TeachingDesk(changes, inbox, checks, rewriting, audit, ContentTree(repository))
    try:
        yield TeachingRoom(
            repository, changes, inbox, audit, desk, DialogueDesk(changes, inbox, checks, rewriting, audit)
        )
    finally:
        engine.dispose()


@lru_cache(maxsize=1)
def vectors() -> RememberedVectors:
    """Of the few examples here, for all tests of a process."""
    return RememberedVectors(lambda texts: load_encoder().encode(texts), Path("var") / "no such folder" / "vectors.npz")


def write_content(root: Path) -> None:
    """All files that a topic stands in."""
    for (group, topic), lines in EXAMPLES.items():
        _write(root / f"data/nlu/{group}/{topic}.yml", _nlu(topic, lines))
        if group not in ("safety", "scope"):
            _write(root / f"data/answers/{group}/{topic}.yml", _answer(topic))
    groups = {group for group, topic in EXAMPLES}
    for group in groups:
        rules = "".join(
            f"- rule: {t}\n  steps:\n  - intent: {t}\n  - action: utter_{t}\n" for g, t in EXAMPLES if g == group
        )
        _write(root / f"data/rules/{group}.yml", f'# Rules.\nversion: "3.1"\nrules:\n{rules}')
    listed = "".join(f"- {topic}\n" for _, topic in EXAMPLES)
    mapped = "".join(f"    - {{type: from_intent, intent: {t}, value: {t}}}\n" for _, t in EXAMPLES)
    _write(root / "domain.yml", f'version: "3.1"\n\nintents:\n{listed}\nslots:\n  last_topic:\n    type: text\n'
           f"    influence_conversation: false\n    mappings:\n{mapped}")  # fmt: skip
    _write(root / "data/clinic/titles.yml", "titles:\n" + "".join(f"  {n}: {t}\n" for n, t in TITLES.items()))
    _write(root / "data/safety/everyday.yml", "harmless:\n- Nobody here has a swollen tongue.\n")
    _write(root / "config.yml", "language: en\n")
    for name in ("red_flags.yml", "sources.yml", "article.yml"):
        shutil.copy(ROOT / "data/clinic" / name, root / "data/clinic" / name)
    (root / "tests/conversations").mkdir(parents=True)
    _write(
        root / "tests/conversations/happy_path/first.yml",
        "dialogue: a question\nturns:\n- say: what is rls\n  kind: answer\n",
    )


def _nlu(topic: str, lines: Sequence[str]) -> str:
    listed = "".join(f"    - {line}\n" for line in lines)
    return f'# {topic}.\n# example: {lines[0]}\nversion: "3.1"\nnlu:\n- intent: {topic}\n  examples: |\n{listed}'


def _answer(topic: str) -> str:
    return (
        f'version: "3.1"\nresponses:\n  utter_{topic}:\n  - text: |-\n      A made-up answer.\n    metadata:\n'
        f"      kind: answer\n      topic: {topic}\n      review:\n        status: unreviewed\n"
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
