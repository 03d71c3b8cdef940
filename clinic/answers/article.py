"""The clinic's article: passages found by their first words, known by fingerprints, never copied here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

OUTLINE = Path("data/clinic/article.yml")


class ArticleError(ValueError):
    """The article's text and its outline do not fit; the message names the section."""


def load_outline(path: Path = OUTLINE) -> dict[str, dict[str, str]]:
    """Sections by id: `title`, `begins`, perhaps `until`, and `fingerprint` once stamped."""
    sections: dict[str, dict[str, str]] = yaml.safe_load(path.read_text("utf-8"))["sections"]
    return sections


def passages(article: str, outline: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The passage of every section; raises `ArticleError` where a beginning is not found."""
    return {section: _passage(article, section, entry) for section, entry in outline.items()}


def fingerprint(passage: str) -> str:
    """Hash of the passage's lower-case words: spacing, marks and line ends do not count."""
    return hashlib.sha256(" ".join(re.findall(r"[a-z0-9]+", passage.lower())).encode()).hexdigest()[:16]


def _passage(article: str, section: str, entry: Mapping[str, str]) -> str:
    start = article.find(entry["begins"])
    if start < 0:
        raise ArticleError(f"section {section!r}: the article has no passage that begins {entry['begins']!r}")
    if "until" in entry:
        end = article.find(entry["until"], start)
        return article[start:] if end < 0 else article[start:end]
    return re.split(r"\n\s*\n|\n\s*(?=•)", article[start:], maxsplit=1)[0]
