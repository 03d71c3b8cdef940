"""A patient's words never reach git word for word: where the line is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.review.teaching.verbatim import LONGEST_RUN, repeated

EVERYDAY = frozenset(
    "what is rls does magnesium help with restless legs at night can i take it why do my every evening the".split()
)


def is_everyday(word: str) -> bool:
    return word in EVERYDAY


MESSAGE = "Since my knee was done I cannot sit through a movie, so does magnesium help with that at all or not?"


@pytest.mark.parametrize(
    "sentence",
    [
        "does magnesium help with that at all",  # seven in a row
        "DOES MAGNESIUM, HELP? with that; at...",  # six in a row, however they are written
        "is it true or does magnesium help with that at the end of the day when nothing else did",
        MESSAGE,
        MESSAGE.replace("knee", "hip"),
    ],
)
def test_six_words_in_a_row_are_refused(sentence: str) -> None:
    assert repeated(sentence, MESSAGE, is_everyday)


def test_a_run_is_found_whatever_stands_before_it() -> None:
    """Its first words may end another piece of the message."""
    message = "I cannot lie still because my legs hurt when it rains. Also my legs jump every night in winter"
    sentence = "What can I do against it now because my legs jump every night in bed"
    assert repeated(sentence, message, is_everyday) == "my legs jump every night in"


FEW = st.lists(st.sampled_from("abcd"), max_size=10)
RUN = st.lists(st.sampled_from("abcd"), min_size=LONGEST_RUN + 1, max_size=8)


@given(st.tuples(FEW, FEW), st.tuples(FEW, FEW), RUN)
def test_no_six_words_in_a_row_pass_wherever_they_stand(
    around: tuple[list[str], list[str]], elsewhere: tuple[list[str], list[str]], run: list[str]
) -> None:
    message, sentence = (" ".join([*before, *run, *after]) for before, after in (around, elsewhere))
    assert repeated(sentence, message, is_everyday)


def test_five_words_in_a_row_are_let_through_where_the_rest_is_new() -> None:
    assert repeated("could it be that magnesium help with that at night for old people", MESSAGE, is_everyday) is None


def test_a_message_cut_into_pieces_and_glued_together_is_still_the_visitor_s() -> None:
    glued = "since my knee was bad i cannot sit through the movie"
    assert repeated(glued, MESSAGE, is_everyday)


def test_nearly_the_same_is_refused_where_it_is_not_everyday() -> None:
    assert repeated("clonidine for rls", "Clonidine for RLS?", is_everyday)
    assert repeated("clonidine helps rls", "clonidine for rls", is_everyday) is None


@pytest.mark.parametrize(
    "message", ["what is rls", "What is RLS?!", "does magnesium help at night", "why restless legs"]
)
def test_up_to_six_everyday_words_are_everybody_s(message: str) -> None:
    assert repeated(message, message, is_everyday) is None


def test_seven_everyday_words_are_no_longer_everybody_s() -> None:
    message = "does magnesium help with my restless legs"
    assert len(message.split()) == 7
    assert repeated(message, message, is_everyday)


def test_one_rare_word_makes_a_short_message_somebody_s() -> None:
    assert repeated("does greg help", "does greg help", is_everyday)


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("DON’T my legs stop moving all night", "dont my legs stop moving all night"),
        ("ｗhat aches in my légs all night long", "what aches in my legs all night long"),
    ],
)
def test_other_letters_and_marks_do_not_hide_the_words(sentence: str, message: str) -> None:
    assert repeated(sentence, message, is_everyday)


def test_in_other_words_it_is_free() -> None:
    assert repeated("is magnesium of use after a knee operation", MESSAGE, is_everyday) is None
