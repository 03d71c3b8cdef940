"""Every area of the staff pages, with the desks it asks for on use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial

from clinic.answers import load_catalogue
from clinic.bootstrap.booking import front_desk, schedule_desk
from clinic.bootstrap.database import turn_store
from clinic.bootstrap.handoff import call_desk, chat_desk
from clinic.bootstrap.review import (
    answer_desks,
    change_set_desk,
    dialogue_desk,
    emergency_desk,
    gate_desk,
    inbox_desk,
    inbox_groups,
    numbers_desk,
    teaching_desk,
)
from clinic.bootstrap.staff import audit_log, staff_accounts
from clinic.settings import Settings
from clinic.staff.model import Permission, StaffMember
from web.staff.answers.routes import answers_routes
from web.staff.calls.routes import calls_routes
from web.staff.changes.routes import changes_routes
from web.staff.chats.routes import chats_routes
from web.staff.clinic_setup.routes import ClinicDesks, clinic_routes
from web.staff.day.parts import DayDesks
from web.staff.day.routes import day_routes
from web.staff.inbox.routes import inbox_routes
from web.staff.numbers.routes import numbers_routes
from web.staff.releases.routes import release_routes
from web.staff.routes import Area
from web.staff.teach.routes import teach_routes

_PROGRAM = {"program": "the program", "command line": "the command line"}


def staff_areas(settings: Settings) -> list[Area]:
    """The areas, in the order of the bar; nothing is connected to yet."""

    def members() -> Sequence[StaffMember]:
        return [account.member for account in staff_accounts(settings).people.all()]

    def names() -> Mapping[str, str]:
        return {**_PROGRAM, **{member.id: member.name for member in members()}}

    def name_of(member: str) -> str:
        return names().get(member, "somebody who has left")

    def colleagues() -> Sequence[StaffMember]:
        return [member for member in members() if member.may(Permission.CHAT)]

    answers = lru_cache(maxsize=1)(partial(answer_desks, settings))  # it keeps the files it has read
    day = DayDesks(partial(front_desk, settings), partial(emergency_desk, settings), audit_log(settings), name_of)
    clinic = ClinicDesks(partial(schedule_desk, settings), audit_log(settings), name_of)
    turns = turn_store(settings)
    return [
        lambda access, pages: inbox_routes(
            access, pages, partial(inbox_desk, settings), partial(inbox_groups, settings),
            lambda intent: load_catalogue().title_of(intent), turns.is_over, settings.secret_key,
        ),
        lambda access, pages: teach_routes(
            access, pages, partial(teaching_desk, settings), partial(dialogue_desk, settings), settings.secret_key
        ),
        lambda access, pages: chats_routes(access, pages, partial(chat_desk, settings)),
        lambda access, pages: calls_routes(access, pages, partial(call_desk, settings), colleagues),
        lambda access, pages: answers_routes(access, pages, answers),
        lambda access, pages: changes_routes(
            access, pages, partial(change_set_desk, settings), names, settings.secret_key
        ),
        lambda access, pages: release_routes(access, pages, partial(gate_desk, settings), name_of),
        lambda access, pages: day_routes(access, pages, day),
        lambda access, pages: numbers_routes(access, pages, partial(numbers_desk, settings)),
        lambda access, pages: clinic_routes(access, pages, clinic),
    ]  # fmt: skip
