"""The tables of the numbers page; a chart is drawn from the very cells that stand in them."""

from __future__ import annotations

from collections.abc import Callable

from clinic.review.numbers.counted import ALARMS, QUESTIONS, Counted, Handled
from clinic.review.numbers.days import days_table, hours_table
from clinic.review.numbers.model import FUNNEL, Cell, Column, Table, Tally, Task, share, summed
from clinic.review.numbers.period import Period

TitleOf = Callable[[str, str], str]

IN_BOOKS_ONLY = (Task.CALLBACK, Task.QUESTION, Task.WAITING)
_BEFORE = Column("Before")
_QUESTIONS = {
    Counted.ANSWERED: "Answered", Counted.NOT_COVERED: "Missed: no text for it",
    Counted.NOT_UNDERSTOOD: "Missed: not understood", Counted.REFUSED: "Left to a doctor",
    Counted.ASKED_BACK: "Asked back", Counted.OFF_TOPIC: "About something else",
}  # fmt: skip
_TASKS = {
    Task.BOOKED: "Visit booked", Task.MOVED: "Visit moved", Task.CANCELLED: "Visit cancelled",
    Task.CALLBACK: "Call back asked for", Task.QUESTION: "Question passed on to staff",
    Task.WAITING: "Put on the waiting list",
}  # fmt: skip
_IN_CHAT = {Task.BOOKED: Counted.BOOKED, Task.MOVED: Counted.MOVED, Task.CANCELLED: Counted.CANCELLED}
_STEPS = {
    "asked": "Asked to book", "kind": "Chose the kind of visit", "time": "Chose a time", "contact": "Gave a contact",
    "booked": "Confirmed: booked",
}  # fmt: skip
_ALARMS = {Counted.EMERGENCY: "Call for help now", Counted.URGENT: "Be seen the same day"}
_RATED = {"answer": "Answers", "refusal": "Left to a doctor", "booking": "Booking"}
_WAITS = (
    ("Under 1 second", 1_000), ("1 to 2 seconds", 2_000), ("2 to 5 seconds", 5_000), ("5 to 10 seconds", 10_000),
    ("10 seconds or longer", None),
)  # fmt: skip


def tables_of(period: Period, now: Tally, before: Tally, title_of: TitleOf) -> tuple[Table, ...]:
    """Every table of a period, in the order of the page."""
    return (
        days_table(period, now, before),
        _questions(now, before),
        _topics(now, before, title_of),
        _tasks(now, before),
        _funnel(now, before),
        _by_topic("alarms", "Dangers", "Danger", ALARMS, now, before, title_of),
        _by_topic("refusals", "Left to a doctor", "What was asked", (Counted.REFUSED,), now, before, title_of),
        hours_table(period, now, before),
        _ratings(now, before),
        _speed(now, before),
        _handled(now, before),
        _writers(now, before),
    )


def _questions(now: Tally, before: Tally) -> Table:
    whole = now.times(*QUESTIONS)
    rows = tuple((_QUESTIONS[q], now.times(q), before.times(q), share(now.times(q), whole)) for q in QUESTIONS)
    columns = (Column("What became of it", "text"), Column("Questions"), _BEFORE, Column("Share", "percent"))
    return summed(Table("questions", "Questions", columns, rows))


def _topics(now: Tally, before: Tally, title_of: TitleOf) -> Table:
    counts = [{topic: n for (_, topic), n in t.by_topic(Counted.ANSWERED).items()} for t in (now, before)]
    topics = sorted(set(counts[0]) | set(counts[1]), key=lambda t: (-counts[0].get(t, 0), -counts[1].get(t, 0), t))
    rows = tuple(
        (title_of("answer", topic), counts[0].get(topic, 0), counts[1].get(topic, 0),
         now.thumbs.get(("answer", topic, True), 0), now.thumbs.get(("answer", topic, False), 0))
        for topic in topics
    )  # fmt: skip
    columns = (Column("Topic", "text"), Column("Answers"), _BEFORE, Column("Helpful"), Column("Not helpful"))
    return summed(Table("topics", "Topics", columns, rows))


