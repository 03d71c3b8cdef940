"""How staff can reach a patient: one phone number or e-mail address, also inside a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from clinic.intake.errors import ContactMissing, EmailInvalid, PhoneIncomplete, PhoneInvalid
from clinic.intake.said import said

_EMAIL = re.compile(r"[^\s<>(),;:\"]+@[^\s<>(),;:\"]+")
# "priya.n at example.com"; not the "me at" of "reach me at example.com".
_EMAIL_SPOKEN = re.compile(
    r"((?:[\w+-]+ dot )*\b(?!(?:me|us|him|her|them|it|mail|email|reached?)\b)[\w.+-]+) (?:at|\(at\)|\[at\]) "
    r"([\w-]+(?:(?:\.| dot )[\w-]+)*(?:\.| dot )[a-z]{2,})\b",
    re.IGNORECASE,
)


class ContactKind(StrEnum):
    """How staff can reach the patient."""

    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True)
class Contact:
    """One way to reach the patient: E.164 (then ` ext. N` where there is one), or a normalised e-mail address."""

    kind: ContactKind
    value: str


def read_contact(text: str, region: str = "US") -> Contact:
    """A phone number (of `region`, unless it carries a country code) or an e-mail address, also inside a sentence."""
    found = said(text, ContactMissing)
    address = _EMAIL.search(found)
    for match in phonenumbers.PhoneNumberMatcher(_EMAIL.sub(" ", found), region, leniency=phonenumbers.Leniency.VALID):
        return _phone(match.number)
    if address:
        return _email(address[0].strip(".'"))
    spoken = _EMAIL_SPOKEN.search(found)
    if spoken:
        return _email(re.sub(" dot ", ".", f"{spoken[1]}@{spoken[2]}", flags=re.IGNORECASE))
    digits = sum(character.isdigit() for character in found)
    if digits == 7:
        raise PhoneIncomplete("the number has no area code")
    if digits >= 5:
        raise PhoneInvalid("no phone has this number")
    raise ContactMissing("there is no phone number or e-mail address in the answer")


def _phone(number: phonenumbers.PhoneNumber) -> Contact:
    extension = f" ext. {number.extension}" if number.extension else ""
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Contact(ContactKind.PHONE, value + extension)


def _email(address: str) -> Contact:
    try:
        # Asking the mail server's name would be I/O, and would tell others who writes to the clinic.
        return Contact(ContactKind.EMAIL, validate_email(address, check_deliverability=False).normalized)
    except EmailNotValidError:
        # Not chained: the library's message quotes the address.
        raise EmailInvalid("no mail can reach this address") from None
