"""Passwords that are taken: long ones, whatever is in them, but not what everybody would try first."""

from __future__ import annotations

import unicodedata

from clinic.staff.errors import StaffError

LEAST, MOST = 12, 200
_TRIED_FIRST = (
    "password", "passwort", "letmein", "welcome", "qwerty", "abc123", "123456", "iloveyou", "changeme", "admin",
    "restlesslegs", "clinic", "secret", "trustno1",
)  # fmt: skip
_OWN_LETTERS = 4  # beside what everybody would try: that many more make it another password


def check_password(password: str, again: str, email: str, name: str) -> None:
    """Raises `StaffError` in words."""
    if len(password) < LEAST:
        raise StaffError(f"Take at least {LEAST} characters. Three or four words in a row are good.", "password")
    if len(password) > MOST:
        raise StaffError(f"Take at most {MOST} characters.", "password")
    if _is_easy(password, email, name):
        raise StaffError("This password is too easy to guess. Take three or four words that do not belong together.",
                         "password")  # fmt: skip
    if normal(password) != normal(again):
        raise StaffError("The two passwords are not the same.", "again")


def normal(password: str) -> str:
    """The same however a keyboard puts its letters together (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def _is_easy(password: str, email: str, name: str) -> bool:
    letters = "".join(normal(password).lower().split())
    if len(set(letters)) < 5 or _is_a_row(letters):
        return True
    own = [email.partition("@")[0], email.partition("@")[2].partition(".")[0], *name.lower().split()]
    rest = letters
    for word in sorted((*_TRIED_FIRST, *(part for part in own if len(part) > 3)), key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(set(rest.strip("0123456789!?.-_@#$&*"))) < _OWN_LETTERS


def _is_a_row(letters: str) -> bool:
    """12345..., abcdef..., qwertyuiop... and the like."""
    rows = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1qaz2wsx3edc4rfv5tgb")
    return any(letters in row or letters in row[::-1] for row in rows)
