"""Who works here, from the command line: the first admin, and the way out when nobody can sign in.

    python -m tools.staff add-admin EMAIL --name NAME       prints a link, good once
    python -m tools.staff invite EMAIL --name NAME --role ROLE
    python -m tools.staff list
    python -m tools.staff role EMAIL ROLE | lock EMAIL | unlock EMAIL | reset EMAIL
    python -m tools.staff verify-record

Whatever is changed stands in the record, by "command line".
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime, tzinfo

from clinic.bootstrap.booking import clinic_zone
from clinic.bootstrap.staff import staff_accounts
from clinic.settings import Settings, SettingsError, load_settings
from clinic.staff.account import Account
from clinic.staff.desks import StaffDesks
from clinic.staff.enrolment import INVITED_SECONDS
from clinic.staff.errors import NoSuchAccount, StaffError, StaffStoreError
from clinic.staff.model import Role
from clinic.staff.people import Invited
from clinic.staff.record import COMMAND_LINE

_COLUMNS = ("e-mail", "name", "role", "state", "last sign-in")


def main(arguments: list[str] | None = None) -> None:
    """Do it, or exit with a sentence and 1."""
    wanted = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        sys.exit(_COMMANDS[wanted.command](settings, staff_accounts(settings), wanted))
    except NoSuchAccount:
        sys.exit(f"nobody has the address {wanted.email}: `python -m tools.staff list` shows who there is")
    except (SettingsError, StaffError) as error:
        sys.exit(str(error))
    except StaffStoreError as error:
        sys.exit(f"the database does not answer, or lacks its tables ({error}): `python -m tools.migrate` makes them")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.staff", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in ("add-admin", "invite", "role", "lock", "unlock", "reset"):
        command = commands.add_parser(name)
        command.add_argument("email", metavar="EMAIL")
        if name in ("add-admin", "invite"):
            command.add_argument("--name", required=True, metavar="NAME")
        if name == "invite":
            command.add_argument("--role", required=True, metavar="ROLE", help=", ".join(role.value for role in Role))
        if name == "role":
            command.add_argument("role", metavar="ROLE", help=", ".join(role.value for role in Role))
    commands.add_parser("list")
    commands.add_parser("verify-record")
    return parser


def _add_admin(settings: Settings, desks: StaffDesks, wanted: argparse.Namespace) -> int:
    return _tell(settings, desks.people.invite(COMMAND_LINE, wanted.email, wanted.name, Role.ADMIN.value))


def _invite(settings: Settings, desks: StaffDesks, wanted: argparse.Namespace) -> int:
    return _tell(settings, desks.people.invite(COMMAND_LINE, wanted.email, wanted.name, wanted.role))


def _reset(settings: Settings, desks: StaffDesks, wanted: argparse.Namespace) -> int:
    account = desks.people.by_email(wanted.email)
    return _tell(settings, desks.people.reset(COMMAND_LINE, account.id))


def _role(_: Settings, desks: StaffDesks, wanted: argparse.Namespace) -> int:
    account = desks.people.change_role(COMMAND_LINE, desks.people.by_email(wanted.email).id, wanted.role)
    print(f"{account.email}: {account.role.value}")
    return 0


def _lock(_: Settings, desks: StaffDesks, wanted: argparse.Namespace) -> int:
    print(f"{desks.people.lock(COMMAND_LINE, desks.people.by_email(wanted.email).id).email} is locked")
    return 0


def _unlock(_: Settings, desks: StaffDesks, wanted: argparse.Namespace) -> int:
    print(f"{desks.people.unlock(COMMAND_LINE, desks.people.by_email(wanted.email).id).email} may sign in again")
    return 0


def _list(settings: Settings, desks: StaffDesks, __: argparse.Namespace) -> int:
    zone = clinic_zone(settings)
    rows = [_COLUMNS, *(_row(account, zone) for account in desks.people.all())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if len(rows) == 1:
        print("nobody yet: python -m tools.staff add-admin EMAIL --name NAME")
    return 0


def _verify_record(_: Settings, desks: StaffDesks, __: argparse.Namespace) -> int:
    broken = desks.record.first_break()
    if broken is None:
        print("the record is as it was written")
        return 0
    print(f"the record was altered: row {broken} is missing or not as it was written")
    return 1


_COMMANDS: dict[str, Callable[[Settings, StaffDesks, argparse.Namespace], int]] = {
    "add-admin": _add_admin,
    "invite": _invite,
    "list": _list,
    "role": _role,
    "lock": _lock,
    "unlock": _unlock,
    "reset": _reset,
    "verify-record": _verify_record,
}


def _tell(settings: Settings, invited: Invited) -> int:
    print(f"{settings.public_url}/staff/join/{invited.token}")
    print(f"Open it within {INVITED_SECONDS / 86400:.0f} days: there {invited.account.name} sets a password and a")
    print("second step. It works once, and whoever has it can do so: send it where only they can read it.")
    return 0


def _row(account: Account, zone: tzinfo) -> tuple[str, ...]:
    state = "locked" if account.is_locked else "active" if account.enrolled_at else "invited"
    last = account.signed_in_at
    told = f"{datetime.fromtimestamp(last, zone):%Y-%m-%d %H:%M}" if last is not None else "never"
    return (account.email, account.name, account.role.value, state, told)


if __name__ == "__main__":
    main()
