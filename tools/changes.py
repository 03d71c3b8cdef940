"""Sets of changes: `python -m tools.changes list`, `show ID`, `take-out ID TOPIC SENTENCE`, `abandon ID`, `clean`.

`take-out` removes one sentence that the set adds. `clean` mends what crashes left over; `clean ID` takes edits by hand
that are not saved out of a set's folder and keeps them in git under refs/changes/left.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from clinic.bootstrap.review import change_set_desk
from clinic.review.changes.desk import ChangeSet, ChangeSetDesk
from clinic.review.changes.difference import Difference
from clinic.review.changes.taking_out import take_out
from clinic.review.content.errors import ChangesError
from clinic.settings import SettingsError, load_settings
from clinic.staff.model import Role, StaffMember

_OPERATOR = StaffMember("command line", "Command line", "", Role.ADMIN)
_COLUMNS = ("id", "state", "since (UTC)", "title")
_SIGNS = {"same": "{}", "added": "[+{}+]", "removed": "[-{}-]"}


def main() -> None:
    """Do it; exit 1 where it cannot be done, with the reason in words."""
    wanted = _arguments()
    try:
        desk = change_set_desk(load_settings())
        if wanted.command == "list":
            _list([s for s in desk.all() if wanted.all or not s.is_ended])
        elif wanted.command == "show":
            _show(desk, wanted.id)
        elif wanted.command == "take-out":
            print(f"taken out of “{take_out(desk, wanted.id, _OPERATOR, wanted.topic, wanted.sentence).title}”")
        elif wanted.command == "abandon":
            desk.abandon(wanted.id, _OPERATOR)
            print(f"{wanted.id} is abandoned; its changes are kept in git under refs/changes/kept/{wanted.id}")
        elif wanted.id:
            kept = desk.put_aside(wanted.id, _OPERATOR.id)
            print(f"put aside as {kept}" if kept else "there are no edits by hand")
        else:
            print("\n".join(desk.clean()) or "nothing was left over")
    except (SettingsError, ChangesError) as error:
        sys.exit(str(error))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.changes", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    listed = commands.add_parser("list", help="the sets of changes that are open")
    listed.add_argument("--all", action="store_true", help="published and abandoned ones too")
    for name, words in (("show", "what a set changes"), ("abandon", "nothing will come of it; its changes are kept")):
        commands.add_parser(name, help=words).add_argument("id")
    out = commands.add_parser("take-out", help="remove a sentence that a set adds")
    out.add_argument("id")
    out.add_argument("topic", help="its name, that of its file in data/nlu")
    out.add_argument("sentence", help="as `show` prints it")
    clean = commands.add_parser("clean", help="mend what was left over; with an id, put edits by hand aside")
    clean.add_argument("id", nargs="?")
    return parser.parse_args()


def _list(found: list[ChangeSet]) -> None:
    rows = [_COLUMNS, *((s.id, s.state.value, _when(s.created_at), s.title) for s in found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(f"{len(found)} set" + ("" if len(found) == 1 else "s"))


def _show(desk: ChangeSetDesk, change_set_id: str) -> None:
    found = desk.get(change_set_id)
    print(f"{found.title}\n{found.id}, {found.state.value}, branch {found.branch}, commit {found.head[:12]}")
    if desk.is_behind(found.id):
        print("something was published since that this set has not")
    print("\nsaved changes:")
    for saved in desk.history(found.id):
        print(f"  {_when(saved.at)}  {saved.by}: {saved.message}")
    print("\ndifferences:")
    for difference in desk.differences(found.id):
        _print_difference(difference)
    for comment in desk.comments(found.id):
        print(f"\n{_when(comment.at)}  {comment.by}:\n  {comment.text}")


def _print_difference(difference: Difference) -> None:
    print(f"- {difference.words}")
    for item in difference.items:
        print(f"    {item}")
    if difference.pieces:
        text = "".join(_SIGNS[piece.mark].format(piece.text) for piece in difference.pieces)
        print("\n".join(f"    {line}" for line in text.splitlines()))


def _when(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M}"


if __name__ == "__main__":
    main()
