"""Every refusal has its sentence, and every sentence the form needs is there."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from clinic.booking.choosing import Finding
from clinic.booking.errors import BookingError, FieldError
from clinic.booking.purpose import FIELDS, Purpose, VisitWish
from clinic.intake.errors import Refused

_ANSWERS = Path(__file__).parents[3] / "data/answers/booking.yml"
_RESPONSES = yaml.safe_load(_ANSWERS.read_text("utf-8"))["responses"]


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


def questions(field: str) -> list[str]:
    """The texts that ask for a field: one, or one for each way the times came about, each purpose and each wish."""
    if field == "time":
        return ["utter_ask_time_any", *(f"utter_ask_time_{finding.value}" for finding in Finding)]
    if field == "confirmed":
        appointments = [f"utter_ask_appointment_confirmed_{purpose.value}" for purpose in Purpose]
        changes = [f"utter_ask_visit_confirmed_{wish.value}" for wish in (VisitWish.MOVE, VisitWish.CANCEL)]
        return [*appointments, *changes]
    return ["utter_ask_visit_reference"] if field == "reference" else [f"utter_ask_appointment_{field}"]


def test_every_field_has_questions_with_a_way_out_and_an_example() -> None:
    for field in {field for fields in FIELDS.values() for field in fields} | {"reference"}:
        for name in questions(field):
            ways = [button["payload"] for button in _RESPONSES[name][0]["buttons"]]
            assert {"/stop", "/deny"} & set(ways), name
        assert f"utter_booking_example_{field}" in _RESPONSES


def test_the_read_back_names_every_field_and_the_whole_time() -> None:
    for purpose, fields in FIELDS.items():
        text = _RESPONSES[f"utter_ask_appointment_confirmed_{purpose.value}"][0]["text"]
        own = {"visit_type": "visit_title", "clinician": "visit_clinician", "time": "visit_when"}
        for field in fields[:-1]:
            assert f"{{{own.get(field, f'appointment_{field}')}}}" in text, (purpose, field)


def test_every_sentence_is_marked_as_booking_and_unreviewed() -> None:
    for (response,) in _RESPONSES.values():
        assert response["metadata"]["kind"] == "booking"
        assert response["metadata"]["review"] == {"status": "unreviewed", "on": None, "by": None, "due": None}
