"""What staff do with what was said: inbox, teaching, answers, sets of changes, the gate, numbers, emergencies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clinic.adapters.article_file import ArticleFile
from clinic.adapters.git_content import GitContent
from clinic.adapters.git_text_authors import GitTextAuthors
from clinic.adapters.letters import VISIT_PLACEHOLDERS
from clinic.adapters.release_bundles import WORDING
from clinic.adapters.release_wording import ReleaseWording
from clinic.adapters.sentence_vectors import RememberedVectors
from clinic.adapters.sql.change_sets import SqlChangeSets
from clinic.adapters.sql.drafts import SqlDraftStore
from clinic.adapters.sql.emergencies import SqlEmergencies
from clinic.adapters.sql.inbox import SqlInbox
from clinic.adapters.sql.inbox_vectors import SqlMissedVectors
from clinic.adapters.sql.numbers import SqlNumbers
from clinic.adapters.sql.opinions import SqlOpinions
from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.bootstrap.booking import clinic_zone, current_timetable
from clinic.bootstrap.database import engine_of
from clinic.bootstrap.releases import gate_run_store, release_desk
from clinic.bootstrap.staff import audit_log, staff_accounts
from clinic.language import load_encoder
from clinic.language.known_vectors import VECTORS_FILE
from clinic.privacy import load_redactor
from clinic.review.answers.approvals import ApprovalDesk
from clinic.review.answers.approved_wording import ApprovedWording
from clinic.review.answers.content_lines import DeskLines
from clinic.review.answers.desk import AnswersDesk
from clinic.review.answers.desks import AnswerDesks
from clinic.review.answers.draft_desk import DraftDesk
from clinic.review.answers.passages import Article
from clinic.review.answers.writing import ContentWriter
from clinic.review.changes.desk import ChangeSetDesk
from clinic.review.content.topic_files import load_topics
from clinic.review.content.tree import ContentTree
from clinic.review.gate.desk import GateDesk
from clinic.review.inbox.desk import InboxDesk
from clinic.review.inbox.emergencies import EmergencyDesk
from clinic.review.inbox.groups import InboxGroups
from clinic.review.inbox.taught import InboxTaughtTurns
from clinic.review.inbox.topics import NearestTopics
from clinic.review.numbers.desk import NumbersDesk
from clinic.review.teaching.dangers import DangerEars
from clinic.review.teaching.desk import TeachingDesk
from clinic.review.teaching.dialogue_from_chat import DialogueDesk
from clinic.review.teaching.rewriting import Rewriting
from clinic.review.teaching.sentence_checks import SentenceChecks
from clinic.review.teaching.similar import SimilarExamples
from clinic.settings import ROOT, Settings, setting
from clinic.staff.model import StaffMember


def content_repository() -> Path:
    """Where the content's versions are: setting CONTENT_REPOSITORY, the project's own folder without it."""
    return Path(setting("CONTENT_REPOSITORY") or ROOT)


def change_set_desk(settings: Settings) -> ChangeSetDesk:
    """Sets of changes, in git beside the clinic's database."""
    folder = Path(setting("CHANGES_FOLDER") or ROOT / "var" / "changes")
    content = GitContent(content_repository(), folder, setting("CONTENT_BRANCH"))
    store, audit = SqlChangeSets(engine_of(settings.clinic_db_url)), audit_log(settings)
    return ChangeSetDesk(store, content, audit, zone=clinic_zone(settings))


def answer_desks(settings: Settings) -> AnswerDesks:
    """Answers: what needs somebody, drafts, approvals, and what is live."""
    engine, audit = engine_of(settings.clinic_db_url), audit_log(settings)
    change_sets = change_set_desk(settings)
    lines = DeskLines(change_sets, content_repository())
    store, facts = SqlDraftStore(engine), load_clinic_facts(country=settings.country)
    placeholders = frozenset({*facts.values, *VISIT_PLACEHOLDERS})

    def today() -> date:
        return datetime.now(clinic_zone(settings)).date()

    answers = AnswersDesk(lines, store, SqlOpinions(engine), Article(given_article()), placeholders, today=today)
    wording = ApprovedWording(answers, store, ReleaseWording(release_desk(settings, audit), change_sets.main_files))
    approvals = ApprovalDesk(answers, store, lines, ContentWriter(), GitTextAuthors(), wording, audit)
    drafts = DraftDesk(answers, store, audit)
    return AnswerDesks(answers, drafts, approvals, wording, lambda: load_clinic_facts(country=settings.country), audit)


