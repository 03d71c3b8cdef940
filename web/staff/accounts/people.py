"""People, for admins: invite, change roles, lock, unlock, reset."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from clinic.staff.account import Account
from clinic.staff.enrolment import INVITED_SECONDS
from clinic.staff.errors import NoSuchAccount, StaffError
from clinic.staff.model import Permission, Role, StaffMember
from clinic.staff.people import Invited
from web.staff.access import Access
from web.staff.accounts.enrol import JOIN
from web.staff.accounts.parts import AccountParts, status_of
from web.staff.pages import StaffPages
from web.staff.routes import Area

PEOPLE = "/staff/people"
ROLES = {
    Role.READER: "Reader: sees everything, changes nothing",
    Role.EDITOR: "Editor: teaches, writes answers, publishes, answers chats, calls, appointments",
    Role.CLINICIAN: "Clinician: as an editor, and approves answers",
    Role.ADMIN: "Admin: as an editor, and manages people and the clinic's set-up",
}
Field = Annotated[str, Form()]


def people_area(parts: AccountParts) -> Area:
    """`/staff/people` and what lies under it."""

    def area(access: Access, pages: StaffPages) -> APIRouter:
        routes = APIRouter(include_in_schema=False)
        Admin = Annotated[StaffMember, Depends(access.may(Permission.MANAGE))]  # noqa: N806

        def invite_page(request: Request, member: StaffMember, error: StaffError | None = None,
                        **typed: str) -> Response:  # fmt: skip
            status, errors = (status_of(error), error.errors) if error else (200, {})
            return pages.show(
                request, "accounts_invite.html", member, status, typed={"email": "", "name": "", "role": "", **typed},
                errors=errors, roles=[(role.value, text) for role, text in ROLES.items()],
            )  # fmt: skip

        def link_page(request: Request, member: StaffMember, invited: Invited) -> Response:
            link = f"{parts.settings.public_url}{JOIN}/{invited.token}"
            return pages.show(request, "accounts_link.html", member, account=invited.account, link=link,
                              days=int(INVITED_SECONDS // 86400))  # fmt: skip

        def person_page(request: Request, member: StaffMember, account: Account,
                        error: StaffError | None = None) -> Response:  # fmt: skip
            status, errors = (status_of(error), error.errors) if error else (200, {})
            return pages.show(
                request, "accounts_person.html", member, status, account=account, errors=errors,
                roles=[(role.value, text) for role, text in ROLES.items()],
            )  # fmt: skip

        def done(request: Request, member: StaffMember, account_id: str, act: Callable[[], object],
                 said: str) -> Response:  # fmt: skip
            try:
                act()
            except NoSuchAccount:
                return gone(request, member)
            except StaffError as error:
                return person_page(request, member, parts.desks().people.get(account_id), error)
            return pages.moved(f"{PEOPLE}/{account_id}", said=said)

        def gone(request: Request, member: StaffMember) -> Response:
            return pages.show(request, "staff_error.html", member, 404, heading="Not found",
                              text="There is no such person here.")  # fmt: skip

        @routes.get(PEOPLE)
        def people(request: Request, member: Admin) -> Response:
            return pages.show(request, "accounts_people.html", member, people=parts.desks().people.all())

        @routes.get(f"{PEOPLE}/invite")
        def ask_whom(request: Request, member: Admin) -> Response:
            return invite_page(request, member)

        @routes.post(f"{PEOPLE}/invite")
        def invite(request: Request, member: Admin, email: Field = "", name: Field = "", role: Field = "") -> Response:
            try:
                invited = parts.desks().people.invite(member.id, email, name, role)
            except StaffError as error:
                return invite_page(request, member, error, email=email, name=name, role=role)
            return link_page(request, member, invited)

        @routes.get(f"{PEOPLE}/{{account_id}}")
        def person(request: Request, member: Admin, account_id: str) -> Response:
            try:
                return person_page(request, member, parts.desks().people.get(account_id))
            except NoSuchAccount:
                return gone(request, member)

        @routes.post(f"{PEOPLE}/{{account_id}}/role")
        def change_role(request: Request, member: Admin, account_id: str, role: Field = "") -> Response:
            desk = parts.desks().people
            return done(request, member, account_id, lambda: desk.change_role(member.id, account_id, role),
                        "The role is changed. It holds from their next click on.")  # fmt: skip

        @routes.post(f"{PEOPLE}/{{account_id}}/lock")
        def lock(request: Request, member: Admin, account_id: str) -> Response:
            desk = parts.desks().people
            return done(request, member, account_id, lambda: desk.lock(member.id, account_id),
                        "The account is locked, and its sessions are over.")  # fmt: skip

        @routes.post(f"{PEOPLE}/{{account_id}}/unlock")
        def unlock(request: Request, member: Admin, account_id: str) -> Response:
            desk = parts.desks().people
            return done(request, member, account_id, lambda: desk.unlock(member.id, account_id),
                        "The account is open. Wrong tries of before do not count any more.")  # fmt: skip

        @routes.post(f"{PEOPLE}/{{account_id}}/reset")
        def reset(request: Request, member: Admin, account_id: str) -> Response:
            try:
                return link_page(request, member, parts.desks().people.reset(member.id, account_id))
            except NoSuchAccount:
                return gone(request, member)
            except StaffError as error:
                return person_page(request, member, parts.desks().people.get(account_id), error)

        return routes

    return area
