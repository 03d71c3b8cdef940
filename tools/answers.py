"""Answers from the command line: what needs somebody, one answer, its checks, a draft, an approval.

    python -m tools.answers list [--need unreviewed|due|article|disliked|waiting|draft] [--words "low iron"]
    python -m tools.answers show iron
    python -m tools.answers check iron [--file text.txt]           exit code 1 where something stands against it
    python -m tools.answers draft iron --file text.txt --by nora@example.org [--submit]
    python -m tools.answers approve iron --by ada@example.org [--months 12]

A second wording of an answer is called `refusal_dose.2`. Only a clinician approves, never what they wrote on, and is
asked first. The record says that it came from the command line.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from clinic.review.answers.approvals import Seen
from clinic.review.answers.desk import Needs, Placed, faults_of
from clinic.review.answers.desks import AnswerDesks
from clinic.review.answers.drafts import Draft, DraftError, DraftState
from clinic.review.answers.files import ContentBroken
from clinic.review.answers.passages import seal_of
from clinic.review.answers.review_dates import MONTHS, USUAL_MONTHS
from clinic.review.answers.wording import AnswerKey, Wording
from clinic.review.answers.wording_checks import Figures
from clinic.review.content.errors import ChangesError
from clinic.staff.model import Permission, StaffMember
from clinic.staff.record import COMMAND_LINE

MemberOf = Callable[[str], StaffMember]


def main() -> None:
    """Do it, or exit with a sentence and 1."""
    from clinic.bootstrap.review import answer_desks
    from clinic.bootstrap.staff import staff_accounts
    from clinic.settings import SettingsError, load_settings
    from clinic.staff.errors import StaffError, StaffStoreError

    wanted = _parser().parse_args()
    try:
        settings = load_settings()
        accounts = staff_accounts(settings)

        def member_of(email: str) -> StaffMember:
            account = accounts.people.by_email(email)
            if account.is_locked or account.enrolled_at is None:
                sys.exit(f"{email} cannot sign in, so nothing is done in that name")
            return account.member

        sys.exit(run(answer_desks(settings), member_of, wanted))
    except (SettingsError, StaffError, DraftError, ChangesError, ContentBroken) as error:
        sys.exit(str(error))
    except StaffStoreError as error:
        sys.exit(f"the database does not answer, or lacks its tables ({error}): `python -m tools.migrate` makes them")


def run(desks: AnswerDesks, member_of: MemberOf, wanted: argparse.Namespace, ask: Callable[[str], str] = input) -> int:
    """The exit code; raises what the use cases raise."""
    if wanted.command == "list":
        return _list(desks, wanted)
    placed = desks.placed(wanted.answer)
    if wanted.command == "show":
        return _show(desks, placed)
    if wanted.command == "check":
        return _check(placed, _typed(placed, wanted.file) if wanted.file else placed.answer.wording)
    member = member_of(wanted.by)
    if wanted.command == "draft":
        return _draft(desks, member, placed, wanted)
    return _approve(desks, member, placed, wanted.months, ask)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.answers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list")
    listing.add_argument("--need", choices=[need.value for need in Needs])
    listing.add_argument("--words", default="")
    for name in ("show", "check", "draft", "approve"):
        command = commands.add_parser(name)
        command.add_argument("answer", metavar="ANSWER")
        if name in ("check", "draft"):
            command.add_argument("--file", type=Path, required=name == "draft", metavar="FILE")
        if name in ("draft", "approve"):
            command.add_argument("--by", required=True, metavar="EMAIL")
    commands.choices["draft"].add_argument("--submit", action="store_true", help="ask for the approval as well")
    commands.choices["approve"].add_argument("--months", type=int, choices=MONTHS, default=USUAL_MONTHS)
    return parser


def _list(desks: AnswerDesks, wanted: argparse.Namespace) -> int:
    listing = desks.answers.list()
    need = Needs(wanted.need) if wanted.need else None
    for sentence in listing.broken:
        print(sentence, file=sys.stderr)
    if need is Needs.ARTICLE and not listing.has_article:
        sys.exit(
            "the clinic's article is not here yet: a clinician gives it on the page “Answers”, or ARTICLE_FILE does"
        )
    rows = listing.filtered(need, wanted.words)
    for row in rows:
        needs = ", ".join(sorted(n.value for n in row.needs)) or "nothing"
        where = f" (only in “{row.change_set.title}”)" if row.change_set else ""
        print(f"{row.answer.key}: {needs}{where}")
    print(f"{len(rows)} of {len(listing.rows)} texts")
    return 0


def _show(desks: AnswerDesks, placed: Placed) -> int:
    answer, draft = placed.answer, desks.answers.draft_of(placed.answer.key)
    review = answer.review
    said = f"approved by {review.by} on {review.on}, due {review.due}" if answer.is_approved else "not reviewed"
    print(f"{answer.key} ({answer.kind}), {said}")
    _print_wording(placed, answer.wording)
    if draft is not None:
        print(f"\nDraft, {draft.state.value.replace('_', ' ')}, last saved by {draft.last_by}:")
        _print_wording(placed, draft.wording)
    return 0


def _check(placed: Placed, wording: Wording) -> int:
    faults, figures = faults_of(placed.answer, wording, placed.files.known()), Figures.of(wording.text)
    print(f"{figures.words} words, reading grade {figures.grade:.1f}")
    for fault in faults:
        print(f"{placed.answer.key}: {fault.says}", file=sys.stderr)
    return 1 if faults else 0


def _draft(desks: AnswerDesks, member: StaffMember, placed: Placed, wanted: argparse.Namespace) -> int:
    key, now = placed.answer.key, desks.answers.draft_of(placed.answer.key)
    base = now.wording if now else placed.answer.wording
    text = _typed(placed, wanted.file).text
    draft = desks.drafts.save(member, key, Wording(text, base.claims, base.sections), now.version if now else 0)
    _note(desks, member, key)
    print(f"saved as the draft of {key}" + (f", in place of {now.last_by}'s text, which is kept" if now else ""))
    if wanted.submit:
        desks.drafts.submit(member, key, draft.version)
        print("it waits for a clinician's approval")
    return 0


def _approve(desks: AnswerDesks, member: StaffMember, placed: Placed, months: int, ask: Callable[[str], str]) -> int:
    key, found = placed.answer.key, desks.answers.draft_of(placed.answer.key)
    draft: Draft | None = found if found and found.state is DraftState.WAITING else None
    if not member.may(Permission.APPROVE):
        sys.exit(f"{member.email} is no clinician: only clinicians approve")
    if stands_against := desks.approvals.why_not(member, key, draft):
        sys.exit(str(stands_against))
    wording = draft.wording if draft else placed.answer.wording
    passages = desks.approvals.passages(placed, wording)
    _print_wording(placed, wording)
    for passage in passages:
        print(f"\nArticle, {passage.title} ({passage.state.value.replace('_', ' ')}):\n{passage.text or ''}")
    what = f"{draft.last_by}'s draft" if draft else "the text as it stands"
    if ask(f"\n{member.name}, have you read this and do you approve {what}? Type yes: ").strip().lower() != "yes":
        print("nothing was approved")
        return 1
    seen = Seen(placed.answer.signature_with(wording), seal_of(passages), draft.version if draft else None)
    done = desks.approvals.approve(member, key, seen, months)
    _note(desks, member, key)
    print(f"approved until {done.approval.due}, commit {done.approval.commit[:12]}")
    print("patients read it within seconds" if done.is_live else done.trouble or "it goes live with its set of changes")
    return 0


def _typed(placed: Placed, file: Path) -> Wording:
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{file} cannot be read as text: {error}")
    now = placed.answer.wording
    return Wording.typed(text, [(claim.says, claim.source) for claim in now.claims], list(now.sections))


def _print_wording(placed: Placed, wording: Wording) -> None:
    print(f"\n{wording.text}\n")
    sources = placed.files.sources()
    for claim in wording.claims:
        print(f"- {claim.says} ({sources.get(claim.source, {}).get('title', claim.source)})")


def _note(desks: AnswerDesks, member: StaffMember, key: AnswerKey) -> None:
    """Nobody proved with a password who they are: the record says so beside what was done."""
    desks.audit.note(COMMAND_LINE, "answers.from_command_line", str(key), {"as": member.id})


if __name__ == "__main__":
    main()
