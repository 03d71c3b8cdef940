"""The second net's windows and features, and the net itself where a training has left one."""

from __future__ import annotations

import numpy as np

from clinic.language import load_encoder
from clinic.triage import SafetyGate
from clinic.triage.features import Vocabulary, counts, evidence
from clinic.triage.net import NET_FILE, load_net, windows


def test_windows_begin_with_the_whole_text() -> None:
    text = "Thanks for the socks. My calf is hot! Do you open on Saturday?"
    assert windows(text) == [text, "Thanks for the socks.", "My calf is hot!", "Do you open on Saturday?"]
    assert windows("my calf is hot") == ["my calf is hot"]
    assert len(windows("A sentence of five words. " * 500)) == 13


def test_evidence_tells_alarms_from_what_is_ruled_out(gate: SafetyGate) -> None:
    categories, triggers = sorted(gate.levels), list(gate.triggers)
    at = 2 * categories.index("heart_lungs")
    alarm = evidence(gate.assess("I have chest pain"), categories, triggers)
    denied = evidence(gate.assess("I have no chest pain"), categories, triggers)
    assert (alarm[at], denied[at], denied[at + 1]) == (1, 0, 1)
    assert denied[2 * len(categories) + triggers.index("denied")] == 1


def test_words_of_one_list_are_one_concept(gate: SafetyGate) -> None:
    one, other = (counts("", words, gate.concepts)[2] for words in ("my calf is swollen", "my calf is puffy"))
    assert one == other


def test_a_vocabulary_drops_what_it_does_not_know() -> None:
    vocabulary = Vocabulary(np.array([3, 7], dtype=np.uint32), np.ones(2, dtype=np.float32))
    at, weight = vocabulary.weights({7: 1, 5: 9})
    assert at.tolist() == [1] and weight.tolist() == [1.0]


def test_the_trained_net_scores_a_danger_above_a_harmless_line(gate: SafetyGate) -> None:
    net = load_net(NET_FILE, gate)
    texts = ["my trouser leg does not fit over my left calf any more and it throbs", "what are your opening hours"]
    vectors = load_encoder().encode(texts)
    danger, harmless = (net.score(t, v, gate.assess(t)) for t, v in zip(texts, vectors, strict=True))
    assert danger[0] > harmless[0]
    assert danger[1] == "clot"
    assert net.assess(texts[1], vectors[1:]) is None


def test_a_likely_alarm_stands_where_the_net_hears_it_or_has_not_read_it_all(gate: SafetyGate) -> None:
    net, encoder = load_net(gate=gate), load_encoder()

    def stands(text: str) -> bool:
        return net.confirms(text, gate.assess(text), encoder.encode)

    harmless = "My heart about stopped when I saw the bill. Is there a payment plan?"
    assert stands("my husband has a seizure on the floor and does not stop shaking")
    assert stands("I fainted. Can I book for Tuesday?")
    assert stands(
        "i have had restless legs for about ten years and my doctor says iron is fine but i took too many pills "
        "and do you have any openings next week"
    )
    assert not stands(harmless)
    assert stands(harmless + " It is a long story." * 60)
