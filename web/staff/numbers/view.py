"""A report as the template shows it: what a table's cell says, and what a chart takes from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clinic.review.numbers.model import Cell, Figure, Table, Unit
from clinic.review.numbers.period import Period
from clinic.review.numbers.words import WHAT_IS_COUNTED, change_in_words, shown

_MOST_ROWS_OPEN = 14
# Which tables stand together, and under which heading.
PARTS = (
    ("Questions", ("questions", "topics", "refusals")),
    ("What got done", ("task_table", "funnel")),
    ("Safety", ("alarms",)),
    ("When people write", ("days", "hours")),
    ("How well it works", ("ratings", "speed", "handled", "writers")),
)


@dataclass(frozen=True)
class ShownFigure:
    """A number, how it compares, and what is counted."""

    id: str
    title: str
    value: str
    of: str
    change: str
    counted: str


@dataclass(frozen=True)
class ShownCell:
    """`bare`: the number as a chart reads it, empty where there is none."""

    title: str
    text: str
    bare: str
    is_number: bool


@dataclass(frozen=True)
class ShownTable:
    """A table, and the columns that its chart draws, by index."""

    id: str
    title: str
    counted: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[ShownCell, ...], ...]
    total: tuple[ShownCell, ...] | None
    chart: str | None
    drawn: str
    is_open: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(cell.bare not in ("", "0") for row in self.rows for cell in row)


def figure_view(figure: Figure) -> ShownFigure:
    """A figure in words."""
    value = "None yet" if figure.value is None else shown(figure.value, figure.unit)
    return ShownFigure(
        figure.id, figure.title, value, figure.of, change_in_words(figure), WHAT_IS_COUNTED[figure.id]
    )  # fmt: skip


def table_view(table: Table) -> ShownTable:
    """A table with its cells."""
    columns = tuple((column.title, _is_number(column.unit)) for column in table.columns)
    return ShownTable(
        table.id, table.title, WHAT_IS_COUNTED[table.id], columns,
        tuple(_cells(table, row) for row in table.rows), _cells(table, table.total) if table.total else None,
        table.chart, " ".join(map(str, table.drawn)), len(table.rows) <= _MOST_ROWS_OPEN,
    )  # fmt: skip


def in_words(period: Period) -> str:
    """Which days are shown, and which they are compared with."""
    now = f"{_day(period.first)} to {_day(period.last)}" if period.length > 1 else _day(period.first)
    today = ", today up to now" if period.is_open else ""
    days = f"the {period.length} days" if period.length > 1 else "the day"
    same = ", up to the same time of day" if period.is_open else ""
    return f"{now}{today}. “Before” is {days} before that{same}."


def _cells(table: Table, row: tuple[Cell, ...]) -> tuple[ShownCell, ...]:
    return tuple(_cell(value, column.title, column.unit) for value, column in zip(row, table.columns, strict=True))


def _cell(value: Cell, title: str, unit: Unit) -> ShownCell:
    is_number = _is_number(unit)
    text = shown(value, unit) if value is not None or is_number else ""
    return ShownCell(title, text, str(value) if is_number and value is not None else "", is_number)


def _is_number(unit: Unit) -> bool:
    return unit not in ("text", "days")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
