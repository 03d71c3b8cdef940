"""When a person takes over: chats, calls and questions."""

from __future__ import annotations

from clinic.adapters.answer_letters import ApprovedAnswerLetters
from clinic.adapters.handoff_notices import TurnStoreVisitors
from clinic.adapters.handoff_words import word_faults
from clinic.adapters.sql.handoff_calls import SqlCalls
from clinic.adapters.sql.handoff_chats import SqlHandoffStore
from clinic.adapters.sql.handoff_outbox import SqlAnswerOutbox
from clinic.adapters.sql.turns import SqlTurnStore
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.bootstrap.booking import clinic_zone, current_timetable, mailer, organizer
from clinic.bootstrap.database import engine_of
from clinic.bootstrap.staff import audit_log
from clinic.handoff.answer_post import AnswerPost
from clinic.handoff.call_desk import CallDesk
from clinic.handoff.chat_desk import ChatDesk
from clinic.handoff.model import HandoffTimes
from clinic.handoff.waiting_room import WaitingRoom
from clinic.privacy import load_redactor
from clinic.settings import Settings, load_settings


def waiting_room(settings: Settings | None = None) -> WaitingRoom:
    """Who waits for a person, and with whom a person is."""
    found = settings or load_settings()
    store = SqlHandoffStore(engine_of(found.clinic_db_url))
    return WaitingRoom(store, _visitors(found), lambda: current_timetable(found), _times(found))


def chat_desk(settings: Settings) -> ChatDesk:
    """Open conversations, to be taken over."""
    engine = engine_of(settings.clinic_db_url)
    return ChatDesk(
        SqlHandoffStore(engine), SqlTurnStore(engine), _visitors(settings), load_redactor(), word_faults,
        audit_log(settings), _times(settings),
    )  # fmt: skip


def call_desk(settings: Settings) -> CallDesk:
    """Calls back and questions that visitors left."""
    engine = engine_of(settings.clinic_db_url)
    return CallDesk(SqlCalls(engine), SqlAnswerOutbox(engine), word_faults, audit_log(settings))


def answer_post(settings: Settings) -> AnswerPost:
    """Mails what staff answered."""
    engine, domain = engine_of(settings.clinic_db_url), organizer(settings).email.partition("@")[2]
    letters = ApprovedAnswerLetters(
        load_catalogue, lambda: load_clinic_facts(country=settings.country), lambda: clinic_zone(settings), domain
    )
    return AnswerPost(SqlAnswerOutbox(engine), SqlCalls(engine), letters, mailer(settings.mail))


def _times(settings: Settings) -> HandoffTimes:
    return HandoffTimes(wait=float(settings.handoff_wait))


def _visitors(settings: Settings) -> TurnStoreVisitors:
    turns = SqlTurnStore(engine_of(settings.clinic_db_url))
    return TurnStoreVisitors(
        turns, load_catalogue, lambda: load_clinic_facts(country=settings.country), lambda: current_timetable(settings)
    )
