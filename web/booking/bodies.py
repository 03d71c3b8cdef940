"""What the booking API takes and gives; anything unknown in a body is refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from web.rest.routes import MOST_SENDER_CHARACTERS

_YEARS = range(2000, 2200)


def _moment(value: object) -> datetime:
    """A moment in UTC from ISO 8601 with an offset; a bare wall time could be the clinic's or the caller's."""
    if not isinstance(value, str):
        raise ValueError("write it as text")
    # A plus sign that was not encoded arrives as a blank.
    found = datetime.fromisoformat(value.strip().replace(" ", "+"))
    if found.tzinfo is None or found.year not in _YEARS:
        raise ValueError("write it with its offset, such as 2026-12-01T09:00:00-05:00")
    return found.astimezone(UTC)


Moment = Annotated[datetime, Field(strict=False), BeforeValidator(_moment)]
Sender = Annotated[str, Field(min_length=1, max_length=MOST_SENDER_CHARACTERS)]
Id = Annotated[str, Field(min_length=1, max_length=40)]


class Body(BaseModel):
    """A body: JSON types as they are, no unknown field."""

    model_config = ConfigDict(strict=True, extra="forbid")


class HoldWish(Body):
    """A time to keep; `sender` is the integration's own id of the person."""

    sender: Sender
    visit_type: Id
    clinician: Id
    start: Moment


class Confirmation(Body):
    """Who comes and why; `consent`: the person agreed that the clinic keeps this."""

    sender: Sender
    name: str
    contact: str
    reason: str
    consent: bool


class Owner(Body):
    """Whose hold it is."""

    sender: Sender


class Proof(Body):
    """Reference and the contact that was given with it."""

    sender: Sender
    reference: str
    contact: str


class MoveWish(Proof):
    """The new time; without `clinician` the same one."""

    start: Moment
    clinician: Id | None = None


class Slot(BaseModel):
    """A time of one clinician, on the clinic's clock; a free one as well as a taken one."""

    start: datetime
    end: datetime
    clinician: str
    visit_type: str


class Visit(Slot):
    """A held or booked time; `status` is held, booked, cancelled or expired."""

    reference: str
    status: str


class Held(Visit):
    """A hold; `held_until`: so long nobody else gets the time."""

    held_until: datetime


class Slots(BaseModel):
    """Free times in their order."""

    slots: list[Slot]


class Clinician(BaseModel):
    """Somebody who sees patients."""

    id: str
    name: str


class VisitType(BaseModel):
    """A kind of visit and who gives it."""

    id: str
    title: str
    minutes: int
    clinicians: list[Clinician]


class VisitTypes(BaseModel):
    """What can be booked, and the zone of the clinic's clock."""

    time_zone: str
    visit_types: list[VisitType]


class Refusal(BaseModel):
    """Every error; `nearest` stands beside a time that is gone."""

    error: dict[str, Any]


ERRORS: Mapping[int | str, dict[str, Any]] = {status: {"model": Refusal} for status in (401, 404, 409, 422, 429, 503)}
