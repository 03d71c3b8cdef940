"""However long or odd a message is, the gate answers, and in time."""

from __future__ import annotations

import time

import pytest

from clinic.triage import SafetyGate

ODD = {
    "empty": "",
    "letters": "a " * 10_000,
    "red flag word": "leg " * 5_000,
    "commas": ", " * 10_000,
    "one word": "x" * 20_000,
    "all flags, no full stop": "my leg is numb red cold swollen pain took all pills want die not stop " * 128,
    "all flags, sentences": "my leg is numb. red cold. swollen pain took all pills. want die. " * 150,
    "unknown words": "".join(f"q{chr(97 + i % 26)}w{chr(97 + i // 26 % 26)}{chr(97 + i // 676)} " for i in range(1200)),
    "denials": "no not never nor neither without " * 300,
    "emoji": "🩸😭🦵" * 2_000,
    "control characters": "\x00\x07\u200b\ud83d chest pain".encode("utf-8", "ignore").decode() * 300,
}


@pytest.mark.parametrize("name", ODD)
def test_long_or_odd_text_takes_less_than_a_second(gate: SafetyGate, name: str) -> None:
    started = time.process_time()
    gate.assess(ODD[name])
    assert time.process_time() - started < 1.0


def test_a_message_of_fifteen_words_takes_less_than_three_milliseconds(gate: SafetyGate) -> None:
    text = "my left calf is swollen and hot and it has hurt since I flew home"
    gate.assess(text)
    started = time.process_time()
    for _ in range(50):
        gate.assess(text)
    assert (time.process_time() - started) / 50 < 0.003


def test_a_danger_in_the_middle_of_a_long_message_is_found(gate: SafetyGate) -> None:
    filler = "my legs are restless in the evening and i walk about "
    assert gate.assess(filler * 40 + "i want to kill myself " + filler * 40).category == "suicide"


def test_a_weak_pattern_is_evidence_and_no_alarm_by_itself(gate: SafetyGate) -> None:
    verdict = gate.assess("what is cellulitis of the leg")
    assert verdict.alarm is None
    assert [m.ruled_out_by for m in verdict.mentions if m.category == "infection"]


@pytest.mark.parametrize(
    "text", ["30 weeks pregnant. Terrible headache.", "I am pregnant! Since noon my baby is not moving"]
)
def test_a_danger_told_in_two_short_sentences_is_one(gate: SafetyGate, text: str) -> None:
    assert gate.assess(text).category == "pregnancy"
