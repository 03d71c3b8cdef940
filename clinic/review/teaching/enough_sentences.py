"""Whether a topic has enough sentences that patients say, so that it is told from its neighbours."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clinic.review.changes.difference import called, counted
from clinic.review.content.topic_files import load_topics

_LEAST, _LEAST_OF_SCOPE = 25, 200
_SCOPE = frozenset({"out_of_scope", "not_covered"})  # anything at all may be said there


@dataclass(frozen=True)
class TooFew:
    """A topic, how many different sentences it has, and how many it needs at least."""

    topic: str
    there: int
    least: int

    def says(self, titles: Mapping[str, str]) -> str:
        """The same in words; `titles`: how topics are called."""
        missing = self.least - self.there
        return (
            f"“{called(self.topic, titles)}” has {counted(self.there, 'sentence')} that patients say. "
            f"A topic needs at least {self.least} to be told from others: teach it {missing} more."
        )


def too_few(sentences: Mapping[str, Collection[str]]) -> Iterator[TooFew]:
    """The topics that may not be published yet; capitals do not make another sentence."""
    for topic, lines in sentences.items():
        least = _LEAST_OF_SCOPE if topic in _SCOPE else _LEAST
        if (there := len(set(map(str.lower, lines)))) < least:
            yield TooFew(topic, there, least)


def still_to_teach(root: Path) -> list[str]:
    """What is missing in a content tree before it can be published, in words; raises `TopicFileError`."""
    topics = load_topics(root).by_name
    titles = {name: topic.title for name, topic in topics.items()}
    return [found.says(titles) for found in too_few({name: topic.examples for name, topic in topics.items()})]
