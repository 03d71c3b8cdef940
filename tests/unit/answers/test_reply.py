"""A reply beside its text: the numbers it names, and nothing that a visitor wrote read as a template."""

from __future__ import annotations

import pytest

from clinic.answers import Answer, Button, load_catalogue, reply_of
from clinic.answers.clinic_facts import load_clinic_facts

US, GB = load_clinic_facts(country="US"), load_clinic_facts(country="GB")


def answer(text: str) -> Answer:
    return Answer(name="utter_x", text=text, kind="urgent", topic="x", buttons=(Button("Iron", "/iron"),))


def test_the_numbers_of_the_text_stand_beside_it_in_its_order_and_once_each() -> None:
    reply = reply_of(answer("Call {crisis}, or {emergency}. {poison} helps too. Again: {crisis}."), GB)
    assert [call["name"] for call in reply["metadata"]["call"]] == ["crisis", "emergency", "poison"]
    for call in reply["metadata"]["call"]:
        assert call["number"] == GB.values[call["name"]]
        assert call["number"] in reply["text"]


def test_a_text_without_a_number_has_none_beside_it() -> None:
    assert "call" not in reply_of(answer("Ask {clinic_name}."), US)["metadata"]


@pytest.mark.parametrize("said", ["911", "{emergency}"])
def test_what_a_visitor_wrote_is_no_number_and_no_placeholder(said: str) -> None:
    reply = reply_of(answer("Your reason: {reason}"), US, {"reason": said})
    assert reply["text"] == f"Your reason: {said}"
    assert "call" not in reply["metadata"]


def test_buttons_and_metadata_are_the_reply_s_own() -> None:
    known = answer("Hello")
    first = reply_of(known, US)
    first["buttons"][0]["payload"] = "b_x"
    first["metadata"]["appointment"] = {}
    second = reply_of(known, US)
    assert second["buttons"] == [{"title": "Iron", "payload": "/iron"}]
    assert second["metadata"] == known.metadata()


def test_every_alarm_names_a_number_that_can_be_pressed_at_once() -> None:
    catalogue = load_catalogue()
    alarms = [w for n in catalogue.names() for w in catalogue.variations(n) if w.kind == "emergency"]
    assert alarms
    for alarm in alarms:
        assert reply_of(alarm, US)["metadata"]["call"], alarm.name
