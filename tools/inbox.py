"""The inbox as text: `python -m tools.inbox list` and `groups`; the same as the pages, without anything personal.

`list --show refused --from 2026-11-01 --words iron pills`; `groups --most 10`. `--help` after either tells the rest.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, tzinfo

from clinic.review.inbox.desk import InboxDesk
from clinic.review.inbox.groups import InboxGroups
from clinic.review.inbox.model import InboxQuery, InboxTurn, InboxUnavailable, Sign
from clinic.review.inbox.words import OUTCOMES, SIGNS, TitleOf, topic_in_words
from clinic.settings import SettingsError, load_settings
from web.staff.inbox.asked import Asked

_CHARACTERS = 100
_MOST_SECONDS = 600.0


def main() -> None:
    """List or group; exit 1 where the database cannot be read, 2 for a wrong use."""
    wanted = arguments(sys.argv[1:])
    try:
        from clinic.answers import load_catalogue
        from clinic.bootstrap.booking import clinic_zone
        from clinic.bootstrap.review import inbox_desk, inbox_groups

        settings = load_settings()
        zone = clinic_zone(settings)
        query = query_of(wanted, zone)
        while not inbox_desk(settings).catch_up():
            print("reading …", file=sys.stderr)
        if wanted.what == "list":
            lines = list_lines(inbox_desk(settings), query, wanted.most, zone, load_catalogue().title_of)
        else:
            print("reading what questions mean; the first time takes minutes …", file=sys.stderr)
            lines = group_lines(inbox_groups(settings), query, wanted.most, zone)
    except (SettingsError, InboxUnavailable, ValueError) as error:
        sys.exit(str(error))
    print("\n".join(lines))


def arguments(given: list[str]) -> argparse.Namespace:
    """What is wanted."""
    parser = argparse.ArgumentParser(prog="python -m tools.inbox", description=__doc__)
    parser.add_argument("what", choices=["list", "groups"])
    signs = ", ".join(f"{sign.value} ({title.lower()})" for sign, (title, _) in SIGNS.items())
    parser.add_argument("--show", default="missed", help=f"all, {signs}; usually missed")
    parser.add_argument(
        "--state", default="open", choices=["open", "done", "all"], help="reviewed or not; usually open"
    )
    parser.add_argument("--given-to", default="", metavar="ID", help='a member\'s id, or "nobody"')
    parser.add_argument("--tag", default="")
    parser.add_argument("--words", nargs="+", default=[], help="all of them stand in the message; list only")
    parser.add_argument("--from", dest="first", default="", metavar="DAY", help="first day, such as 2026-11-01")
    parser.add_argument("--to", dest="until", default="", metavar="DAY", help="last day")
    parser.add_argument("--before", default="", metavar="NUMBER", help="only messages before this one")
    parser.add_argument("--most", type=int, default=50, help="messages or groups; usually 50")
    return parser.parse_args(given)


def query_of(wanted: argparse.Namespace, zone: tzinfo) -> InboxQuery:
    """What is looked for; raises `ValueError` in words."""
    if wanted.show != "all" and wanted.show not in {sign.value for sign in Sign}:
        raise ValueError(f"--show {wanted.show}: there is no such list")
    asked = Asked(
        show=wanted.show, state=wanted.state, who=wanted.given_to, tag=wanted.tag, q=" ".join(wanted.words),
        first=wanted.first, until=wanted.until, before=wanted.before,
    )  # fmt: skip
    query, errors = asked.query("", zone)
    for field, said in errors.items():
        raise ValueError(f"--{field}: {said}")
    return query


def list_lines(desk: InboxDesk, query: InboxQuery, most: int, zone: tzinfo, title_of: TitleOf) -> list[str]:
    """Counts, then messages, the newest first."""
    counts = desk.counts(query)
    lines = ["  ".join(f"{SIGNS[sign][0]}: {counts.get(sign, 0)}" for sign in SIGNS), ""]
    turns: list[InboxTurn] = []
    page = desk.page(query)
    turns += page.turns
    while page.before is not None and len(turns) < most:
        query = InboxQuery(**{**vars(query), "before": page.before})
        page = desk.page(query)
        turns += page.turns
    lines += [_line(turn, zone, title_of) for turn in turns[:most]]
    left = page.before is not None or len(turns) > most
    return [
        *lines,
        "",
        f"{len(turns[:most])} shown" + (f"; older ones: --before {turns[:most][-1].id}" if left else ""),
    ]


def group_lines(groups: InboxGroups, query: InboxQuery, most: int, zone: tzinfo) -> list[str]:
    """Groups of missed questions, the most asked first."""
    found = groups.page(query, 0, most, wait=_MOST_SECONDS)
    lines = []
    for group in found.groups:
        topics = ", ".join(title for _, title in group.topics)
        lines.append(f"{len(group.ids):>5} times, last {_day(group.last_at, zone)}: {_short(group.sample.text)}")
        lines += [f"            nearest: {topics}"] if topics else []
        lines += [f"            e.g. {turn.id}: {_short(turn.text)}" for turn in group.shown[1:4]]
    lines += ["", f"{found.messages} messages in {found.total} groups, {len(found.groups)} shown"]
    lines += [f"{found.unread} messages are not read yet"] if found.unread else []
    return lines + ([] if found.has_topics else ["the nearest topics are not ready yet: try again in a minute"])


def _line(turn: InboxTurn, zone: tzinfo, title_of: TitleOf) -> str:
    reading = turn.reading
    told = OUTCOMES[reading.outcome]
    if reading.intent and reading.intent != "nlu_fallback":
        told += f": {topic_in_words(reading.intent, title_of)}"
    marks = ["reviewed"] * bool(turn.marks.reviewed_at) + list(turn.marks.tags)
    noted = f" [{', '.join(marks)}]" if marks else ""
    when = datetime.fromtimestamp(turn.asked_at, zone).strftime("%Y-%m-%d %H:%M")
    return f"{turn.id:>8}  {when}  {_short(turn.text)}  ({told}){noted}"


def _day(moment: float, zone: tzinfo) -> str:
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _CHARACTERS else f"{line[: _CHARACTERS - 1]}…"


if __name__ == "__main__":
    main()
