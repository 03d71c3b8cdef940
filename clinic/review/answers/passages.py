"""The passages of the clinic's article beside the answers that rest on them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from clinic.answers.article import ArticleError, fingerprint, passages
from clinic.review.answers.ports import ArticleText
from clinic.review.answers.wording import WrittenAnswer


class PassageState(str, Enum):
    """How a passage stands to what a clinician saw last."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"  # the article has no such passage any more
    UNSEEN = "unseen"  # no fingerprint was ever written
    NO_ARTICLE = "no_article"


@dataclass(frozen=True)
class SeenPassage:
    """One passage as it is shown; `text` is `None` without an article or where the article lacks it."""

    section: str
    title: str
    state: PassageState
    text: str | None = None
    fingerprint: str | None = None


class NotTheArticle(ValueError):
    """A file that cannot be the clinic's article; `str` is the sentence for the person."""


class Article:
    """The article that the clinic gave, cut by the outline."""

    def __init__(self, article: ArticleText) -> None:
        """`article`: read anew each time it is asked for."""
        self._article = article

    def passages(self, outline: Mapping[str, Mapping[str, str]]) -> dict[str, str | None] | None:
        """Text by section, `None` for a passage that is not found; `None` at all without an article."""
        text = self._article.read()
        return None if text is None else {section: _found(text, section, entry) for section, entry in outline.items()}

    def replace(self, content: bytes, outline: Mapping[str, Mapping[str, str]]) -> list[str]:
        """Keep another article; the titles of sections that it lacks. Raises `NotTheArticle`, then nothing changed."""
        try:
            text = content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            raise NotTheArticle("This is no text file. Save the article as plain text (UTF-8) and try again.") from None
        if not text.strip():
            raise NotTheArticle("Choose the file with the article first: what was sent is empty.")
        missing = [entry["title"] for section, entry in outline.items() if _found(text, section, entry) is None]
        if len(missing) == len(outline):
            raise NotTheArticle("None of the passages that the answers rest on is in this file. Is it the right one?")
        self._article.replace(text)
        return missing


def seen_passages(
    answer: WrittenAnswer,
    sections: Iterable[str],
    outline: Mapping[str, Mapping[str, str]],
    found: Mapping[str, str | None] | None,
) -> list[SeenPassage]:
    """The passages of some sections as a reader sees them beside an answer."""
    return [_seen(answer, section, outline, found) for section in sections]


def seal_of(passages: Iterable[SeenPassage]) -> str:
    """What a form carries to tell that the same passages were shown; 16 hex digits."""
    shown = ";".join(f"{passage.section}={passage.fingerprint or passage.state.value}" for passage in passages)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def touched(answer: WrittenAnswer, outline: Mapping[str, Mapping[str, str]], found: Mapping[str, str | None]) -> bool:
    """Whether a passage of the answer is another one than the clinician saw, or gone."""
    states = {p.state for p in seen_passages(answer, answer.wording.sections, outline, found)}
    return bool(states & {PassageState.CHANGED, PassageState.MISSING, PassageState.UNSEEN})


def _seen(
    answer: WrittenAnswer,
    section: str,
    outline: Mapping[str, Mapping[str, str]],
    found: Mapping[str, str | None] | None,
) -> SeenPassage:
    title = (outline.get(section) or {}).get("title", section)
    if found is None:
        return SeenPassage(section, title, PassageState.NO_ARTICLE)
    text = found.get(section)
    if text is None:
        return SeenPassage(section, title, PassageState.MISSING)
    now, before = fingerprint(text), answer.fingerprints.get(section)
    state = PassageState.UNSEEN if before is None else PassageState.SAME if before == now else PassageState.CHANGED
    return SeenPassage(section, title, state, text, now)


def _found(text: str, section: str, entry: Mapping[str, str]) -> str | None:
    try:
        return passages(text, {section: entry})[section].strip()
    except ArticleError:
        return None
