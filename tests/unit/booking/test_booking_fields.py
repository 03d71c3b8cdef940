"""Reading names, reasons, times and the yes to the read-back."""

import pytest

from clinic.booking import errors
from clinic.booking.fields import read_confirmation, read_name, read_preferred_time, read_reason

_NAMES = {
    "Marlene Quigby": "Marlene Quigby",
    "my name is Anita Rowmark": "Anita Rowmark",
    "hi, I'm Deborah Clintmere.": "Deborah Clintmere.",
    "it\u2019s Carl Ostermoor": "Carl Ostermoor",
    "Mrs. Evelyn Tartwood": "Mrs. Evelyn Tartwood",
    "it's me, Paula Reyesdal": "Paula Reyesdal",
    "the name's Olga Petrovsen": "Olga Petrovsen",
    "hank brubeckson": "hank brubeckson",
    "Mei-Ling Zhorrow": "Mei-Ling Zhorrow",
    "Samuel O\u2019Dellary": "Samuel O'Dellary",
    "first name Ruth, last name Pellinger": "Ruth Pellinger",
    "this is for my mother, Gladys Hurnby": "Gladys Hurnby",
    "Sofia de la Vernon": "Sofia de la Vernon",
    "Jos\u00e9 Mu\u00f1ozelli": "Jos\u00e9 Mu\u00f1ozelli",
    "My Nguyenova": "My Nguyenova",
    "Cher": "Cher",
}


@pytest.mark.parametrize(("text", "name"), _NAMES.items())
def test_a_name_is_found_as_it_was_written(text: str, name: str) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["", "  ", "yes", "no thanks", "skip", "my legs hurt", "i am tired", "restless legs", "202 555 0117", "/affirm",
     "why", "I want an appointment", "Gladys Hurnby, 555-0115", "one two three four five six", "...", "\u0000",
     "john@example.com"],
)  # fmt: skip
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(errors.NameMissing):
        read_name(text)


def test_an_endless_name_is_refused() -> None:
    with pytest.raises(errors.NameTooLong):
        read_name("A" + "b" * 120)


def test_free_text_is_kept_on_one_line_without_control_characters() -> None:
    assert read_reason("my legs\n are\u0000 restless \ud800") == "my legs are restless"
    assert read_preferred_time(" tuesday   morning ") == "tuesday morning"


@pytest.mark.parametrize("text", ["", "x", "yes", "no thanks", "idk", "/deny", "?!"])
def test_an_empty_reason_or_time_is_refused(text: str) -> None:
    with pytest.raises(errors.ReasonMissing):
        read_reason(text)
    with pytest.raises(errors.TimeMissing):
        read_preferred_time(text)


def test_a_story_is_too_long_for_a_reason_or_a_time() -> None:
    with pytest.raises(errors.ReasonTooLong):
        read_reason("leg " * 60)
    with pytest.raises(errors.TimeTooLong):
        read_preferred_time("monday " * 60)


@pytest.mark.parametrize("text", ["yes", "Yes, send it", "y", "ok", "ok thanks", "that's correct", "looks good to me"])
def test_a_yes_is_a_yes(text: str) -> None:
    assert read_confirmation(text) is True


@pytest.mark.parametrize("text", ["no", "nope", "No, the number is wrong", "wrong", "not quite"])
def test_a_no_is_a_no(text: str) -> None:
    assert read_confirmation(text) is False


@pytest.mark.parametrize(
    "text", ["yes but the number is wrong", "yes?", "right leg swollen", "hmm", "", "don't know", "ok so what now"]
)
def test_a_yes_with_a_reservation_is_not_guessed(text: str) -> None:
    with pytest.raises(errors.ConfirmationUnclear):
        read_confirmation(text)


def test_the_classifier_may_find_a_yes_only_when_it_is_sure() -> None:
    assert read_confirmation("please do", "affirm", 0.9) is True
    with pytest.raises(errors.ConfirmationUnclear):
        read_confirmation("please do", "affirm", 0.4)
