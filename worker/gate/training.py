"""The trial's model: Rasa's training in the tree of the changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from clinic.review.gate.comparison import MOST_SHOWN, Finding
from worker.gate.commands import Ended, last_word, rasa, run
from worker.gate.ending import CannotBeChecked, CannotBeTried

_NAME = "rls"
# Rasa ends with these, one a line, where rules and stories want different things after the same words.
_CONTRADICTION = re.compile(r"^- the prediction of the action '(?P<action>[^']+)' in (?:story|rule) '(?P<where>[^']+)'")


def train(tree: Path, folder: Path, is_off: Callable[[], bool]) -> Path:
    """The file of the model; raises `CannotBeTried` for contradicting rules, `CannotBeChecked`, and `CalledOff`."""
    out, log = folder / "models", folder / "train.log"
    command = rasa("train", "--skip-validation", "--out", str(out), "--fixed-model-name", _NAME)
    ended, model = run(command, tree, log, is_off), out / f"{_NAME}.tar.gz"
    if ended.code or not model.exists():
        raise _why(ended, log)
    return model


def _why(ended: Ended, log: Path) -> Exception:
    found = [m for line in log.read_text("utf-8", "replace").splitlines() if (m := _CONTRADICTION.match(line.strip()))]
    if found:
        shown = tuple(dict.fromkeys(f"“{m['where']}”: {m['action']}" for m in found))[:MOST_SHOWN]
        says = "Rules or stories contradict each other: after the same words one wants another answer than the rest."
        return CannotBeTried(Finding("files", says, shown))
    why = "it ran out of memory or was ended" if ended.code < 0 else "it broke off"
    return CannotBeChecked(f"The training did not come to an end: {why}. {last_word(ended)}".strip())
