"""What visitors said: today over REST, and the weeks before as the same chats with other dates."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml
from sqlalchemy import Engine, insert, select

from clinic.adapters.sql.turn_tables import conversation, feedback, turn
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.bootstrap.database import engine_of
from clinic.settings import Settings
from tools.stack import Stack

_SAID = Path(__file__).with_name("visitors.yml")
_DAY = 24 * 3600.0
_DAYS_BEFORE, _CHATS_A_DAY, _SEED = 45, (4, 12), 11
_Row = dict[str, Any]


def talk(stack: Stack, settings: Settings, part: str) -> dict[str, str]:
    """Hold the chats of a part of the file; the opaque sender of each named one."""
    engine, named = engine_of(settings.clinic_db_url), {}
    for chat in yaml.safe_load(_SAID.read_text("utf-8"))[part]:
        sender = _hold(stack, engine, chat)
        _think(SqlTurnStore(engine), sender, chat)
        named[chat.get("name", sender)] = sender
    return named


def remember(settings: Settings) -> None:
    """Make of what was said the weeks before, by chance and always the same: more chats of late, few at weekends."""
    engine, chance, now = engine_of(settings.clinic_db_url), random.Random(_SEED), time.time()
    kept = {table.name: _rows(engine, table) for table in (conversation, turn, feedback)}
    senders = sorted({row["sender"] for row in kept["turn"]})
    made: dict[str, list[_Row]] = {name: [] for name in kept}
    for day in range(_DAYS_BEFORE, 0, -1):
        at = now - day * _DAY
        fewest, most = _CHATS_A_DAY if time.gmtime(at).tm_wday < 5 else (0, 3)
        for _ in range(chance.randint(fewest, most) * (2 * _DAYS_BEFORE - day) // (2 * _DAYS_BEFORE)):
            _repeat(kept, made, chance.choice(senders), -day * _DAY + chance.uniform(-4, 4) * 3600)
    made["turn"].sort(key=lambda row: row["created_at"])
    with engine.begin() as connection:
        for table in (conversation, turn, feedback):
            connection.execute(insert(table), made[table.name])
    for sender in senders:
        SqlTurnStore(engine).erase(sender, now)


def _hold(stack: Stack, engine: Engine, chat: Mapping[str, Any]) -> str:
    name = uuid4().hex
    buttons: list[str] = []
    with stack.client() as client:
        for said in chat["says"]:
            message = buttons[said["press"]] if isinstance(said, dict) else said
            answer = client.post("/webhooks/rest/webhook", json={"sender": name, "message": message})
            answer.raise_for_status()
            buttons = [button["payload"] for reply in answer.json() for button in reply["buttons"]]
    with engine.begin() as connection:
        newest = select(turn.c.sender).order_by(turn.c.id.desc()).limit(1)
        return str(connection.execute(newest).scalar_one())


def _think(turns: SqlTurnStore, sender: str, chat: Mapping[str, Any]) -> None:
    if "thumb" in chat:
        last = turns.history(sender)[-1]
        turns.give_feedback(sender, last.message_id, 0, chat["thumb"] == "up", chat.get("word"), time.time())


def _rows(engine: Engine, table: Any) -> list[_Row]:
    with engine.begin() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def _repeat(kept: Mapping[str, list[_Row]], made: dict[str, list[_Row]], sender: str, later: float) -> None:
    """One chat once more, `later` by so many seconds."""
    new, ids = uuid4().hex, {}
    for row in kept["conversation"]:
        if row["sender"] == sender:
            made["conversation"].append({**row, "sender": new, "alarm": None, "alarm_at": None, "leased_turn": None})
    for row in kept["turn"]:
        if row["sender"] == sender:
            ids[row["message_id"]] = uuid4().hex
            times = {name: row[name] + later for name in ("waits_until", "created_at", "completed_at") if row[name]}
            said = {name: value for name, value in row.items() if name != "id"}
            made["turn"].append({**said, **times, "sender": new, "message_id": ids[row["message_id"]]})
    for row in kept["feedback"]:
        if row["sender"] == sender:
            thought = {"sender": new, "message_id": ids[row["message_id"]], "at": row["at"] + later}
            made["feedback"].append({**row, **thought})
