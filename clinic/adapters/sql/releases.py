"""Releases and what is live, in SQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from clinic.adapters.sql.release_tables import publication, rasa_server, release
from clinic.adapters.sql.store import SqlStore
from clinic.releases.model import Publication, PublicationState, RasaServer, Release
from clinic.releases.ports import PublishingNow, ReleaseStoreError


class SqlReleases(SqlStore):
    """`ReleaseStore` on the clinic's database."""

    unavailable = ReleaseStoreError

    def add(self, release_: Release) -> None:
        """Keep a release; see `ReleaseStore`."""
        with self._transaction() as connection:
            if connection.execute(select(release.c.id).where(release.c.id == release_.id)).first() is None:
                named = {"commit_id" if k == "commit" else k: v for k, v in vars(release_).items()}
                connection.execute(insert(release).values(**named))

    def release(self, id: str) -> Release | None:
        """A release by its id."""
        with self._reading() as connection:
            row = connection.execute(select(release).where(release.c.id == id)).first()
            return _release(row) if row else None

    def never_asked_for(self, made_before: float) -> list[Release]:
        """Those made before a moment that nobody asked to go live."""
        asked_for = select(publication.c.number).where(publication.c.release_id == release.c.id).exists()
        with self._reading() as connection:
            rows = connection.execute(select(release).where(release.c.made_at < made_before, ~asked_for))
            return [_release(row) for row in rows]

    def publications(self, limit: int = 100) -> list[Publication]:
        """The newest first."""
        with self._reading() as connection:
            rows = connection.execute(_publications().order_by(publication.c.number.desc()).limit(limit))
            return [_publication(row) for row in rows]

    def live(self) -> Publication | None:
        """What visitors get."""
        return self._one(PublicationState.LIVE)

    def starting(self) -> Publication | None:
        """What is about to go live."""
        return self._one(PublicationState.STARTING)

    def ask(
        self, release_id: str, by: str, why: str, now: float, override: str | None = None, after: int | None = None
    ) -> int:
        """Ask for a release to go live; the index lets one start at a time, and none goes live while this one does."""
        row = insert(publication).values(
            release_id=release_id, state=PublicationState.STARTING.value, by=by, why=why, asked_at=now,
            override=override,
        )  # fmt: skip
        try:
            with self._contested() as connection:
                number = int(connection.execute(row.returning(publication.c.number)).scalar_one())
                live = select(publication.c.number).where(publication.c.state == PublicationState.LIVE.value)
                if after is not None and connection.execute(live).scalar_one_or_none() != after:
                    raise PublishingNow
                return number
        except IntegrityError as error:
            raise PublishingNow from error

    def switch(self, number: int, now: float) -> None:
        """Make a starting publication the live one; see `ReleaseStore`."""
        is_live = publication.c.state == PublicationState.LIVE.value
        this = (publication.c.number == number) & (publication.c.state == PublicationState.STARTING.value)
        with self._transaction() as connection:
            if connection.execute(select(publication.c.number).where(this)).first() is None:
                return  # it has failed, or is live already
            connection.execute(update(publication).where(is_live).values(state=PublicationState.FORMER.value))
            connection.execute(update(publication).where(this).values(state=PublicationState.LIVE.value, live_at=now))

    def fail(self, number: int, fault: str, now: float) -> None:
        """A starting publication never went live."""
        this = (publication.c.number == number) & (publication.c.state == PublicationState.STARTING.value)
        with self._transaction() as connection:
            connection.execute(update(publication).where(this).values(state=PublicationState.FAILED.value, fault=fault))

    def servers(self) -> list[RasaServer]:
        """Every server that a keeper has noted."""
        with self._reading() as connection:
            return [RasaServer(**row._mapping) for row in connection.execute(select(rasa_server))]

    def note_server(self, server: RasaServer) -> None:
        """Keep what a keeper sees."""
        with self._transaction() as connection:
            connection.execute(delete(rasa_server).where(rasa_server.c.engine == server.engine))
            connection.execute(insert(rasa_server).values(**vars(server)))

    def forget_server(self, engine: str) -> None:
        """A server has ended."""
        with self._transaction() as connection:
            connection.execute(delete(rasa_server).where(rasa_server.c.engine == engine))

    def _one(self, state: PublicationState) -> Publication | None:
        with self._reading() as connection:
            row = connection.execute(_publications().where(publication.c.state == state.value)).first()
            return _publication(row) if row else None


def _publications() -> Select[Any]:
    return select(publication, *(c for c in release.c)).join(release, release.c.id == publication.c.release_id)


def _publication(row: Row[Any]) -> Publication:
    return Publication(
        row.number, _release(row), PublicationState(row.state), row.by, row.why, row.asked_at, row.live_at, row.fault,
        row.override,
    )  # fmt: skip


def _release(row: Row[Any]) -> Release:
    return Release(row.id, row.engine, row.commit_id, row.title, row.made_by, row.made_at)
