"""The desks of the staff's accounts together, as shells get them."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.staff.enrolment import EnrolmentDesk
from clinic.staff.own_account import OwnAccountDesk
from clinic.staff.people import PeopleDesk
from clinic.staff.ports import Record
from clinic.staff.session import Sessions
from clinic.staff.sign_in import SignInDesk


@dataclass(frozen=True)
class StaffDesks:
    """All on one database."""

    sessions: Sessions
    sign_in: SignInDesk
    enrolment: EnrolmentDesk
    people: PeopleDesk
    own: OwnAccountDesk
    record: Record