def given_article() -> ArticleFile:
    """The clinic's article, where it has given one: setting ARTICLE_FILE, or what was handed over on the pages."""
    return ArticleFile(article_path())


def article_path() -> Path:
    """Where the article lies, or would lie."""
    return Path(setting("ARTICLE_FILE") or ROOT / "var" / "article.md")


def gate_desk(settings: Settings) -> GateDesk:
    """Checks of sets of changes, and publishing what passed."""
    audit, change_sets = audit_log(settings), change_set_desk(settings)
    main = partial(change_sets.main_files, WORDING)
    return GateDesk(gate_run_store(settings), change_sets, release_desk(settings, audit), main, audit)


def inbox_desk(settings: Settings) -> InboxDesk:
    """What visitors asked, for staff to look through."""

    def members() -> Sequence[StaffMember]:
        return [account.member for account in staff_accounts(settings).people.all() if not account.is_locked]

    return InboxDesk(_inbox(settings), load_redactor(), audit_log(settings), members)


def inbox_groups(settings: Settings) -> InboxGroups:
    """Missed messages that ask the same; one a process, as it remembers what it has read."""
    return _inbox_groups(settings.clinic_db_url)


def teaching_desk(settings: Settings) -> TeachingDesk:
    """Making examples, topics and red flags of messages."""
    words = load_redactor()
    turns = InboxTaughtTurns(_inbox(settings), words)
    main = ContentTree(content_repository())
    return TeachingDesk(
        change_set_desk(settings), turns, _sentence_checks(), Rewriting(words.findings), audit_log(settings), main
    )


def dialogue_desk(settings: Settings) -> DialogueDesk:
    """Making regression dialogues of conversations."""
    words = load_redactor()
    turns = InboxTaughtTurns(_inbox(settings), words)
    return DialogueDesk(
        change_set_desk(settings), turns, _sentence_checks(), Rewriting(words.findings), audit_log(settings)
    )


def emergency_desk(settings: Settings) -> EmergencyDesk:
    """Alarms, and who has seen them."""
    store = SqlEmergencies(engine_of(settings.clinic_db_url))
    return EmergencyDesk(store, lambda text: load_redactor().redact(text), audit_log(settings))


def numbers_desk(settings: Settings) -> NumbersDesk:
    """What the assistant did, in numbers."""
    store = SqlNumbers(engine_of(settings.clinic_db_url))
    return NumbersDesk(store, lambda: current_timetable(settings), lambda intent: load_catalogue().title_of(intent))


def _inbox(settings: Settings) -> SqlInbox:
    return SqlInbox(engine_of(settings.clinic_db_url))


def _encode(texts: Sequence[str]) -> NDArray[np.float32]:
    return load_encoder().encode_each(texts)


@lru_cache(maxsize=1)
def _vectors() -> RememberedVectors:
    return RememberedVectors(_encode, VECTORS_FILE)


@lru_cache(maxsize=1)
def _similar() -> SimilarExamples:
    """One a process: it encodes every example once, which takes minutes the first time."""
    return SimilarExamples(_vectors())


@lru_cache(maxsize=1)
def _sentence_checks() -> SentenceChecks:
    return SentenceChecks(load_redactor(), DangerEars(_encode), _similar())


@lru_cache(maxsize=2)
def _inbox_groups(url: str) -> InboxGroups:
    engine, vectors = engine_of(url), _vectors()
    nearest = NearestTopics(_similar(), vectors, _encode, lambda: load_topics(content_repository()))
    return InboxGroups(
        SqlInbox(engine), SqlMissedVectors(engine), load_redactor(), _encode, nearest,
        lambda: [topic.title for topic in load_topics(content_repository()).by_name.values()],
    )  # fmt: skip
