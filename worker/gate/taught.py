"""What a set of changes teaches: its new examples, and those among them that tell of danger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from clinic.language import load_encoder
from clinic.review.gate.comparison import Finding
from clinic.triage import SafetyGate
from clinic.triage.net import SafetyNet, windows

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SAFETY = ("emergency_", "urgent_")


def examples(data: Path) -> Iterator[tuple[str, str]]:
    """Intent and text of every example below `nlu`; raises `ValueError` with the file's name for one it cannot read."""
    for path in sorted((data / "nlu").rglob("*.yml")):
        try:
            items = yaml.load(path.read_text("utf-8"), Loader=_LOADER)["nlu"]  # noqa: S506 - CSafeLoader or SafeLoader
            for item in items:
                lines = (line.strip() for line in item["examples"].splitlines())
                yield from ((item["intent"], line[2:].strip()) for line in lines if line.startswith("- "))
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{path.name} cannot be read ({type(error).__name__})") from error


def dangers_taught(live: Path, new: Path, gate: SafetyGate, net: SafetyNet) -> Iterator[Finding]:
    """New examples of an ordinary topic that tell of danger: they would teach that danger is ordinary."""
    known, encoder, found = set(examples(live)), load_encoder(), []
    for intent, text in examples(new):
        if (intent, text) in known or intent.startswith(_SAFETY):
            continue
        verdict = gate.assess(text)
        if (
            verdict.is_certain
            or net.assess(text, encoder.encode(windows(text))) is not None
            or (verdict.alarm is not None and net.confirms(text, verdict, encoder.encode))
        ):
            found.append(f"{text} → {intent}")
    if found:
        yield Finding("red_flags", f"{len(found)} new examples of ordinary topics tell of danger.", tuple(found[:8]))
