"""Reading how a patient can be reached."""

import pytest

from clinic.intake import ContactKind, errors, read_contact

_CONTACTS = {
    "(202) 555-0117": "+12025550117",
    "my number is 202-555-0188": "+12025550188",
    "call me at 303-555-0126 after five": "+13035550126",
    "+44 20 7946 0958": "+442079460958",
    "202-555-0177 ext 12": "+12025550177 ext. 12",
    "Joan.Dunwhistle@EXAMPLE.com": "Joan.Dunwhistle@example.com",
    "email gladys.hurnby@example.org please.": "gladys.hurnby@example.org",
    "it is priya.n at example.com": "priya.n@example.com",
    "joe dot x at example dot com": "joe.x@example.com",
    "a.b@example.org or 202 555 0117": "+12025550117",
}


@pytest.mark.parametrize(("text", "value"), _CONTACTS.items())
def test_a_contact_is_found_and_normalised(text: str, value: str) -> None:
    contact = read_contact(text)
    assert contact.value == value
    assert contact.kind is (ContactKind.EMAIL if "@" in value else ContactKind.PHONE)


@pytest.mark.parametrize("value", _CONTACTS.values())
def test_a_contact_that_was_read_reads_as_itself(value: str) -> None:
    assert read_contact(value).value == value


def test_a_number_without_country_code_belongs_to_the_clinics_country() -> None:
    assert read_contact("020 7946 0958", "GB").value == "+442079460958"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("555-0142", errors.PhoneIncomplete),
        ("999 999 9999", errors.PhoneInvalid),
        ("joe@example", errors.EmailInvalid),
        ("joe@@example.com", errors.EmailInvalid),
        ("reach me at example.com", errors.ContactMissing),
        ("no", errors.ContactMissing),
        ("what do you need it for", errors.ContactMissing),
    ],
)
def test_what_nobody_can_be_reached_by_is_refused_by_its_name(text: str, error: type[errors.FieldError]) -> None:
    with pytest.raises(error):
        read_contact(text)


def test_a_refused_address_is_not_quoted_in_the_error() -> None:
    with pytest.raises(errors.EmailInvalid) as caught:
        read_contact("secret.person@example")
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None
