"""Search parameters, read strictly: what is not understood is refused rather than left out of the answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from web.fhir.dates import EVER, Range, read_range
from web.fhir.outcomes import FhirError

DEFAULT_COUNT, MOST_COUNT = 50, 200
_RESULTS = ("_count", "page", "_format")


@dataclass(frozen=True)
class Parameter:
    """What can be searched by: its FHIR type, what it is for, and the codes or the resource it takes."""

    type: str
    text: str
    system: str = ""
    codes: tuple[str, ...] = ()
    target: str = ""


@dataclass(frozen=True)
class Search:
    """A search that was understood; a parameter that is not in `wanted` does not matter.

    `after`: the key of the last entry of the page before; `asked`: the parameters as they came, for the links.
    """

    asked: tuple[tuple[str, str], ...] = ()
    wanted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    during: Range = EVER
    count: int = DEFAULT_COUNT
    after: str = ""

    def allows(self, parameter: str, *values: str) -> bool:
        """Whether one of these values is wanted."""
        return parameter not in self.wanted or not self.wanted[parameter].isdisjoint(values)


def read_search(items: Iterable[tuple[str, str]], known: Mapping[str, Parameter], base: str, zone: ZoneInfo) -> Search:
    """A search from its query; `base` of our resources, `zone` of dates without one. Raises `FhirError` (400)."""
    asked = tuple(items)
    wanted: dict[str, frozenset[str]] = {}
    during, count, after = EVER, DEFAULT_COUNT, ""
    for name, value in asked:
        if name not in known and name not in _RESULTS:
            listed = ", ".join([*known, *_RESULTS])
            raise FhirError(400, "not-supported", f"There is no such search parameter here; there are {listed}.")
        if not value:
            raise FhirError(400, "invalid", f"{name} is empty.")
        if name == "_count":
            count = _count(value)
        elif name == "page":
            after = value
        elif name != "_format" and known[name].type == "date":
            during = during.within(read_range(name, value, zone))
        elif name != "_format":
            found = frozenset(_one(name, known[name], one, base) for one in value.split(","))
            wanted[name] = wanted.get(name, found) & found  # twice the same parameter means both
    return Search(asked, wanted, during, count, after)


def _count(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise FhirError(400, "invalid", "_count is a whole number: how many entries a page may have.")
    return min(int(value), MOST_COUNT)


def _one(name: str, parameter: Parameter, value: str, base: str) -> str:
    """One of the values that a parameter may have, without what can only be one thing here."""
    if parameter.type == "reference":
        return _id(name, value.removeprefix(f"{base}/"), parameter.target)
    if parameter.system:
        return _code(name, value, parameter.system, parameter.codes)
    return value


def _id(name: str, value: str, target: str) -> str:
    kind, separator, found = value.rpartition("/")
    if separator and kind != target:
        raise FhirError(400, "invalid", f"{name} is a reference such as {target}/123.")
    return found


def _code(name: str, value: str, system: str, codes: Collection[str]) -> str:
    given, separator, code = value.rpartition("|")
    if separator and given not in ("", system):
        raise FhirError(400, "code-invalid", f"The code system of {name} is {system}.")
    if codes and code not in codes:
        raise FhirError(400, "code-invalid", f"{name} is one of {', '.join(codes)}.")
    return code
