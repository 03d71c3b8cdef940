"""Drafts of answers in SQL: no text is ever overwritten, and of two who change one draft at once one is told."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, Select, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from clinic.adapters.sql.drafts_tables import answer_approval, answer_draft, answer_draft_text
from clinic.adapters.sql.store import SqlStore
from clinic.review.answers.drafts import LIVE_STATES, Approval, Draft, DraftState, DraftStoreError, DraftText
from clinic.review.answers.wording import AnswerKey, Claim, Wording
from clinic.staff.model import StaffMember

_TABLE, _TEXT = answer_draft, answer_draft_text


class SqlDraftStore(SqlStore):
    """`DraftStore` over SQLAlchemy; every method is one transaction and blocks its thread."""

    unavailable = DraftStoreError

    def find(self, draft_id: str) -> Draft | None:
        """By id, whatever its state."""
        with self._reading() as connection:
            return self._one(connection, select(_TABLE).where(_TABLE.c.id == draft_id))

    def live_for(self, key: AnswerKey) -> Draft | None:
        """The one that can still be written on."""
        with self._reading() as connection:
            return self._one(connection, select(_TABLE).where(_of(key), _TABLE.c.live == 1))

    def live(self) -> list[Draft]:
        """All that can still be written on, the one changed last first."""
        query = select(_TABLE).where(_TABLE.c.live == 1).order_by(_TABLE.c.changed_at.desc())
        with self._reading() as connection:
            return [self._draft(connection, row) for row in connection.execute(query).all()]

    def texts(self, draft_id: str) -> list[DraftText]:
        """Every saved text, newest first."""
        with self._reading() as connection:
            rows = self._texts(connection, draft_id)
        return [DraftText(row.version, row.member_name, row.at, _wording(row)) for row in reversed(rows)]

    def begin(self, key: AnswerKey, wording: Wording, based_on: str, by: StaffMember, now: float) -> Draft | None:
        """A new draft; `None` where there is a live one, also where it came to be this moment."""
        draft_id = uuid4().hex
        values = {
            "id": draft_id, "answer": key.name, "variation": key.at, "live": 1, "version": 1, "text_version": 1,
            "state": DraftState.OPEN.value, "based_on": based_on, "changed_at": now,
        }  # fmt: skip
        try:
            with self._contested() as connection:
                connection.execute(_TABLE.insert().values(**values))
                _add_text(connection, draft_id, 1, wording, by, now)
        except IntegrityError:
            return None
        return self.find(draft_id)

    def save(
        self, draft_id: str, version: int, wording: Wording, based_on: str, by: StaffMember, now: float
    ) -> Draft | None:
        """Another text; the draft is open again."""
        values = {"state": DraftState.OPEN.value, "based_on": based_on, "text_version": version + 1,
                  "reason": None, "sent_back_by": None}  # fmt: skip
        with self._transaction() as connection:
            if not self._change(connection, draft_id, version, now, values):
                return None
            _add_text(connection, draft_id, version + 1, wording, by, now)
            return self._one(connection, select(_TABLE).where(_TABLE.c.id == draft_id))

    def move(
        self, draft_id: str, version: int, state: DraftState, now: float, by: StaffMember, reason: str | None = None
    ) -> Draft | None:
        """Another state of the same text."""
        values = {"state": state.value, "live": 1 if state in LIVE_STATES else None, "reason": reason,
                  "sent_back_by": by.name if state is DraftState.SENT_BACK else None}  # fmt: skip
        with self._transaction() as connection:
            if not self._change(connection, draft_id, version, now, values):
                return None
            return self._one(connection, select(_TABLE).where(_TABLE.c.id == draft_id))

    def record(self, approval: Approval, now: float) -> None:
        """Keep that it was approved."""
        row = answer_approval.insert().values(
            answer=approval.key.name, variation=approval.key.at, signature=approval.signature, member=approval.by,
            member_name=approval.by_name, on_day=approval.on.isoformat(), due_day=approval.due.isoformat(),
            draft=approval.draft, commit_id=approval.commit, change_set=approval.change_set, at=now,
        )  # fmt: skip
        with self._transaction() as connection:
            connection.execute(row)

    def approvals(self, key: AnswerKey) -> list[Approval]:
        """Newest first."""
        table = answer_approval.c
        mine = (table.answer == key.name) & (table.variation == key.at)
        query = select(answer_approval).where(mine).order_by(table.at.desc(), table.id.desc())
        with self._reading() as connection:
            return [_approval(row) for row in connection.execute(query)]

    def authors_of(self, key: AnswerKey, text: str) -> frozenset[str]:
        """Ids of all who wrote on a draft of the answer in which just this text was saved."""
        holding = select(_TABLE.c.id).join(_TEXT, _TEXT.c.draft == _TABLE.c.id).where(_of(key), _TEXT.c.text == text)
        query = select(_TEXT.c.member).where(_TEXT.c.draft.in_(holding))
        with self._reading() as connection:
            return frozenset(connection.execute(query).scalars())

    @staticmethod
    def _change(connection: Connection, draft_id: str, version: int, now: float, values: dict[str, Any]) -> bool:
        """Whether it was still the live draft of that version; both are decided by the database in one statement."""
        as_seen = (_TABLE.c.id == draft_id) & (_TABLE.c.version == version) & (_TABLE.c.live == 1)
        changed = update(_TABLE).where(as_seen).values(version=version + 1, changed_at=now, **values)
        return connection.execute(changed).rowcount == 1

    def _one(self, connection: Connection, query: Select[Any]) -> Draft | None:
        row = connection.execute(query).first()
        return self._draft(connection, row) if row else None

    def _draft(self, connection: Connection, row: Row[Any]) -> Draft:
        texts = self._texts(connection, row.id)
        newest = next(text for text in texts if text.version == row.text_version)
        return Draft(
            id=row.id, key=AnswerKey(row.answer, row.variation), version=row.version, state=DraftState(row.state),
            wording=_wording(newest), based_on=row.based_on, authors=tuple(dict.fromkeys(t.member for t in texts)),
            last_by=newest.member_name, changed_at=row.changed_at, reason=row.reason, sent_back_by=row.sent_back_by,
        )  # fmt: skip

    @staticmethod
    def _texts(connection: Connection, draft_id: str) -> list[Row[Any]]:
        query = select(_TEXT).where(_TEXT.c.draft == draft_id).order_by(_TEXT.c.version)
        return list(connection.execute(query).all())


def _of(key: AnswerKey) -> Any:
    return (_TABLE.c.answer == key.name) & (_TABLE.c.variation == key.at)


def _add_text(
    connection: Connection, draft_id: str, version: int, wording: Wording, by: StaffMember, now: float
) -> None:
    rests_on = {"claims": [[c.says, c.source] for c in wording.claims], "sections": list(wording.sections)}
    row = _TEXT.insert().values(
        draft=draft_id, version=version, member=by.id, member_name=by.name, at=now, text=wording.text,
        rests_on=json.dumps(rests_on),
    )  # fmt: skip
    connection.execute(row)


def _wording(row: Row[Any]) -> Wording:
    rests_on = json.loads(row.rests_on)
    claims = tuple(Claim(says, source) for says, source in rests_on["claims"])
    return Wording(row.text, claims, tuple(rests_on["sections"]))


def _approval(row: Row[Any]) -> Approval:
    return Approval(
        key=AnswerKey(row.answer, row.variation), signature=row.signature, by=row.member, by_name=row.member_name,
        on=date.fromisoformat(row.on_day), due=date.fromisoformat(row.due_day), draft=row.draft,
        commit=row.commit_id, change_set=row.change_set,
    )  # fmt: skip
