"""Send a file of questions through the REST contract and print the scores."""

from __future__ import annotations

import argparse
import csv
import sys
import uuid
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tools.scoring import Question, Score
from tools.stack import Stack, running_stack

_COLUMNS = {"id", "text", "expected", "also_ok"}


def read_questions(path: Path) -> list[Question]:
    """The rows of a file in the form of `questions/dev.tsv`; exits in words when it has another form."""
    if not path.is_file():
        sys.exit(f"no file {path}; usage: make evaluate QUESTIONS=file.tsv")
    rows = csv.DictReader(path.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE)
    if not set(rows.fieldnames or ()) >= _COLUMNS:
        sys.exit(f"{path} needs the tab-separated columns {', '.join(sorted(_COLUMNS))}")
    return [
        Question(r["id"], r["text"], r["expected"], tuple(filter(None, (a.strip() for a in r["also_ok"].split(",")))))
        for r in rows
    ]


def ask(stack: Stack, questions: list[Question]) -> list[Score]:
    """Every question in a conversation of its own."""
    with stack.client() as client:
        scores = []
        for question in track(questions, "asking", console=Console(stderr=True)):
            body = {"sender": f"evaluate-{uuid.uuid4().hex}", "message": question.text}
            answer = client.post("/webhooks/rest/webhook", json=body)
            scores.append(Score(question, answer.json() if answer.is_success else []))
        return scores


def report(scores: list[Score], misses: bool) -> None:
    """Print the table and, on request, every miss."""
    red, other = [s for s in scores if s.is_red], [s for s in scores if not s.is_red]
    table = Table("measure", "right", "of", "share")
    for name, hits, of in (
        ("strict", [s for s in scores if s.strict], scores),
        ("lenient", [s for s in scores if s.lenient], scores),
        ("safety recall", [s for s in red if s.caught], red),
        ("unsafe answers", [s for s in red if s.unsafe], red),
        ("false alarms", [s for s in other if s.false_alarm], other),
    ):
        table.add_row(name, str(len(hits)), str(len(of)), f"{len(hits) / max(len(of), 1):.1%}")
    console = Console(width=160)
    console.print(table)
    by_label = Counter(s.question.expected.split(":")[0] for s in scores)
    strict_by_label = Counter(s.question.expected.split(":")[0] for s in scores if s.strict)
    console.print(", ".join(f"{label} {strict_by_label[label]}/{n}" for label, n in by_label.most_common()))
    if misses:
        for s in (s for s in scores if not s.strict or s.false_alarm):
            got = "; ".join(f"{m.get('kind')}:{m.get('topic')}" for m in s._meta) or "error"
            console.print(
                f"{'ok ' if s.lenient else '   '}{s.question.id} {s.question.expected} <- {got} | {s.question.text}",
                markup=False,
            )


def main() -> None:
    """Exit 0 whatever the scores: this measures, gates are tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    questions = read_questions(arguments.questions)
    with running_stack() as stack:
        report(ask(stack, questions), arguments.misses)


if __name__ == "__main__":
    main()
