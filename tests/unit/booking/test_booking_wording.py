"""Every refusal has its sentence, and every sentence the form needs is there."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from clinic.booking.errors import BookingError, FieldError
from clinic.intake.errors import Refused

_ANSWERS = Path(__file__).parents[3] / "data/answers/booking.yml"
_RESPONSES = yaml.safe_load(_ANSWERS.read_text("utf-8"))["responses"]
_FIELDS = ("name", "contact", "reason", "preferred_time", "confirmed")


def refusals(base: type[Refused]) -> Iterator[type[Refused]]:
    """Every named refusal below `base`; groups without a code are left out."""
    for refusal in base.__subclasses__():
        if refusal.code:
            yield refusal
        yield from refusals(refusal)


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal() -> None:
    codes = [error.code for base in (BookingError, FieldError) for error in refusals(base)]
    assert len(codes) == len(set(codes))
    written = {n.removeprefix("utter_booking_") for n in _RESPONSES if n.startswith("utter_booking_")}
    assert set(codes) == {code for code in written if not code.startswith("example_")}


def test_every_field_has_a_question_with_a_way_out_and_an_example() -> None:
    for field in _FIELDS:
        (question,) = _RESPONSES[f"utter_ask_appointment_{field}"]
        assert "/stop" in [button["payload"] for button in question["buttons"]]
        assert f"utter_booking_example_{field}" in _RESPONSES


def test_the_read_back_names_every_field() -> None:
    text = _RESPONSES["utter_ask_appointment_confirmed"][0]["text"]
    assert all(f"{{appointment_{field}}}" in text for field in _FIELDS[:-1])


def test_every_sentence_is_marked_as_booking_and_unreviewed() -> None:
    for (response,) in _RESPONSES.values():
        assert response["metadata"]["kind"] == "booking"
        assert response["metadata"]["review"] == {"status": "unreviewed", "on": None, "by": None, "due": None}
