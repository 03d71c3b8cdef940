"""The form: one field a turn, nothing swallowed, every refusal said. Here for a call back, which takes no timetable."""

import pytest
from played_conversation import Conversation, responses

from actions.appointment_form import ValidateAppointmentForm

_FORM = ValidateAppointmentForm(region=lambda: "US", desk=lambda: None)
_ANSWERS = {
    "name": ("my name is Anita Rowmark", "Anita Rowmark"),
    "contact": ("202-555-0117", "+12025550117"),
    "reason": ("my legs are restless at night", "my legs are restless at night"),
    "preferred_time": ("can i come tuesday morning?", "can i come tuesday morning?"),
    "confirmed": ("yes", True),
}


def _ask(conversation: Conversation, field: str) -> str:
    slot = f"appointment_{field}"
    for before in list(_ANSWERS)[: list(_ANSWERS).index(field)]:
        conversation.slots[f"appointment_{before}"] = _ANSWERS[before][1]
    conversation.slots |= {"requested_slot": slot, slot: None, "appointment_form_run": "run-1"}
    return slot


def _values(events: list[dict[str, object]]) -> dict[object, object]:
    return {event["name"]: event["value"] for event in events}


def test_the_form_gets_a_run_of_its_own_when_it_starts_and_keeps_it(conversation: Conversation) -> None:
    conversation.run(_FORM)
    first = conversation.slots["appointment_form_run"]
    conversation.slots["requested_slot"] = None
    conversation.run(_FORM)
    assert first
    assert conversation.slots["appointment_form_run"] == first


@pytest.mark.parametrize("field", _ANSWERS)
def test_an_answer_fills_the_field_that_was_asked_and_no_other(conversation: Conversation, field: str) -> None:
    slot = _ask(conversation, field)
    said, value = _ANSWERS[field]
    following = [*(f"appointment_{each}" for each in _ANSWERS), None]
    messages, events = conversation.say(said).run(_FORM)
    assert messages == []
    asked_next = following[following.index(slot) + 1]
    assert _values(events) == {slot: value, "appointment_misses": None, "requested_slot": asked_next}


@pytest.mark.parametrize("field", _ANSWERS)
@pytest.mark.parametrize(
    ("text", "intent", "alarm"),
    [
        ("what causes rls?", "causes", None),
        ("my chest hurts", "inform", "emergency_heart_lungs"),
        ("one calf is hot and swollen", "urgent_clot", None),
        ("stop", "stop", None),
        ("/iron", "iron", None),
    ],
)
def test_a_question_an_alarm_and_a_stop_leave_the_form_untouched(
    conversation: Conversation, field: str, text: str, intent: str, alarm: str | None
) -> None:
    slot = _ask(conversation, field)
    messages, events = conversation.say(text, intent, 0.95, alarm).run(_FORM)
    assert messages == []
    assert _values(events) == {"requested_slot": slot}


@pytest.mark.parametrize("field", _ANSWERS)
def test_plain_words_of_stopping_end_the_form_whatever_the_classifier_says(
    conversation: Conversation, field: str
) -> None:
    _ask(conversation, field)
    _, events = conversation.say("never mind", "nlu_fallback", 0.3).run(_FORM)
    assert _values(events) == {"requested_slot": None, "appointment_confirmed": None}


@pytest.mark.parametrize(
    ("field", "said", "code"),
    [
        ("name", "my legs hurt", "name_missing"),
        ("name", "yes", "name_missing"),
        ("contact", "555-0142", "phone_incomplete"),
        ("contact", "joe@example", "email_invalid"),
        ("reason", "no thanks", "reason_missing"),
        ("preferred_time", "idk", "time_missing"),
        ("confirmed", "hmm", "confirmation_unclear"),
    ],
)
def test_a_bad_answer_is_refused_by_name_and_a_second_one_gets_an_example(
    conversation: Conversation, field: str, said: str, code: str
) -> None:
    slot = _ask(conversation, field)
    messages, _ = conversation.say(said).run(_FORM)
    assert responses(messages) == [f"utter_booking_{code}"]
    assert conversation.slots[slot] is None
    assert conversation.slots["requested_slot"] == slot
    messages, _ = conversation.say(said).run(_FORM)
    assert responses(messages) == [f"utter_booking_{code}", f"utter_booking_example_{field}"]


def test_a_good_answer_forgets_the_misses(conversation: Conversation) -> None:
    _ask(conversation, "contact")
    conversation.say("hm").run(_FORM)
    conversation.say("202-555-0117").run(_FORM)
    _ask(conversation, "reason")
    messages, _ = conversation.say("no").run(_FORM)
    assert responses(messages) == ["utter_booking_reason_missing"]


def test_why_do_you_ask_is_not_stored_as_a_reason(conversation: Conversation) -> None:
    slot = _ask(conversation, "reason")
    messages, _ = conversation.say("why do you need that?", "inform", 0.5).run(_FORM)
    assert responses(messages) == ["utter_booking_reason_missing"]
    assert conversation.slots[slot] is None


def test_the_yes_button_confirms(conversation: Conversation) -> None:
    slot = _ask(conversation, "confirmed")
    conversation.say("/affirm", "affirm", 1.0).run(_FORM)
    assert conversation.slots[slot] is True


def test_the_first_no_to_the_read_back_asks_what_is_wrong_and_the_second_ends_it(conversation: Conversation) -> None:
    slot = _ask(conversation, "confirmed")
    messages, _ = conversation.say("/deny", "deny", 1.0).run(_FORM)
    assert responses(messages) == ["utter_appointment_what_to_change"]
    assert conversation.slots[slot] is None
    conversation.say("no", "deny", 1.0).run(_FORM)
    assert conversation.slots[slot] is False


def test_maybe_is_neither_yes_nor_no(conversation: Conversation) -> None:
    slot = _ask(conversation, "confirmed")
    messages, _ = conversation.say("maybe", "deny", 0.9).run(_FORM)
    assert responses(messages) == ["utter_booking_confirmation_unclear"]
    assert conversation.slots[slot] is None


def test_start_over_empties_the_form_and_begins_at_its_first_field(conversation: Conversation) -> None:
    _ask(conversation, "reason")
    messages, _ = conversation.say("start over", "start_over", 0.9).run(_FORM)
    assert responses(messages) == ["utter_appointment_from_the_start"]
    assert not any(conversation.slots[f"appointment_{field}"] for field in _ANSWERS)
    assert conversation.slots["requested_slot"] == "appointment_name"


def _broken_region() -> str:
    raise RuntimeError("202-555-0117 could not be read")


def test_a_failure_is_said_keeps_asking_and_logs_no_patient(
    conversation: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    slot = _ask(conversation, "contact")
    form = ValidateAppointmentForm(region=_broken_region, desk=lambda: None)
    messages, _ = conversation.say("202-555-0117").run(form)
    assert responses(messages) == ["utter_booking_unavailable"]
    assert conversation.slots["requested_slot"] == slot
    assert "555" not in caplog.text


def test_a_broken_form_still_lets_an_alarm_and_a_stop_through(conversation: Conversation) -> None:
    form = ValidateAppointmentForm(region=_broken_region, desk=lambda: None)
    _ask(conversation, "contact")
    assert conversation.say("202-555-0117", "stop", 0.3).run(form)[1] == []
