"""What was not told: `python -m tools.outbox` lists it, `--retry REFERENCE` lets the dead of an appointment wait again.

Neither names nor addresses are shown: a reference is enough to look an appointment up.
"""

from __future__ import annotations

import argparse
import sys

from clinic.booking.appointment import AppointmentEvent, EventState
from clinic.booking.errors import BookingUnavailable
from clinic.booking.outbox_desk import OutboxDesk
from clinic.bootstrap.booking import outbox_desk
from clinic.settings import SettingsError, load_settings

_COLUMNS = ("reference", "kind", "target", "state", "attempts", "due (UTC)", "error")
_WAITING_SHOWN = 30


def main() -> None:
    """List, or retry; exit 1 where nothing was or could be done."""
    parser = argparse.ArgumentParser(prog="python -m tools.outbox", description=__doc__)
    parser.add_argument("--retry", metavar="REFERENCE", help="let the dead events of this appointment wait again")
    parser.add_argument("--even-if-sent", action="store_true", help="also mails that may have been sent already")
    parser.add_argument("--all", action="store_true", help=f"all that wait, not the next {_WAITING_SHOWN} alone")
    wanted = parser.parse_args()
    try:
        desk = outbox_desk(load_settings())
        if wanted.retry:
            sys.exit(_retry(desk, wanted.retry, wanted.even_if_sent))
        _list(desk.unsettled(), wanted.all)
    except (SettingsError, BookingUnavailable) as error:
        sys.exit(str(error))


def _list(events: list[AppointmentEvent], is_all: bool) -> None:
    waiting = [event for event in events if event.state is EventState.WAITING]
    left_out = [] if is_all else waiting[_WAITING_SHOWN:]
    _print_table([event for event in events if event not in left_out])
    dead = sum(event.state is EventState.DEAD for event in events)
    print(f"{dead} dead, {len(waiting)} waiting" + (f", {len(left_out)} of them not shown" if left_out else ""))


def _retry(desk: OutboxDesk, reference: str, even_if_sent: bool) -> int:
    """Exit code: 0 where all dead events of the appointment wait again."""
    done = desk.retry(reference, even_if_sent=even_if_sent)
    if done.again:
        print("waiting again:")
        _print_table(done.again)
    if done.left:
        print("may have been sent, so left alone; with --even-if-sent they are sent again:")
        _print_table(done.left)
    if not done.again and not done.left:
        print("nothing dead has this reference")
    return 0 if done.again and not done.left else 1


def _print_table(events: list[AppointmentEvent]) -> None:
    rows = [_COLUMNS, *(_row(event) for event in events)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _row(event: AppointmentEvent) -> tuple[str, ...]:
    due = f"{event.due_at:%Y-%m-%d %H:%M}"
    return (
        event.reference, event.kind.value, event.target.value, event.state.value,
        str(event.attempts), due, event.error or "",
    )  # fmt: skip


if __name__ == "__main__":
    main()
