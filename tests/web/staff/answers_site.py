"""The pages of answers on a copy of the content, with the real sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clinic.answers.clinic_facts import load_clinic_facts
from tests.unit.review.answers_on_disk import AnswersOnDisk
from tests.web.staff.signed_in import StaffSite, fresh_database, staff_site
from web.staff.answers.routes import answers_routes
from web.widget.routes import widget_routes


@dataclass
class AnswersSite:
    """The site and the desks behind it."""

    site: StaffSite
    desks: AnswersOnDisk


@contextmanager
def answers_site(folder: Path, **settings: str) -> Iterator[AnswersSite]:
    url = fresh_database(folder)
    desks = AnswersOnDisk(folder, url)

    with staff_site(
        lambda access, pages: answers_routes(access, pages, lambda: desks.all), database=url, settings=settings
    ) as site:
        site.app.include_router(widget_routes(load_clinic_facts().country))
        yield AnswersSite(site, desks)
    desks.engine.dispose()
