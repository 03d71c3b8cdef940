"""What a check found, with topics by the titles that staff know; the check itself says their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from clinic.review.changes.difference import called

_OF_TOPICS = frozenset({"understanding", "red_flags"})  # the parts of the check that speak of topics
_TOPIC = re.compile(r"(?<=^“)[a-z][a-z0-9_]*(?=”)")  # a sentence that begins with it
_LEADS_TO = re.compile(r"(?<= → )[a-z][a-z0-9_]*$")  # a message, and the topic it is taken for


def in_titles(findings: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The findings of a report; a topic without a title is called by its name in words."""
    return [_told(finding, titles) if finding["check"] in _OF_TOPICS else finding for finding in findings]


def _told(finding: Mapping[str, Any], titles: Mapping[str, str]) -> Mapping[str, Any]:
    says = _TOPIC.sub(lambda found: called(found[0], titles), finding["says"])
    lines = finding.get("examples") or ()
    return {
        **finding, "says": says,
        "examples": [_LEADS_TO.sub(lambda found: f"“{called(found[0], titles)}”", line) for line in lines],
    }  # fmt: skip
