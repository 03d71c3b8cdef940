"""Denial, turns, idioms and titles, spelling: what the words around a red flag do."""

from __future__ import annotations

import pytest

from clinic.triage import SafetyGate


@pytest.mark.parametrize(
    "text",
    [
        "My face is not drooping and my speech is not slurred",
        "My calf is neither swollen nor painful",
        "my calf isn't hot or swollen or painful",
        "I feel neither hopeless nor depressed",
        "I don't fall asleep while driving",
        "my feet aren't cold or blue",
        "I am pregnant and have neither blurred vision nor a headache",
        "these legs are killing me",
        "I have cold feet about the laser",
        "my daughter watched Suicide Squad",
        "do you park a Porsche 911 here",
        "I nearly had a heart attack when I saw the bill",
        "My band is called Better Off Dead, we play standing up",
        'I read "Asleep at the Wheel" on the bus',
        "the phone died and the laptop won't wake up",
        "my foot fell asleep because I sat on it",
        "I collapsed onto the couch after work",
        "I was depressed in 2007, long over, happy now",
    ],
)
def test_no_alarm(gate: SafetyGate, text: str) -> None:
    verdict = gate.assess(text)
    assert verdict.alarm is None, verdict.alarm


@pytest.mark.parametrize(
    "text",
    [
        "no fever but my left calf is swollen and hot",
        "it isn't the usual cramp, my left calf is swollen and hot",
        "I had a stroke in 2012 and now my face is drooping again",
        "can ropinirole make you gamble, because I can't stop gambling",
        "is it normal that I can't breathe right now",
        "not only is my calf swollen, it is hot",
        "the bleeding will not stop",
        "I can't feel my left arm and leg all of a sudden",
        "How many ropinirole would it take to die?",
        "should I wait if my chest hurts and I can't breathe",
        "I haven't slept and I want to die",
    ],
)
def test_alarm(gate: SafetyGate, text: str) -> None:
    assert gate.assess(text).alarm is not None


@pytest.mark.parametrize(
    ("misspelt", "category"),
    [
        ("i wanna comit suiside", "suicide"),
        ("i cant breeth and my chest hertz", "heart_lungs"),
        ("my fase is droping on one side", "stroke"),
        ("i am halucinating on the ropinorole", "withdrawal"),
        ("my left caf is swolen and hott", "clot"),
        ("chestpain", "heart_lungs"),
        ("my husban is unconcious", "collapse"),
        ("i want to k1ll myself", "suicide"),
        ("i stoped my pramipexol cold turky and im shakeing", "withdrawal"),
        ("cant stop gambeling", "impulse"),
    ],
)
def test_misspelt(gate: SafetyGate, misspelt: str, category: str) -> None:
    assert category in {m.category for m in gate.assess(misspelt).mentions if m.is_alarm}, gate.read(misspelt)


@pytest.mark.parametrize("text", ["the ceiling is white", "I live in Reading", "a calm sea", "my aunt bakes bread"])
def test_real_words_are_left_alone(gate: SafetyGate, text: str) -> None:
    assert gate.read(text) == text.lower()
