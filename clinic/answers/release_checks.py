"""What must hold before real patients are answered."""

from __future__ import annotations

from clinic.answers.catalogue import Catalogue
from clinic.answers.clinic_facts import ClinicFacts


class NotReadyError(Exception):
    """Production must not start; the message says what is missing and what to do."""


def refuse_what_is_not_ready(catalogue: Catalogue, facts: ClinicFacts, allow_unreviewed: bool) -> None:
    """Raises `NotReadyError` for a demonstration clinic or, unless allowed by name, unreviewed answers."""
    if facts.profile != "clinic":
        raise NotReadyError("data/clinic/clinic.yml is the demonstration clinic: fill it in and set `profile: clinic`")
    lacking = unreviewed(catalogue)
    if lacking and not allow_unreviewed:
        raise NotReadyError(
            f"{len(lacking)} texts have no clinician's approval, {lacking[0]} the first; "
            "SHOW_ANSWERS_NO_CLINICIAN_HAS_REVIEWED=yes starts all the same"
        )


def unreviewed(catalogue: Catalogue) -> list[str]:
    """The names of the texts that no clinician has approved, sorted."""
    names = sorted(catalogue.names())
    return [name for name in names if any(a.review.status != "approved" for a in catalogue.variations(name))]
