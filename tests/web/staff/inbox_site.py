"""The pages of the inbox with the real sign-in, redaction and encoder, on conversations that a test makes up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from clinic.adapters.sentence_vectors import RememberedVectors
from clinic.adapters.sql.engine import open_engine
from clinic.adapters.sql.inbox import SqlInbox
from clinic.adapters.sql.inbox_vectors import SqlMissedVectors
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.language import load_encoder
from clinic.privacy import load_redactor
from clinic.review.content.topic_files import Topic, Topics
from clinic.review.inbox.desk import InboxDesk
from clinic.review.inbox.groups import InboxGroups
from clinic.review.inbox.taught import InboxTaughtTurns
from clinic.review.inbox.topics import NearestTopics
from clinic.review.teaching.similar import SimilarExamples
from clinic.staff.model import StaffMember
from tests.contract.made_up_inbox import Visitor
from tests.unit.review.teaching_room import EXAMPLES, TITLES
from tests.web.staff.signed_in import StaffSite, fresh_database, staff_site
from web.staff.inbox.routes import inbox_routes

ZONE = ZoneInfo("America/New_York")
TOPICS = Topics("few", {
    name: Topic(name, group, TITLES.get(name, name.replace("_", " ")), tuple(lines))
    for (group, name), lines in EXAMPLES.items()
})  # fmt: skip


@dataclass
class InboxSite:
    """The site, the record of turns and the desks behind it."""

    site: StaffSite
    turns: SqlTurnStore
    store: SqlInbox
    desk: InboxDesk
    groups: InboxGroups
    taught: InboxTaughtTurns

    def visitor(self, **more: Any) -> Visitor:
        return Visitor(self.turns, **more)

    def read_all(self) -> None:
        """Everything that visitors wrote so far is in the inbox, and in its groups."""
        assert self.desk.catch_up(30)
        thread = self.groups.read_missed()
        thread.join(60)
        assert not thread.is_alive()


@contextmanager
def inbox_site(folder: Path, public_url: str | None = None) -> Iterator[InboxSite]:
    url = fresh_database(folder)
    engine = open_engine(url)
    store, words = SqlInbox(engine), load_redactor()
    made: list[StaffSite] = []

    def members() -> Sequence[StaffMember]:
        return [account.member for account in made[0].desks.people.all()]

    vectors = _vectors()
    nearest = NearestTopics(SimilarExamples(vectors), vectors, load_encoder().encode, lambda: TOPICS)
    groups = InboxGroups(store, SqlMissedVectors(engine), words, load_encoder().encode, nearest,
                         lambda: list(TITLES.values()))  # fmt: skip

    def desk() -> InboxDesk:
        return InboxDesk(store, words, made[0].record, members)

    with staff_site(
        lambda access, pages: inbox_routes(
            access, pages, desk, lambda: groups, TITLES.get, SqlTurnStore(engine).is_over, "k" * 40
        ),
        database=url,
        settings={"PUBLIC_URL": public_url} if public_url else None,
    ) as site:
        made.append(site)
        yield InboxSite(site, SqlTurnStore(engine), store, desk(), groups, InboxTaughtTurns(store, words))
    groups.read_missed().join(30)
    engine.dispose()


@lru_cache(maxsize=1)
def _vectors() -> RememberedVectors:
    return RememberedVectors(lambda texts: load_encoder().encode(texts), Path("var") / "no such folder" / "vectors.npz")
