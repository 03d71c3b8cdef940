"""Every refusal of the booking desk, by name; those of the contact are in `clinic.intake.errors`.

FieldError                   what was typed is not what was asked for
├── NameMissing
├── NameTooLong
├── ReasonMissing
├── ReasonTooLong
├── TimeMissing
├── TimeTooLong
├── VisitTypeUnclear         none of the clinic's kinds of visit, or more than one
├── ClinicianUnclear
├── ReferenceMissing
├── ClosedDay                the clinic is closed all day
├── TooFarAhead              later than the clinic takes bookings
├── TimeUnclear              it can be read in more than one way, or not at all
├── TimeInPast
├── NoSuchDay                30 February
├── NoSuchTime               25:00
├── WaitingNeedsEmail        a freed time is offered by mail: a phone number will not do
└── ConfirmationUnclear
BookingError
├── RequestNotFound
├── AppointmentNotFound
├── TimeTaken                somebody else was faster
├── TimeNotOffered           outside the clinic's hours, too soon or too far off
├── HoldExpired              the time was held too long ago, and is taken by now
├── TooManyAttempts          to prove an appointment
├── KeyReused                one idempotency key for two different wishes
├── LinkInvalid              it was not made here, or was cut off on the way
├── LinkExpired              what it was for is over
├── NotWaiting               left the waiting list, or was served
└── BookingUnavailable       nothing was stored; trying again later is worth it
"""

from __future__ import annotations

from clinic.intake.errors import FieldError, Refused


class BookingError(Refused):
    """The desk cannot do what was asked."""


class NameMissing(FieldError):
    """There is no name in the answer."""

    code = "name_missing"


class NameTooLong(FieldError):
    """The name is longer than a form takes."""

    code = "name_too_long"


class ReasonMissing(FieldError):
    """There is no reason in the answer."""

    code = "reason_missing"


class ReasonTooLong(FieldError):
    """The reason is a story, not a few words."""

    code = "reason_too_long"


class TimeMissing(FieldError):
    """There is no wish for a time in the answer."""

    code = "time_missing"


class TimeTooLong(FieldError):
    """The wish for a time is too long to be one."""

    code = "time_too_long"


class TimeUnclear(FieldError):
    """The wish for a time can be read in more than one way, or not at all."""

    code = "time_unclear"


class TimeInPast(FieldError):
    """The day or the time is over."""

    code = "time_in_past"


class NoSuchDay(FieldError):
    """The calendar has no such day."""

    code = "no_such_day"


class NoSuchTime(FieldError):
    """No clock shows this time."""

    code = "no_such_time"


class VisitTypeUnclear(FieldError):
    """The answer names none of the clinic's kinds of visit, or more than one."""

    code = "visit_type_unclear"


class ClinicianUnclear(FieldError):
    """The answer names none of the clinicians, or more than one."""

    code = "clinician_unclear"


class ReferenceMissing(FieldError):
    """There is no reference in the answer."""

    code = "reference_missing"


class ClosedDay(FieldError):
    """The clinic is closed all day: a day of rest, a public holiday."""

    code = "closed_day"


class TooFarAhead(FieldError):
    """The day is later than the clinic takes bookings."""

    code = "too_far_ahead"


class ConfirmationUnclear(FieldError):
    """The answer to the read-back is neither yes nor no."""

    code = "confirmation_unclear"


class WaitingNeedsEmail(FieldError):
    """The waiting list tells of a freed time by mail, and this is no e-mail address."""

    code = "waiting_needs_email"


class RequestNotFound(BookingError):
    """No request has this reference."""

    code = "request_not_found"


class AppointmentNotFound(BookingError):
    """No appointment has this reference, or it is not this person's, or it is over: nobody is told which."""

    code = "appointment_not_found"


class TimeTaken(BookingError):
    """Somebody else holds or has booked a part of this time."""

    code = "time_taken"


class TimeNotOffered(BookingError):
    """The time is none of the timetable's, or too soon, or too far off."""

    code = "time_not_offered"


class HoldExpired(BookingError):
    """The hold ran out and somebody else has the time now."""

    code = "hold_expired"


class TooManyAttempts(BookingError):
    """References or contacts were tried too often; staff help further."""

    code = "too_many_attempts"


class KeyReused(BookingError):
    """The idempotency key belongs to a different attempt."""

    code = "key_reused"


class LinkInvalid(BookingError):
    """The link is none of ours, was changed or cut off, or is for something else."""

    code = "link_invalid"


class LinkExpired(BookingError):
    """The link was ours, and what it was for is over or too near by now."""

    code = "link_expired"


class NotWaiting(BookingError):
    """Whoever had this place on the waiting list has left it, or has got a time from it."""

    code = "not_waiting"


class BookingUnavailable(BookingError):
    """The request could not be kept: the store failed."""

    code = "unavailable"
