"""What is counted, in words for whoever runs the clinic; one text for each figure and each table."""

from __future__ import annotations

from datetime import date

from clinic.review.numbers.model import Cell, Figure, Unit

WHAT_IS_COUNTED = {
    "chats": "Chats in which a visitor wrote at least one message in these days. A chat counts once, on the day of its "
    "first message. A chat that its visitor has erased is gone from all numbers.",
    "messages": "Everything that visitors wrote or pressed in a chat. Reminders and messages from staff are not "
    "counted here.",
    "answered": "Questions that got one of the approved answers. A message with two questions counts as two.",
    "answered_share": "Of the questions that were answered or missed, how many were answered. Questions that the "
    "assistant must not answer, and talk about other things, are left out.",
    "missed": "Questions with no approved text for them, and messages that the assistant could not understand. "
    "The inbox lists them under \"Missed\", together with those at which the assistant asked back.",
    "refused": "Questions that only a doctor may answer: doses, diagnoses, what a test result means and the like. "
    "The assistant said so and offered a visit.",
    "alarm_chats": "Chats in which the assistant told the visitor to call for help now, or to be seen the same day. "
    "A chat counts once. Later reminders of the same danger are not counted. Not known here: a danger that was told "
    "in the field beside a thumb, and what was written while the database could not be reached.",
    "tasks": "What visitors got done in the chat: visits booked, moved and cancelled, call backs asked for, "
    "questions passed on to you, and places on the waiting list. Asking alone does not count.",
    "booked": "Visits booked in these days, however it was done: in the chat, by a link in a letter, by another "
    "program or by the staff. A visit that was cancelled later still counts. Visits stay when a chat is erased.",
    "helpful_share": "Of the replies that visitors rated, how many got a thumb up. Few visitors rate: look at how "
    "many before you trust it. It counts on the day of the rating.",
    "median": "Half of the messages were answered in this time or less, from the moment a message came in. Warnings "
    "of danger are left out: they are shown at once. So are chats that a person has taken over.",
    "slow": "19 of 20 messages were answered in this time or less. One of 20 took longer.",
    "unanswered": "Messages that got no answer because something was out of order, or whose answer is still on "
    "its way.",
    "closed": "Messages that came when the clinic was not open, by the opening hours that are set now.",
    "days": "Chats on the day of their first message, and messages. Beside them the same for the days before.",
    "questions": "What became of questions. A message with two questions counts as two. \"Asked back\": the assistant "
    "was not sure and let the visitor choose; the choice then counts as a question of its own.",
    "task_table": "\"In the chat\": the assistant did it and said so. \"However done\": all visits in the book, also "
    "those by a link, by another program or by staff. Call backs, questions passed on and the waiting list are "
    "only asked for in chats.",
    "funnel": "Chats in which somebody wanted a visit at a real time, and how far they came: each step counts the "
    "chats that reached it. Whoever stopped at a step is missing from the next one.",
    "alarms": "Each time the assistant warned of a danger, by the danger. One chat can have several.",
    "refusals": "Questions that only a doctor may answer, by what was asked.",
    "hours": "Messages by the hour in which they were written, on the clinic's clock.",
    "topics": "Answers by their topic, and the thumbs that visitors gave to them.",
    "ratings": "Thumbs up and down, by the kind of reply they were given to. The last thumb for a reply counts.",
    "speed": "How long visitors waited for their answer.",
    "writers": "Who wrote in the chats. A reminder of a visit and a message from staff are nobody's question, so they "
    "count only here.",
    "handled": "What became of the visitors' messages. \"Left to a person\": somebody of the staff had taken over the "
    "chat, and the assistant kept silent.",
}  # fmt: skip


def shown(value: Cell, unit: Unit) -> str:
    """A value as it stands on the page."""
    if value is None:
        return "-"
    match unit:
        case "count":
            return f"{value:,}"
        case "percent":
            return f"{value:.1f}%"
        case "seconds":
            return f"{value:.1f} s"
        case "days":
            return " to ".join(_day(day) for day in str(value).split(" to "))
    return str(value)


def change_in_words(figure: Figure) -> str:
    """How a figure compares with the one of the time before."""
    now, before = figure.value, figure.former
    if now is None or before is None:
        return "Nothing before to compare with." if now is not None else "Nothing to count yet."
    then = shown(before, figure.unit)
    if shown(now, figure.unit) == then:
        return f"The same as before ({then})."
    more, less = _COMPARED[figure.unit]
    # Of the values as they are shown, so that whoever checks it finds it right.
    difference = shown(abs(round(now, 1) - round(before, 1)), figure.unit).removesuffix("%")
    return f"{difference} {more if now > before else less} than before ({then})."


def _day(iso: str) -> str:
    """With its weekday; the year stands above the tables. What is no day ("All") stays."""
    try:
        found = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{found:%a} {found.day} {found:%b}"


_COMPARED: dict[str, tuple[str, str]] = {
    "count": ("more", "fewer"),
    "percent": ("points higher", "points lower"),
    "seconds": ("slower", "faster"),
}
