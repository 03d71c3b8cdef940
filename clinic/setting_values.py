"""Values of settings out of the text that people write; what cannot be meant is refused by the setting's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping


class SettingsError(ValueError):
    """A setting is missing or contradicts another; the message says which and what to do."""


def number(env: Mapping[str, str], name: str, default: int) -> int:
    """A whole number, `default` where it is not set."""
    try:
        return int(env.get(name, default))
    except ValueError as error:
        raise SettingsError(f"{name} must be a number, not {env[name]!r}") from error


def number_between(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """A whole number that is not below `least` nor above `most`."""
    found = number(env, name, default)
    if not least <= found <= most:
        raise SettingsError(f"{name} must be between {least} and {most}, not {found}")
    return found


def each(env: Mapping[str, str], name: str, read: Callable[[str], str]) -> tuple[str, ...]:
    """The parts of a list with commas, without those that are there twice."""
    parts = filter(None, (part.strip() for part in env.get(name, "").split(",")))
    return tuple(dict.fromkeys(in_words(name, read, part) for part in parts))


def in_words(name: str, read: Callable[[str], str], text: str) -> str:
    """What `read` makes of the text; its `ValueError` becomes a `SettingsError` that says which setting it is."""
    try:
        return read(text)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from error


def api_keys_in(text: str, setting_name: str) -> dict[str, str]:
    """Key (or its hash) to integration name, from `name:key,name:key`."""
    found = {}
    for pair in filter(None, (p.strip() for p in text.split(","))):
        name, separator, key = pair.partition(":")
        if not separator or not name or len(key) < 8:
            raise SettingsError(f"{setting_name} must read name:key[,name:key], each key at least 8 characters")
        found[key] = name
    return found
