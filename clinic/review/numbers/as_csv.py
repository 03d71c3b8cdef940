"""A table as CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

from clinic.review.numbers.model import Cell, Column, Table

# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_UNITS = {"percent": " (%)", "seconds": " (s)"}


def as_csv(table: Table) -> str:
    """Headings, rows and the total row, lines ended by CR LF; a heading tells the unit, a value is a bare number."""
    text = io.StringIO()
    lines = csv.writer(text, dialect="excel", lineterminator="\r\n")
    lines.writerow(_defused(column.title + _UNITS.get(column.unit, "")) for column in table.columns)
    for row in (*table.rows, *((table.total,) if table.total else ())):
        lines.writerow(_cell(value, column) for value, column in zip(row, table.columns, strict=True))
    return text.getvalue()


def _cell(value: Cell, column: Column) -> str | int | float | None:
    return _defused(str(value)) if value is not None and column.unit == "text" else value


def _defused(text: str) -> str:
    """With an apostrophe before what a spreadsheet would run."""
    return f"'{text}" if text.startswith(_FORMULA) else text
