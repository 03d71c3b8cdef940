"""Teach the assistant from the command line, with the checks of the staff pages.

    python -m tools.teach example --topic iron "can low iron make legs restless"
    python -m tools.teach out-of-scope | not-covered "SENTENCE" ...
    python -m tools.teach topic --group management --title "Long flights" "SENTENCE" "SENTENCE" ...
    python -m tools.teach red-flag --category collapse --pattern "tongue .. swollen" "SENTENCE"
    python -m tools.teach dialogue --turn 7              prints the conversation of a turn of the inbox, as a draft
    python -m tools.teach dialogue FILE [--turn 7]       saves a draft
    python -m tools.teach topics [WORD]                  which topics there are

A sentence that stands for a visitor's message names it by `--turn`: then it is compared with the message, and the
message is marked as taught. All goes into the newest open set of changes, by "command line" or `--by E-MAIL`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from clinic.review.content.errors import ChangesError
from clinic.review.content.topic_files import ANSWER_GROUPS
from clinic.review.inbox.model import InboxUnavailable
from clinic.review.teaching.desk import TeachingDesk
from clinic.review.teaching.dialogue_from_chat import (
    DialogueDesk,
    DialogueDraft,
    DialogueRefused,
    DialogueStep,
    as_dialogue,
)
from clinic.review.teaching.model import ANSWER_STUB, Lesson, LessonKind, Look, Saved, Sentence, TeachingRefused
from clinic.review.teaching.verbatim import RULE
from clinic.settings import SettingsError
from clinic.staff.errors import StaffStoreError
from clinic.staff.model import Permission, Role, StaffMember
from clinic.staff.record import COMMAND_LINE

_WAIT = 300.0  # seconds for the vectors of all examples, where they are not known yet
_KINDS = {
    "example": LessonKind.EXAMPLE, "topic": LessonKind.NEW_TOPIC, "out-of-scope": LessonKind.OUT_OF_SCOPE,
    "not-covered": LessonKind.NOT_COVERED, "red-flag": LessonKind.RED_FLAG,
}  # fmt: skip
_QUESTION = "Nothing in this can tell who asked? [y/N] "


@dataclass(frozen=True)
class Desks:
    """What the commands work with."""

    teaching: TeachingDesk
    dialogues: DialogueDesk
    member_of: Callable[[str], StaffMember | None]


def main(arguments: Sequence[str] | None = None, desks: Callable[[], Desks] | None = None) -> None:
    """Do it, or exit with a sentence and 1."""
    wanted = _parser().parse_args(arguments)
    try:
        found = (desks or _own_desks)()
        if wanted.command == "topics":
            _list(found.teaching, wanted.word)
        elif wanted.command == "dialogue":
            _dialogue(found, wanted)
        else:
            _tell(_taught(found, wanted))
    except TeachingRefused as refused:
        sys.exit("\n".join(_named(refused.look.faults)) or _warned(refused.look))
    except DialogueRefused as refused:
        sys.exit("\n".join(_named(refused.draft.faults)))
    except (ChangesError, SettingsError) as error:
        sys.exit(str(error))
    except (InboxUnavailable, StaffStoreError):
        sys.exit("the database does not answer, or lacks its tables: `python -m tools.migrate` makes them")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.teach", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    made = {name: commands.add_parser(name) for name in (*_KINDS, "dialogue", "topics")}
    for name, command in made.items():
        if name == "topics":
            command.add_argument("word", nargs="?", default="")
            continue
        command.add_argument("--by", metavar="E-MAIL", help="of the member of the staff who teaches")
        command.add_argument("--yes", action="store_true", help="nothing in it can tell who asked; warnings are read")
        command.add_argument("--turn", default="", metavar="ID", help="of the inbox")
        if name == "dialogue":
            command.add_argument("file", nargs="?", type=Path)
        else:
            command.add_argument("sentences", nargs=1 if name == "red-flag" else "+", metavar="SENTENCE")
    made["example"].add_argument("--topic", required=True)
    made["topic"].add_argument("--group", required=True, choices=ANSWER_GROUPS)
    made["topic"].add_argument("--title", required=True, help="five words at most")
    made["topic"].add_argument("--answer", default=ANSWER_STUB, help="a first text")
    made["red-flag"].add_argument("--category", required=True)
    made["red-flag"].add_argument("--pattern", required=True, help="in the language of data/clinic/red_flags.yml")
    return parser


def _taught(desks: Desks, wanted: argparse.Namespace) -> Saved:
    member = _member(desks, wanted.by)
    sentences = [Sentence(text, wanted.turn or None if at == 0 else None) for at, text in enumerate(wanted.sentences)]
    given = {name: getattr(wanted, name) for name in ("topic", "group", "title", "answer", "category", "pattern")
             if hasattr(wanted, name)}  # fmt: skip
    lesson = Lesson(_KINDS[wanted.command], tuple(sentences), **given)
    look = desks.teaching.look(lesson, wait=_WAIT)
    if look.faults:
        raise TeachingRefused(look)
    print(_warned(look), end="", file=sys.stderr)
    _confirm(is_given=wanted.yes)
    return desks.teaching.save(member, replace(lesson, is_confirmed=True, seen=look.token), _WAIT)


def _dialogue(desks: Desks, wanted: argparse.Namespace) -> None:
    if wanted.file is None:
        draft = desks.dialogues.draft(wanted.turn, desks.teaching.ground())
        print(
            yaml.safe_dump(as_dialogue(replace(draft, title="say what it shows")), sort_keys=False, allow_unicode=True)
        )
        print(
            f"{RULE}\nSave it into a file, rewrite it, and teach it by `dialogue FILE --turn {wanted.turn}`.",
            file=sys.stderr,
        )
        return
    member, draft = _member(desks, wanted.by), _read(wanted.file, wanted.turn)
    checked = desks.dialogues.checked(draft, desks.teaching.ground())
    if checked.faults:
        raise DialogueRefused(checked)
    _confirm(is_given=wanted.yes)
    _tell(desks.dialogues.save(member, draft, is_confirmed=True))


def _read(file: Path, turn: str) -> DialogueDraft:
    """The draft in a file; lines that were left out may not be, where it is compared with a conversation."""
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
        steps = tuple(
            DialogueStep(number, "", str(said.get("press") or said.get("say") or ""), str(said.get("kind") or ""),
                         str(said.get("topic") or ""), is_button="press" in said)
            for number, said in enumerate(data["turns"], 1)
        )  # fmt: skip
        return DialogueDraft(turn, str(data["dialogue"]), steps)
    except FileNotFoundError:
        sys.exit(f"there is no file {file}")
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        sys.exit(f"{file} is no dialogue: it has `dialogue` (a title) and `turns`, each with `say` ({error})")


def _list(desk: TeachingDesk, word: str) -> None:
    for topic in sorted(desk.ground().topics.by_name.values(), key=lambda t: (t.group, t.name)):
        if word.lower() in f"{topic.name} {topic.title}".lower():
            print(f"{topic.group:<12}{topic.name:<34}{len(topic.examples):>6}  {topic.title}")


def _member(desks: Desks, email: str | None) -> StaffMember:
    if not email:
        return StaffMember(COMMAND_LINE, COMMAND_LINE, "", Role.EDITOR)
    member = desks.member_of(email)
    if member is None or not member.may(Permission.EDIT):
        sys.exit(f"{email} is nobody who may teach: `python -m tools.staff list` shows who there is")
    return member


def _confirm(*, is_given: bool) -> None:
    if is_given:
        return
    if not sys.stdin.isatty() or input(_QUESTION).strip().lower() not in ("y", "yes"):
        sys.exit("not saved: read it once more, and say yes or give --yes")


def _warned(look: Look) -> str:
    lines = [f"look: {warning}\n" for warning in look.warnings]
    if look.trial is not None:
        lines += [f"      would alarm: {sentence} ({where})\n" for where, sentence in look.trial.harmless]
    return "".join(lines)


def _named(faults: dict[str, str]) -> list[str]:
    return [f"{name.replace('-', ' ')}: {fault}" if name else fault for name, fault in dict(faults).items()]


def _tell(saved: Saved) -> None:
    print(f"saved to “{saved.title}” ({saved.change_set}): {saved.what}")


def _own_desks() -> Desks:
    from clinic.bootstrap.review import dialogue_desk, teaching_desk
    from clinic.bootstrap.staff import staff_accounts
    from clinic.settings import load_settings

    settings = load_settings()
    people = staff_accounts(settings).people

    def member_of(email: str) -> StaffMember | None:
        return next((a.member for a in people.all() if a.email == email.strip().lower() and not a.is_locked), None)

    return Desks(teaching_desk(settings), dialogue_desk(settings), member_of)


if __name__ == "__main__":
    main()
