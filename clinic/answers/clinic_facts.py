"""What the clinic has told about itself, and the emergency numbers of its country."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from clinic.settings import setting

CLINIC = Path("data/clinic/clinic.yml")
COUNTRIES = Path("data/clinic/countries.yml")
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


@lru_cache(maxsize=4)
def load_clinic_facts(clinic: Path = CLINIC, countries: Path = COUNTRIES, country: str | None = None) -> ClinicFacts:
    """Facts of `clinic.yml`; the country is `CLINIC_COUNTRY`, else the file's, and must be in `countries.yml`."""
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
