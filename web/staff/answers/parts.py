"""What the routes of this area work with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Form, Request, Response

from clinic.review.answers.desks import AnswerDesks
from clinic.review.answers.drafts import DraftError, DraftStoreError, NoSuchAnswer
from clinic.review.answers.files import ContentBroken
from clinic.review.content.errors import ChangesError
from clinic.staff.model import StaffMember
from web.staff.pages import StaffPages

Text = Annotated[str, Form()]
ONE = "/staff/answers/one/{key}"
Trouble = (DraftError, ChangesError, ContentBroken)


class NotShown(Exception):
    """A page cannot be shown; a page of its own says why."""

    def __init__(self, said: str, status: int) -> None:
        super().__init__(said)
        self.said, self.status = said, status


@contextmanager
def shown() -> Iterator[None]:
    """For reading: what goes wrong becomes `NotShown`."""
    try:
        yield
    except NoSuchAnswer as error:
        raise NotShown(str(error), 404) from error
    except (DraftStoreError, ContentBroken, ChangesError) as error:
        raise NotShown(str(error), 503) from error


class Guard:
    """Shows pages, or says on one of its own why there is none."""

    def __init__(self, pages: StaffPages, desks: Callable[[], AnswerDesks]) -> None:
        self._pages, self._desks = pages, desks

    def __call__(self, request: Request, member: StaffMember, page: Callable[[AnswerDesks], Response]) -> Response:
        """`page` of the desks, as they are now."""
        try:
            with shown():
                return page(self._desks())
        except NotShown as error:
            heading = "Not found" if error.status == 404 else "Not available right now"
            words = {"heading": heading, "text": error.said}
            return self._pages.show(request, "answers_trouble.html", member, error.status, **words)
