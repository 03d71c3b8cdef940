"""The demonstration clinic after some weeks of work, and the places in it that pictures show."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from clinic.adapters.sql.handoff_chats import SqlHandoffStore
from clinic.adapters.sql.turn_tables import turn
from clinic.bootstrap.database import engine_of
from clinic.bootstrap.handoff import chat_desk
from clinic.settings import Settings
from tools.demo.place import demo_place
from tools.demo.staff import DemoStaff, hire
from tools.demo.visitors import remember, talk
from tools.demo.visits import fill_the_book, keep_open, take_requests
from tools.demo.work import work
from tools.stack import Stack


@dataclass(frozen=True)
class DemoClinic:
    """Where it answers; `places`: ids in addresses by what is there."""

    url: str
    settings: Settings
    staff: DemoStaff
    places: dict[str, str]


@contextmanager
def demo_clinic() -> Iterator[DemoClinic]:
    """Started, filled and ready; gone afterwards."""
    with demo_place() as (stack, settings):
        staff = hire(settings)
        keep_open(settings, staff)
        talk(stack, settings, "before")
        remember(settings)
        chats = talk(stack, settings, "before")
        places = {
            **fill_the_book(settings, staff), **take_requests(settings, staff, chats["parking"]),
            **work(settings, staff, chats), "sender": chats["parking"], "taken": chats["taken"],
            "account": staff.nurse.id, "link": staff.link,
            "turn": str(_turn_of(settings, chats["parking"])),
        }  # fmt: skip
        yield DemoClinic(stack.url, settings, staff, places | _let_wait(stack, settings, staff))


def _turn_of(settings: Settings, sender: str) -> int:
    with engine_of(settings.clinic_db_url).begin() as connection:
        last = select(turn.c.id).where(turn.c.sender == sender).order_by(turn.c.number.desc()).limit(1)
        return int(connection.execute(last).scalar_one())


def _let_wait(stack: Stack, settings: Settings, staff: DemoStaff) -> dict[str, str]:
    """Last of all, as nobody waits for long. Out of opening hours the assistant lets nobody wait: then we do."""
    chat_desk(settings).be_here(staff.nurse)
    chats = talk(stack, settings, "now")
    SqlHandoffStore(engine_of(settings.clinic_db_url)).ask(chats["waiting"], time.time())
    return chats