def _tasks(now: Tally, before: Tally) -> Table:
    rows = tuple(
        (name, _done_in_chat(now, task), _done_in_chat(before, task), now.done.get(task, 0), before.done.get(task, 0))
        for task, name in _TASKS.items()
    )
    columns = (Column("Task", "text"), Column("In the chat"), _BEFORE, Column("However done"),
               Column("However done, before"))  # fmt: skip
    return summed(Table("task_table", "Tasks done", columns, rows))


def _done_in_chat(tally: Tally, task: Task) -> int:
    return tally.times(_IN_CHAT[task]) if task in _IN_CHAT else tally.done.get(task, 0)


def _funnel(now: Tally, before: Tally) -> Table:
    rows = tuple(
        (_STEPS[step], now.funnel[n], before.funnel[n], share(now.funnel[n], now.funnel[0]))
        for n, step in enumerate(FUNNEL)
    )
    columns = (Column("Step", "text"), Column("Chats"), _BEFORE, Column("Of those who asked", "percent"))
    return Table("funnel", "From the wish to the visit", columns, rows)


def _by_topic(
    table_id: str, title: str, first: str, what: tuple[Counted, ...], now: Tally, before: Tally, title_of: TitleOf
) -> Table:
    found, former = now.by_topic(*what), before.by_topic(*what)
    keys = sorted({*found, *former}, key=lambda key: (what.index(key[0]), -found.get(key, 0), key[1]))
    is_alarm = what == ALARMS
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_title(key, title_of), *((_ALARMS[key[0]],) if is_alarm else ()), found.get(key, 0), former.get(key, 0))
        for key in keys
    )
    advice = (Column("What was said", "text"),) if is_alarm else ()
    columns = (Column(first, "text"), *advice, Column("Times"), _BEFORE)
    return summed(Table(table_id, title, columns, rows, drawn=(2, 3) if is_alarm else (1, 2)))


def _title(key: tuple[Counted, str], title_of: TitleOf) -> str:
    kind = {Counted.REFUSED: "refusal"}.get(key[0], key[0].value)
    return title_of(kind, key[1])


def _ratings(now: Tally, before: Tally) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(_thumbs(tally, kind, up) for up in (True, False) for tally in (now, before)))
        for kind, name in (*_RATED.items(), (None, "Everything else"))
    )
    columns = (Column("Reply", "text"), Column("Helpful"), Column("Helpful before"), Column("Not helpful"),
               Column("Not helpful before"))  # fmt: skip
    return summed(Table("ratings", "What visitors thought", columns, rows, drawn=(1, 3)))


def _thumbs(tally: Tally, kind: str | None, helpful: bool) -> int:
    """Thumbs of a kind of reply; `None`: of all kinds that have no row of their own."""
    return sum(
        times for (rated, _, up), times in tally.thumbs.items()
        if up is helpful and (rated == kind or (kind is None and rated not in _RATED))
    )  # fmt: skip


def _speed(now: Tally, before: Tally) -> Table:
    rows: list[tuple[Cell, ...]] = []
    least = 0
    for name, most in _WAITS:
        within = [sum(n for ms, n in t.answer_ms.items() if ms >= least and (most is None or ms < most))
                  for t in (now, before)]  # fmt: skip
        rows.append((name, *within))
        least = most or least
    columns = (Column("Answered in", "text"), Column("Messages"), _BEFORE)
    return summed(Table("speed", "Answer time", columns, tuple(rows)))


def _handled(now: Tally, before: Tally) -> Table:
    names = {
        "Answered by the assistant": (Handled.REPLIED,), "Left to a person": (Handled.TO_PERSON,),
        "Without an answer": (Handled.FAILED, Handled.OPEN),
    }  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(sum(tally.handled.get(each, 0) for each in which) for tally in (now, before)))
        for name, which in names.items()
    )
    columns = (Column("What became of it", "text"), Column("Messages"), _BEFORE)
    return summed(Table("handled", "What became of messages", columns, rows))


def _writers(now: Tally, before: Tally) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Visitors", sum(now.messages.values()), sum(before.messages.values())),
        ("Staff", now.later.get("person", 0), before.later.get("person", 0)),
        ("Reminders and notices", *(sum(n for by, n in t.later.items() if by != "person") for t in (now, before))),
    )
    columns = (Column("Who", "text"), Column("Messages"), _BEFORE)
    return summed(Table("writers", "Who wrote", columns, rows, chart=None))
