"""Gate runs and their progress, in SQL."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row, exists, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from clinic.adapters.sql.change_set_tables import change_set
from clinic.adapters.sql.release_tables import gate_run
from clinic.adapters.sql.releases import SqlReleases
from clinic.releases.model import GateRun, GateState
from clinic.review.changes.change_set import ChangeSetState

_OPEN = (GateState.QUEUED.value, GateState.RUNNING.value)
_INTERRUPTED = "The check was interrupted. Nothing was published. Start it again."


class SqlGateRuns(SqlReleases):
    """`GateRunStore` on the clinic's database."""

    def queue(self, run: GateRun) -> None:
        """Add a run."""
        with self._transaction() as connection:
            connection.execute(insert(gate_run).values(id=run.id, **_values(run)))

    def run(self, id: str) -> GateRun | None:
        """A run by its id."""
        with self._reading() as connection:
            row = connection.execute(select(gate_run).where(gate_run.c.id == id)).first()
            return _run(row) if row else None

    def runs(self, limit: int = 50) -> list[GateRun]:
        """The newest first."""
        with self._reading() as connection:
            query = select(gate_run).order_by(gate_run.c.asked_at.desc()).limit(limit)
            return [_run(row) for row in connection.execute(query)]

    def take(self, now: float, stale_before: float) -> GateRun | None:
        """The oldest queued run, now running; see `GateRunStore`."""
        try:
            with self._contested() as connection:
                self._end_stale(connection, now, stale_before)
                queued = select(gate_run.c.id).where(gate_run.c.state == GateState.QUEUED.value)
                row = connection.execute(queued.order_by(gate_run.c.asked_at).limit(1)).first()
                if row is None:
                    return None
                this = (gate_run.c.id == row.id) & (gate_run.c.state == GateState.QUEUED.value)
                taken = update(gate_run).where(this).values(state=GateState.RUNNING.value, beat_at=now)
                found = connection.execute(taken.returning(*gate_run.c)).first()
                return _run(found) if found else None
        except IntegrityError:  # one is running: the index lets no second one
            return None

    def unsettled(self) -> list[GateRun]:
        """The last runs of sets that are still held to be checked, where they are over; see `GateRunStore`."""
        newer = gate_run.alias()
        is_last = ~exists().where(
            (newer.c.change_set == gate_run.c.change_set) & (newer.c.asked_at > gate_run.c.asked_at)
        )
        is_held = change_set.c.state == ChangeSetState.TESTING.value
        query = select(gate_run).join(change_set, change_set.c.id == gate_run.c.change_set)
        with self._reading() as connection:
            rows = connection.execute(query.where(gate_run.c.state.not_in(_OPEN), is_held, is_last))
            return [_run(row) for row in rows]

    def progress(self, run: GateRun, now: float) -> bool:
        """Write steps, report and state; `False` when the run was cancelled meanwhile."""
        this = (gate_run.c.id == run.id) & (gate_run.c.state == GateState.RUNNING.value)
        with self._transaction() as connection:
            found = connection.execute(update(gate_run).where(this).values(**{**_values(run), "beat_at": now}))
            return found.rowcount == 1

    def cancel(self, id: str, now: float) -> bool:
        """Stop a run that is queued or running."""
        this = (gate_run.c.id == id) & gate_run.c.state.in_(_OPEN)
        stopped = update(gate_run).where(this).values(state=GateState.CANCELLED.value, ended_at=now)
        with self._transaction() as connection:
            return connection.execute(stopped).rowcount == 1

    @staticmethod
    def _end_stale(connection: Connection, now: float, stale_before: float) -> None:
        is_stale = (gate_run.c.state == GateState.RUNNING.value) & (gate_run.c.beat_at < stale_before)
        connection.execute(
            update(gate_run).where(is_stale).values(state=GateState.FAILED.value, ended_at=now, fault=_INTERRUPTED)
        )


def _values(run: GateRun) -> dict[str, Any]:
    return {
        "change_set": run.change_set, "head": run.head, "state": run.state.value, "asked_by": run.asked_by,
        "asked_at": run.asked_at, "beat_at": run.beat_at, "ended_at": run.ended_at, "steps": json.dumps(run.steps),
        "report": json.dumps(run.report), "release_id": run.release, "fault": run.fault,
    }  # fmt: skip


def _run(row: Row[Any]) -> GateRun:
    return GateRun(
        row.id, row.change_set, row.head, GateState(row.state), row.asked_by, row.asked_at, row.beat_at, row.ended_at,
        json.loads(row.steps), json.loads(row.report), row.release_id, row.fault,
    )  # fmt: skip
