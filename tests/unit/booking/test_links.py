"""A link leads to what it was made for, and nothing else does."""

from __future__ import annotations

import pytest

from clinic.booking.errors import LinkInvalid
from clinic.booking.links import LeaveLinks, OfferLinks, SignedLinks, VisitLinks

KEY = "k" * 40
LINKS = [kind(KEY, "https://clinic.example/") for kind in (VisitLinks, OfferLinks, LeaveLinks)]


@pytest.mark.parametrize("links", LINKS)
def test_a_link_gives_back_its_reference(links: SignedLinks) -> None:
    link = links.link("ABCD2345")
    start, token = link.rsplit("/", 1)
    assert start == f"https://clinic.example/{links.path}"
    assert links.reference_of(token) == "ABCD2345"
    assert links.link("ABCD2345") == link


def test_a_token_of_one_purpose_opens_no_other() -> None:
    for mine in LINKS:
        for other in LINKS:
            if other is not mine:
                with pytest.raises(LinkInvalid):
                    other.reference_of(mine.token("ABCD2345"))


def test_a_token_that_was_cut_changed_or_signed_by_somebody_else_is_refused() -> None:
    links = LINKS[0]
    token = links.token("ABCD2345")
    for number in range(len(token)):
        other = "A" if token[number] != "A" else "B"
        # The last sign of a base64 text has bits that mean nothing.
        if number not in (len(token) - 1, token.index(".") - 1):
            with pytest.raises(LinkInvalid):
                links.reference_of(token[:number] + other + token[number + 1 :])
        with pytest.raises(LinkInvalid):
            links.reference_of(token[:number])
    with pytest.raises(LinkInvalid):
        links.reference_of(VisitLinks("other" * 10, "https://clinic.example").token("ABCD2345"))


@pytest.mark.parametrize("token", ["", ".", "ABCD2345", "a" * 5_000, "ä.ö", "\x00", "..", '"ABCD2345".x'])
def test_what_is_no_token_is_refused_by_name(token: str) -> None:
    with pytest.raises(LinkInvalid):
        LINKS[0].reference_of(token)
