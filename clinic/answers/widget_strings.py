"""The chat widget's own words: one file a language, with the clinic's facts filled in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from clinic.answers.catalogue import WordingError, fill
from clinic.answers.clinic_facts import ClinicFacts

FOLDER = Path("data/widget")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CALLS = ("emergency", "crisis")


def load_widget_strings(
    lang: str, facts: ClinicFacts, *, is_reviewed: bool, folder: Path = FOLDER
) -> dict[str, Any] | None:
    """What the widget loads for a language (BCP 47, also `en` for `en-GB`); `None` where there is no file.

    `texts` by key, `consent` and `starters` as lists, `calls` the numbers to call in danger, `lang` and `dir` of the
    file. Raises `WordingError` for a file that lacks something.
    """
    path = _file(lang, folder)
    if path is None:
        return None
    data = yaml.safe_load(path.read_text("utf-8"))
    missing = {"lang", "dir", "consent", "review", "starters", "texts"} - set(data)
    if missing:
        raise WordingError(f"{path}: {', '.join(sorted(missing))} is missing")
    review = data["review"]["reviewed" if is_reviewed else "unreviewed"]
    return {
        "lang": data["lang"],
        "dir": data["dir"],
        "texts": data["texts"],
        "consent": [fill(point, {**facts.values, "review": review}) for point in data["consent"]],
        "starters": data["starters"],
        "calls": [{"name": name, "number": facts.values[name]} for name in _CALLS],
    }


def _file(lang: str, folder: Path) -> Path | None:
    if not _LANGUAGE.fullmatch(lang):
        return None
    names = (lang, lang.partition("-")[0])
    return next((path for name in names if (path := folder / f"{name}.yml").exists()), None)
