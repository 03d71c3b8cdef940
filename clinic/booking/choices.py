"""Reading which kind of visit and which clinician somebody wants, out of those the clinic has."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from clinic.booking.errors import ClinicianUnclear, VisitTypeUnclear
from clinic.booking.timetable import Clinician, Timetable, VisitType
from clinic.intake.said import said, tidy

ANYONE = "anyone"
_ANYONE = re.compile(
    r"\b(?:any ?(?:one|body)?|whoever|who ?ever|either|both|no preference|no one in particular|does(?:n'?t| not) matter"
    r"|do(?:n'?t| not) (?:mind|care)|first available|soonest|you (?:choose|pick|decide)|all the same)\b",
    re.IGNORECASE,
)
_WORDS_FOR_ANYONE = frozenset({"anyone", "anybody", "whoever", "either"})
_BUT = re.compile(r"\b(?:but|except|other than)\b", re.IGNORECASE)
_RULES_OUT = re.compile(r"\b(?:not(?! sure)|but|except|other than)\b", re.IGNORECASE)
_SAID_OF_ANY = frozenset({"a", "an", "the", "visit", "appointment", "up", "vein"})
_NOT_A_NAME = frozenset({"dr", "dr.", "doctor", "the", "with", "mr", "mrs", "ms"})


def read_visit_type(text: str, timetable: Timetable) -> str:
    """The id of the one kind of visit that is meant; raises `VisitTypeUnclear`."""
    wanted = said(text, VisitTypeUnclear)
    if _RULES_OUT.search(wanted):
        raise VisitTypeUnclear("one that is not wanted says nothing of the others")
    found = visit_types_in(wanted, timetable) or _by_a_word_of_its_own(wanted, timetable)
    if len(found) != 1:
        raise VisitTypeUnclear("not one of the clinic's kinds of visit")
    return found[0].id


def visit_types_in(text: str, timetable: Timetable) -> list[VisitType]:
    """The kinds of visit that a text names, by title or by the words the clinic lists beside it."""
    known = {word for visit in timetable.visit_types for name in _names_of(visit) for word in name.split()}
    words = f" {' '.join(_spelt(word, known) for word in _words(text))} "
    return [visit for visit in timetable.visit_types if any(f" {name} " in words for name in _names_of(visit))]


def _by_a_word_of_its_own(text: str, timetable: Timetable) -> list[VisitType]:
    """Words of one title and no other: "the first", "vein"."""
    words, titles = set(_words(text)), [(visit, set(_words(visit.title))) for visit in timetable.visit_types]
    shared = {word for visit, title in titles for other, more in titles if visit is not other for word in title & more}
    return [visit for visit, title in titles if words & (title - shared - _SAID_OF_ANY)]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _spelt(word: str, known: Collection[str]) -> str:
    """The word, or the one of the clinic's that it is a slip of: "frist"."""
    if len(word) < 5 or word in known:
        return word
    return next(iter(difflib.get_close_matches(word, known, n=1, cutoff=0.8)), word)


def _names_of(visit: VisitType) -> list[str]:
    titles = (visit.title, visit.id.replace("_", " "), *visit.also)
    return [" ".join(_words(title)) for title in titles]


def read_clinician(text: str, timetable: Timetable, visit_type: str) -> str:
    """The id of the clinician who is meant, or `ANYONE`; raises `ClinicianUnclear`."""
    wanted = tidy(said(text, ClinicianUnclear)).lower()
    wanted = re.sub(r"[a-z]+", lambda word: _spelt(word[0], _WORDS_FOR_ANYONE), wanted)
    if _RULES_OUT.search(_ANYONE.sub(" ", wanted) if not _BUT.search(wanted) else wanted):
        raise ClinicianUnclear("one who is not wanted says nothing of the others")
    seers = clinicians_for(timetable, visit_type)
    whole = [seer for seer in seers if seer.name.lower() in wanted]
    if len(whole) == 1:
        return whole[0].id
    if _ANYONE.search(wanted):
        return ANYONE
    words = set(re.findall(r"[\w'-]+", wanted))
    shared = set.intersection(*(_name_words(seer) for seer in seers)) if len(seers) > 1 else set()
    found = [seer for seer in seers if words & (_name_words(seer) - shared)]
    if len(found) != 1:
        raise ClinicianUnclear("not one of the clinicians for this visit")
    return found[0].id


def clinicians_for(timetable: Timetable, visit_type: str) -> list[Clinician]:
    """Who sees patients for a kind of visit."""
    return [seer for seer in timetable.clinicians if visit_type in seer.visit_types]


def _name_words(seer: Clinician) -> set[str]:
    return set(re.findall(r"[\w'-]+", seer.name.lower())) - _NOT_A_NAME
