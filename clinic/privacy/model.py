"""What is found in a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class PersonalKind(str, Enum):
    """Kinds of what names a person or leads to one; the value is what stands in its place."""

    EMAIL = "e-mail"
    LINK = "link"
    PHONE = "phone"
    BIRTH_DATE = "date"
    ADDRESS = "address"
    NUMBER = "number"
    NAME = "name"


@dataclass(frozen=True, order=True)
class Finding:
    """Something personal at `start` to `end` (characters, end not counted)."""

    start: int
    end: int
    kind: PersonalKind


def apart(findings: Iterable[Finding]) -> list[Finding]:
    """In order and without overlaps: of two that overlap one remains, from the first's start to the later end."""
    found: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.start, -f.end)):
        if found and finding.start < found[-1].end:
            last = found[-1]
            found[-1] = Finding(last.start, max(last.end, finding.end), last.kind)
        elif finding.end > finding.start:
            found.append(finding)
    return found


def without(text: str, findings: Iterable[Finding]) -> str:
    """The text with `[kind]` in the place of each finding."""
    parts, at = [], 0
    for finding in apart(findings):
        parts += [text[at : finding.start], f"[{finding.kind.value}]"]
        at = finding.end
    return "".join([*parts, text[at:]])
