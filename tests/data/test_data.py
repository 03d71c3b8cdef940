"""The data files fit one another and the domain."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from clinic.answers import FOLLOW_UPS, load_catalogue
from clinic.answers.article import fingerprint, load_outline, passages
from clinic.booking.time_answer import JoinWaitingList, MoreTimes, read_time_answer
from clinic.booking.wish import ANY_TIME
from clinic.triage import load_gate
from tools.check_data import answer_faults, example_faults, examples, topics
from tools.clinical_review import TARGET, document

DOMAIN = yaml.safe_load(Path("domain.yml").read_text("utf-8"))
LEAST_TOPICS = 38  # what the clinic asked for; what staff publish comes on top of them


def test_every_topic_of_the_clinic_has_patients_words_an_answer_and_a_rule() -> None:
    assert len(topics()) >= LEAST_TOPICS
    rules = [r for p in Path("data/rules").glob("*.yml") for r in yaml.safe_load(p.read_text("utf-8"))["rules"]]
    told = {step["intent"] for rule in rules for step in rule["steps"] if "intent" in step}
    for group, topic in topics():
        assert Path(f"data/nlu/{group}/{topic}.yml").exists()
        assert load_catalogue().find(f"utter_{topic}") is not None
        assert topic in told
    assert {topic for _, topic in topics()} <= set(DOMAIN["intents"])


def test_examples_are_enough_and_stand_under_one_intent_each() -> None:
    assert list(example_faults(examples())) == []


def test_answers_keep_to_length_grade_and_forbidden_phrases() -> None:
    assert list(answer_faults()) == []


def test_every_button_leads_to_an_intent_of_the_domain() -> None:
    catalogue = load_catalogue()
    payloads = {b.payload for n in catalogue.names() for a in catalogue.variations(n) for b in a.buttons}
    assert {p.removeprefix("/") for p in payloads if p.startswith("/")} <= set(DOMAIN["intents"])
    zone = ZoneInfo("America/New_York")
    for words in (p for p in payloads if not p.startswith("/")):  # said for the visitor when times are shown
        answer = read_time_answer(words, (), ANY_TIME, datetime.now(zone), zone)
        assert isinstance(answer, MoreTimes | JoinWaitingList), words


def test_every_alarm_of_the_gate_has_its_intent_and_its_text() -> None:
    for category, level in load_gate().levels.items():
        assert f"{level.value}_{category}" in DOMAIN["intents"]
        answer = load_catalogue().find(f"utter_{level.value}_{category}")
        assert answer is not None
        assert answer.kind == level.value


def test_unverified_facts_stand_in_safety_texts_only() -> None:
    for path in Path("data/answers").rglob("*.yml"):
        if "unverified:" in path.read_text("utf-8"):
            assert path.parent.name == "safety"


def test_the_clinician_s_list_is_up_to_date() -> None:
    """A topic that staff have published since may wait for the next `make review`; nothing else may."""
    written, listed = _parts(document()), _parts(TARGET.read_text("utf-8"))
    assert {title: written.get(title) for title in listed} == listed
    assert written.keys() - listed.keys() <= {f"utter_{topic}" for _, topic in topics()}


def _parts(text: str) -> dict[str, str]:
    """The parts of a Markdown text by their headings."""
    found = re.split(r"^#{1,3} (.*)$", text, flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def test_a_changed_passage_changes_its_fingerprint_and_its_spacing_does_not() -> None:
    outline = {"a": {"title": "A", "begins": "1. **A"}}
    first = fingerprint(passages("1. **A**: iron  matters\n\nmore", outline)["a"])
    assert first == fingerprint(passages("1. **A**: Iron\nmatters.\n\nother", outline)["a"])
    assert first != fingerprint(passages("1. **A**: iron may matter\n\nmore", outline)["a"])


def test_every_fact_of_an_answer_names_a_known_source() -> None:
    known = yaml.safe_load(Path("data/clinic/sources.yml").read_text("utf-8"))["sources"]
    for path in Path("data/answers").rglob("*.yml"):
        for entries in yaml.safe_load(path.read_text("utf-8"))["responses"].values():
            for entry in entries:
                facts = entry["metadata"].get("facts") or []
                assert all(f["source"] in known for f in facts), path
                if entry["metadata"]["kind"] == "answer":
                    assert facts, path


@pytest.mark.parametrize("section", load_outline())
def test_every_section_of_the_article_is_used_by_an_answer(section: str) -> None:
    used = "\n".join(p.read_text("utf-8") for p in Path("data/answers").rglob("*.yml"))
    assert f"section: {section}\n" in used


def test_a_topic_says_where_each_follow_up_leads_or_nothing_of_them_and_each_leads_to_a_text() -> None:
    catalogue, with_them = load_catalogue(), list[str]()
    for _, topic in topics():
        (named,) = {frozenset(wording.follow_ups) for wording in catalogue.variations(f"utter_{topic}")}
        assert named in (frozenset(), frozenset(FOLLOW_UPS) - {"repeat"}), topic
        with_them += [topic] if named else []
        for kind in named:
            assert catalogue.find(f"utter_{catalogue.follow_up(topic, kind)}") is not None, (topic, kind)
        assert catalogue.follow_up(topic, "repeat") == topic
    assert len(with_them) >= LEAST_TOPICS  # one that was taught on the staff pages leads where no topic would


def test_nothing_is_approved_while_texts_say_that_nobody_has_reviewed_them() -> None:
    catalogue = load_catalogue()
    claims = [w.text for n in ("utter_is_it_reviewed", "utter_who_wrote_this") for w in catalogue.variations(n)]
    assert all("doctor or nurse" in text for text in claims)
    assert {w.review.status for name in catalogue.names() for w in catalogue.variations(name)} == {"unreviewed"}


def test_every_offer_leads_to_an_intent_of_the_domain() -> None:
    catalogue = load_catalogue()
    offers = [v for n in catalogue.names() for a in catalogue.variations(n) for v in a.offer.values()]
    assert offers
    assert set(offers) <= set(DOMAIN["intents"])


def test_the_last_topic_is_set_by_every_topic_s_own_intent() -> None:
    mappings = DOMAIN["slots"]["last_topic"]["mappings"]
    assert {(m["intent"], m["value"]) for m in mappings} == {(topic, topic) for _, topic in topics()}
