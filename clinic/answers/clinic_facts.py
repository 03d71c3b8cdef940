"""What the clinic has told about itself, and the emergency numbers of its country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from clinic.answers.content import content_folder
from clinic.settings import setting

CLINIC = "clinic.yml"
COUNTRIES = "countries.yml"
NOT_GIVEN = "(not given yet)"
_CONTACT = ("phone", "address", "hours")


class ClinicFactsError(ValueError):
    """The clinic's settings file is not as it must be; the message says what to change."""


@dataclass(frozen=True)
class ClinicFacts:
    """Values for the placeholders of the wording; a fact the clinic has not given says so."""

    profile: str
    country: str
    values: Mapping[str, str]
    has_contact: bool  # a phone number, an address or hours are known


def load_clinic_facts(
    clinic: Path | None = None, countries: Path | None = None, country: str | None = None
) -> ClinicFacts:
    """Facts of `clinic.yml`; the country is `CLINIC_COUNTRY`, else the file's, and must be in `countries.yml`."""
    folder = content_folder() / "clinic"
    return _load(clinic or folder / CLINIC, countries or folder / COUNTRIES, country)


@lru_cache(maxsize=8)
def _load(clinic: Path, countries: Path, country: str | None) -> ClinicFacts:
    data = yaml.safe_load(clinic.read_text("utf-8"))
    chosen = country or setting("CLINIC_COUNTRY") or data["country"]
    numbers = yaml.safe_load(countries.read_text("utf-8"))["countries"]
    if chosen not in numbers:
        raise ClinicFactsError(
            f"no emergency numbers for the country {chosen!r}: add it to {countries}, which knows {', '.join(numbers)}"
        )
    values = {key: str(value) for key, value in numbers[chosen].items() if key != "checked"}
    values |= {f"clinic_{key}": str(data.get(key) or NOT_GIVEN) for key in ("name", *_CONTACT)}
    return ClinicFacts(data["profile"], chosen, values, has_contact=any(data.get(key) for key in _CONTACT))
