"""Measure both nets on the red-flag set and print the tables; `--write` puts them into docs/evidence.

The open part serves development. Its first 1,213 sentences were written before the patterns, from the published
descriptions and without sight of them; the others are two former closed parts, opened once their totals had been seen.
The closed part judges: written without sight of patterns, data or the open part, and read by nobody who works on the
nets. Further readers labelled every closed sentence without seeing its label. Its newest sentences (ids that begin with
D) came after the two constants of ADR 0005 that were chosen with the closed totals in view; on first sight they gave
99.7 % and 5.3 %. Their totals were seen four times since, while lines for training were written by others.
`chats.tsv` are forty ordinary chats, the visitor's side, all harmless: how often a chat is disturbed.
`plain.tsv` are the plainest statements of each danger.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from clinic.language import load_encoder
from clinic.triage import load_gate
from clinic.triage.net import shared_net, windows

FOLDER = Path("tests/nlu/red_flags")
TARGET = Path("docs/evidence/red-flags.md")
PARTS = ("open", "closed")


@dataclass(frozen=True)
class Judged:
    """A sentence of the set and what each net says of it."""

    id: str
    text: str
    expected: str
    category: str
    modifier: str
    certain: bool  # the gate's alarm without the net
    gate: bool  # the gate's alarm where there is no net
    net: bool
    confirmed: bool  # the gate's likely alarm stands before the net

    @property
    def is_flag(self) -> bool:
        """Whether the sentence tells of a present danger."""
        return self.expected != "none"

    @property
    def alarm(self) -> bool:
        """Either net alone is enough where it is sure; a likely alarm of the gate needs the net to hear something."""
        return self.certain or self.net or self.confirmed


def judged(part: str) -> list[Judged]:
    """Every sentence of a part, judged; raises `FileNotFoundError` before the first training."""
    return _judged(FOLDER / f"{part}.tsv")


def _judged(path: Path, expected: str = "") -> list[Judged]:
    """Every sentence of a file, judged; `expected`: what holds for all where the file has no such column."""
    gate, net, encoder = load_gate(), shared_net(), load_encoder()
    if net is None:
        raise FileNotFoundError("models/safety_net.npz is missing: run `make train`")
    found = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            text = row["text"]
            vectors, verdict = encoder.encode(windows(text)), gate.assess(text)
            by_net, by_gate = net.assess(text, vectors) is not None, verdict.alarm is not None
            confirmed = by_gate and net.confirms(text, verdict, encoder.encode)
            named = {name: row.get(name, "") for name in ("id", "text", "category", "modifier")}
            named["expected"] = row.get("expected", expected)
            found.append(Judged(**named, certain=verdict.is_certain, gate=by_gate, net=by_net, confirmed=confirmed))
    return found


def recall(rows: list[Judged]) -> float:
    """Share of red flags that alarm."""
    flags = [r.alarm for r in rows if r.is_flag]
    return sum(flags) / len(flags)


def false_alarms(rows: list[Judged]) -> float:
    """Share of near misses that alarm."""
    misses = [r.alarm for r in rows if not r.is_flag]
    return sum(misses) / len(misses)


def disturbed_turns() -> list[bool]:
    """Whether each message of the harmless chats alarms."""
    return [row.alarm for row in _judged(FOLDER / "chats.tsv", "none")]


def plain_statements() -> list[Judged]:
    """The plainest ways to tell of each danger; every one has to alarm."""
    return _judged(FOLDER / "plain.tsv", "alarm")


def report() -> str:
    """All tables as Markdown."""
    lines = [
        "# Red flags: what is recognised",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}; `.venv/bin/python -m tools.red_flags --write`",
        "",
        "| part | sentences | gate, certain | gate without a net | net alone | both: recall | both: false alarms |",
        "|---|---|---|---|---|---|---|",
    ]
    by_part = {part: judged(part) for part in PARTS}
    for part, rows in by_part.items():
        flags = [r for r in rows if r.is_flag]
        near = len(rows) - len(flags)
        by_each = ([getattr(r, by) for r in flags] for by in ("certain", "gate", "net"))
        alone = " | ".join(f"{sum(alarms) / len(flags):.1%}" for alarms in by_each)
        both = f"{recall(rows):.1%} | {false_alarms(rows):.1%}"
        lines.append(f"| {part} | {len(flags)} + {near} | {alone} | {both} |")
    closed = [r for r in by_part["closed"] if r.is_flag]
    chats, plain = disturbed_turns(), plain_statements()
    lines += [
        "",
        _bound(closed),
        "",
        f"Its newest sentences alone: {_newest(by_part['closed'])}.",
        "",
        f"Plain statements of danger: {sum(row.alarm for row in plain)} of {len(plain)} alarm.",
        "",
        f"Harmless chats: {sum(chats)} of {len(chats)} turns alarm ({sum(chats) / len(chats):.1%}).",
        "",
        "| modifier | open | closed |",
        "|---|---|---|",
    ]
    for modifier in sorted({r.modifier for r in closed}):
        cells = [_share([r.alarm for r in rows if r.is_flag and r.modifier == modifier]) for rows in by_part.values()]
        lines.append(f"| {modifier} | {cells[0]} | {cells[1]} |")
    lines += ["", "| category | open | closed |", "|---|---|---|"]
    for category in sorted({r.category for r in closed}):
        cells = [_share([r.alarm for r in rows if r.is_flag and r.category == category]) for rows in by_part.values()]
        lines.append(f"| {category} | {cells[0]} | {cells[1]} |")
    wrong = Counter(r.modifier for rows in by_part.values() for r in rows if not r.is_flag and r.alarm)
    lines += ["", "False alarms by kind of near miss: " + ", ".join(f"{m} {n}" for m, n in wrong.most_common()) + "."]
    return "\n".join(lines) + "\n"


def _bound(flags: list[Judged]) -> str:
    missed = sum(not r.alarm for r in flags)
    if missed:
        return f"Closed part: {missed} of {len(flags)} missed."
    bound = 3 / len(flags)
    return f"Closed part: none of {len(flags)} missed; by the rule of three at most {bound:.1%} would be (95 %)."


def _newest(rows: list[Judged]) -> str:
    newest = [row for row in rows if row.id.startswith("D")]
    flags = sum(row.is_flag for row in newest)
    return f"{flags} + {len(newest) - flags}, recall {recall(newest):.1%}, false alarms {false_alarms(newest):.1%}"


def _share(alarms: list[bool]) -> str:
    return f"{sum(alarms)}/{len(alarms)}"


def main() -> None:
    """Print the report; with `--write` keep it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    text = report()
    if parser.parse_args().write:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        TARGET.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
