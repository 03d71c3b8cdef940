"""Changes a YAML file and leaves every line alone that the change does not touch.

ruamel keeps comments, order and quotes, but it writes some things in one way where people write them in several:
an empty value for `null`, folded lines, indents. So the file is written twice, before the change and after it, and
only the lines in which these two differ are carried over into the file as it was.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from difflib import SequenceMatcher
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import LiteralScalarString, SingleQuotedScalarString

Rewrite = Callable[[Any], None]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WIDE = 1 << 20  # nothing is folded
_BOM = "\ufeff"
Indents = tuple[int, int]  # of a map in a map, and of a dash below its key
_OWN: Indents = (2, 0)
_NESTED = re.compile(r"^( *)[^\s#-][^\n]*:[ ]*\n(?:[ ]*(?:#[^\n]*)?\n)*( *)([^\s#])", re.M)


class _Representer(RoundTripRepresenter):
    """Writes `null` and not nothing; a class of its own, since representers belong to the class."""


_Representer.add_representer(type(None), lambda r, _: r.represent_scalar("tag:yaml.org,2002:null", "null"))


class NotYaml(ValueError):
    """A text cannot be read as YAML; the message says where."""


def rewritten(source: str, change: Rewrite) -> str:
    """`source` after `change` was applied to its data in place; raises `NotYaml`."""
    mark = _BOM if source.startswith(_BOM) else ""
    line_end = "\r\n" if "\r\n" in source else "\n"
    plain = source.removeprefix(mark).replace("\r\n", "\n")
    data = loaded(plain)
    indents = _indents(plain)
    before = dumped(data, indents)
    change(data)
    after = dumped(data, indents)
    if before == after:
        return source
    found = carried_over(plain if plain.endswith("\n") else f"{plain}\n", before, after)
    return mark + found.replace("\n", line_end)


def carried_over(source: str, before: str, after: str) -> str:
    """`source` with the lines in which `after` differs from `before`; all three end with a line end.

    Where a difference cannot be placed in `source`, or it would be read differently there, it is `after`.
    """
    lines, old, new = (text.splitlines(keepends=True) for text in (source, before, after))
    places = _places(old, lines)
    found: list[str] = []
    at = 0
    for tag, i1, i2, j1, j2 in _differing(old, new):
        if tag == "equal":
            continue
        start, end = places[i1], places[i2]
        if start is None or end is None:
            return after
        found += [*lines[at:start], *new[j1:j2]]
        at = end
    result = "".join([*found, *lines[at:]])
    return result if _is_same(result, after) else after


def dumped(data: Any, indents: Indents = _OWN) -> str:
    """Data as ruamel writes it, in the form of this project's files."""
    out, editor = io.StringIO(), _editor()
    editor.map_indent, editor.sequence_dash_offset = indents
    editor.sequence_indent = editor.sequence_dash_offset + 2
    editor.dump(data, out)
    return out.getvalue()


def read_yaml(source: str) -> Any:
    """The data alone, quickly, as Rasa and the catalogue read it; raises `NotYaml`."""
    try:
        return yaml.load(source, Loader=_LOADER)  # noqa: S506 - CSafeLoader or SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        raise NotYaml(_place(error)) from None


def text(value: str) -> str:
    """One line of text, in quotes where it would be read as something else: `yes`, `12:30`, `null`."""
    try:
        is_plain = yaml.load(value, Loader=_LOADER) == value and ": " not in value  # noqa: S506 - as above
    except (yaml.YAMLError, ValueError):
        is_plain = True  # ruamel sees for itself that it needs quotes
    return value if is_plain else SingleQuotedScalarString(value)


def block(value: str) -> LiteralScalarString:
    """Text of several lines as a block: `|`, or `|-` where it has no line end."""
    made: LiteralScalarString = LiteralScalarString(value)
    return made


def _editor() -> YAML:
    editor = YAML()
    editor.preserve_quotes, editor.width = True, _WIDE
    editor.Representer = _Representer
    return editor


def loaded(source: str) -> Any:
    """The data as ruamel's own, with comments; raises `NotYaml`."""
    try:
        return _editor().load(source)
    except (YAMLError, ValueError) as error:
        raise NotYaml(_place(error)) from None


def _indents(source: str) -> Indents:
    """How a file is indented, by its first map in a map and its first list in a map."""
    found = [(len(inner) - len(outer), mark == "-") for outer, inner, mark in _NESTED.findall(source)]
    maps = next((by for by, is_list in found if not is_list and by > 0), _OWN[0])
    lists = next((by for by, is_list in found if is_list and by >= 0), _OWN[1])
    return maps, lists


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return f"line {mark.line + 1} is not as it must be" if mark else "it is no YAML"


def _is_same(one: str, other: str) -> bool:
    try:
        return bool(read_yaml(one) == read_yaml(other))
    except NotYaml:
        return False


def _places(old: list[str], lines: list[str]) -> list[int | None]:
    """For each border between lines of `old` the same border in `lines`; `None` where there is none."""
    places: list[int | None] = [None] * (len(old) + 1)
    for _, i1, i2, j1, j2 in _differing(old, lines):
        for offset in range(i2 - i1 + 1) if i2 - i1 == j2 - j1 else ():
            places[i1 + offset] = j1 + offset
        places[i1] = j1 if places[i1] is None else places[i1]
        places[i2] = j2
    return places


def _differing(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """`SequenceMatcher`'s opcodes, in a fraction of its time: ends that are alike are taken off first."""
    start, most = 0, min(len(old), len(new))
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False)
    found = [(tag, i1 + start, i2 + start, j1 + start, j2 + start) for tag, i1, i2, j1, j2 in middle.get_opcodes()]
    head = [("equal", 0, start, 0, start)] if start else []
    tail = [("equal", len(old) - end, len(old), len(new) - end, len(new))] if end else []
    return [*head, *found, *tail]
