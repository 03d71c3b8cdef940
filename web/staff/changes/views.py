"""The pages of the sets of changes as they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from fastapi import HTTPException, Request, Response

from clinic.review.changes.desk import ChangeSet, ChangeSetDesk
from clinic.review.changes.difference import Difference
from clinic.review.content.errors import ChangesError, ChangeSetNotFound, ChangesUnavailable, ContentError
from clinic.review.content.topic_files import TopicFileError
from clinic.review.teaching.enough_sentences import still_to_teach
from clinic.staff.model import Permission, StaffMember
from web.staff.changes.words import BADGES, SECTIONS, STATES, name_of, status_of
from web.staff.pages import StaffPages

Errors = dict[str, str]
_FIELDS = ("title", "comment")  # what else an edit refuses has no field here
Found = TypeVar("Found")


class ChangeViews:
    """Shows the list, one set, and the question before it is abandoned."""

    def __init__(
        self, pages: StaffPages, desk: Callable[[], ChangeSetDesk], names: Callable[[], Mapping[str, str]]
    ) -> None:
        """Both are asked for on use; `names`: people by the ids of their accounts."""
        self._pages, self._desk, self._names = pages, desk, names

    def listed(
        self, request: Request, member: StaffMember, *, is_all: bool, error: ChangesError | None = None, title: str = ""
    ) -> Response:
        """The sets that are open, or all; `error` and `title`: of a form that was refused."""
        found = _known(self._desk().all)
        return self._show(
            request, member, "changes_list.html", error, sets=[s for s in found if is_all or not s.is_ended],
            is_all=is_all, ended=sum(s.is_ended for s in found), typed=title,
        )  # fmt: skip

    def one(
        self, request: Request, member: StaffMember, change_set_id: str, error: ChangesError | None = None,
        comment: str = "",
    ) -> Response:  # fmt: skip
        """One set; what the repository does not tell is left out, and why is said."""
        desk = self._desk()
        found = _known(lambda: desk.find(change_set_id))
        values: dict[str, Any] = {
            "history": [], "sections": [], "to_teach": [], "is_behind": False, "trouble": None,
        }  # fmt: skip
        try:
            found = desk.get(change_set_id)
            values["sections"] = _in_sections(desk.differences(found.id))
            values |= {"history": desk.history(found.id), "is_behind": desk.is_behind(found.id)}
            values["to_teach"] = _to_teach(desk, found)
        except ChangesError as trouble:
            values["trouble"] = str(trouble)
        return self._show(
            request, member, "changes_one.html", error, change_set=found, typed=comment, **values,
            comments=_known(lambda: desk.comments(found.id)),
            may_act=member.may(Permission.EDIT) and not found.is_ended and not _is_testing(found),
        )  # fmt: skip

    def asked(self, request: Request, member: StaffMember, change_set_id: str) -> Response:
        """Whether it is to be abandoned."""
        found = _known(lambda: self._desk().find(change_set_id))
        return self._show(request, member, "changes_abandon.html", None, change_set=found)

    def _show(
        self, request: Request, member: StaffMember, template: str, error: ChangesError | None, **values: Any
    ) -> Response:
        names = self._names()
        return self._pages.show(
            request, template, member, status_of(error) if error else 200, errors=_errors(error), states=STATES,
            badges=BADGES, name_of=lambda member_id: name_of(names, member_id), may_edit=member.may(Permission.EDIT),
            **values,
        )  # fmt: skip


def _known(ask: Callable[[], Found]) -> Found:
    """What the database knows; pages of the frame say where it is nothing, or does not answer."""
    try:
        return ask()
    except ChangeSetNotFound:
        raise HTTPException(404) from None
    except ChangesUnavailable:
        raise HTTPException(503) from None


def _errors(error: ChangesError | None) -> Errors:
    if error is None:
        return {}
    field = error.field if isinstance(error, ContentError) else None
    return {field if field in _FIELDS else "": str(error)}


def _in_sections(found: Sequence[Difference]) -> list[tuple[str, list[Difference]]]:
    sections = [(title, [d for d in found if d.kind in kinds]) for title, kinds in SECTIONS]
    return [(title, differences) for title, differences in sections if differences]


def _to_teach(desk: ChangeSetDesk, found: ChangeSet) -> list[str]:
    """Before the check is asked for: it would refuse these; nothing where a file cannot be read, which is told."""
    if found.is_ended:
        return []
    with suppress(TopicFileError):
        return still_to_teach(desk.tree(found.id).root)
    return []


def _is_testing(found: ChangeSet) -> bool:
    return found.state.value == "testing"
