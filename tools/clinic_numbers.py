"""The numbers of the staff page: `python -m tools.clinic_numbers` prints the last 30 days.

`--days 7`, or `--from 2026-03-01 --to 2026-03-31`; `--csv topics` prints one table as CSV, `--tables` names them all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from clinic.review.numbers.as_csv import as_csv
from clinic.review.numbers.desk import NumbersDesk
from clinic.review.numbers.model import Column, Report, Table
from clinic.review.numbers.period import PeriodError
from clinic.review.numbers.ports import NumbersUnavailable
from clinic.review.numbers.words import change_in_words, shown

_LONG_ENOUGH = 600.0  # seconds; nobody waits for a page here


def main() -> None:
    """Print; exit 1 where the numbers cannot be had."""
    from clinic.bootstrap.review import numbers_desk
    from clinic.settings import SettingsError, load_settings

    try:
        sys.exit(run(sys.argv[1:], numbers_desk(load_settings())))
    except SettingsError as error:
        sys.exit(str(error))


def run(arguments: Sequence[str], desk: NumbersDesk) -> int:
    """Print what the arguments ask for; the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        period = desk.period("" if asked.first or asked.last else str(asked.days), asked.first, asked.last)
        report = desk.count(period, _LONG_ENOUGH).report
    except (PeriodError, NumbersUnavailable) as error:
        print(f"numbers: {error}", file=sys.stderr)
        return 1
    if asked.tables:
        print("\n".join(f"{table.id:<12}{table.title}" for table in report.tables))
        return 0
    if asked.csv:
        return _print_csv(report, asked.csv)
    print(f"{period.first} to {period.last}, compared with the {period.length} days before; {desk.zone.key} time\n")
    _print_figures(report)
    for table in report.tables:
        _print_table(table)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.clinic_numbers", description=__doc__)
    parser.add_argument("--days", type=int, choices=(7, 30, 90), default=30, help="today and the days before it")
    parser.add_argument("--from", dest="first", metavar="DAY", default="", help="the first day, as in 2026-03-01")
    parser.add_argument("--to", dest="last", metavar="DAY", default="", help="the last day")
    parser.add_argument("--csv", metavar="TABLE", help="one table as CSV")
    parser.add_argument("--tables", action="store_true", help="the names of the tables")
    return parser


def _print_csv(report: Report, name: str) -> int:
    table = report.table(name)
    if table is None:
        print(f"numbers: no table {name!r}; there are {', '.join(t.id for t in report.tables)}", file=sys.stderr)
        return 1
    sys.stdout.write(as_csv(table))
    return 0


def _print_figures(report: Report) -> None:
    for figure in report.figures:
        value = shown(figure.value, figure.unit)
        print(f"{figure.title:<28}{value:>10}   {change_in_words(figure)}" + (f" {figure.of}." if figure.of else ""))


def _print_table(table: Table) -> None:
    lines = [[column.title for column in table.columns]]
    for row in (*table.rows, *((table.total,) if table.total else ())):
        cells = zip(row, table.columns, strict=True)
        lines.append(["" if value is None and _is_text(c) else shown(value, c.unit) for value, c in cells])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print(f"\n{table.title}")
    for line in lines:
        cells = zip(line, widths, table.columns, strict=True)
        print("  " + "  ".join(t.ljust(w) if _is_text(c) else t.rjust(w) for t, w, c in cells).rstrip())


def _is_text(column: Column) -> bool:
    return column.unit in ("text", "days")


if __name__ == "__main__":
    main()
