"""A chance that a text alone decides: another example beside it moves nobody from one part to another."""

from __future__ import annotations

import hashlib
from typing import Text


def chance_of(text: Text, purpose: Text = "") -> float:
    """A number from 0 to below 1, the same at every training; of two purposes one tells nothing of the other."""
    return int.from_bytes(hashlib.sha256((purpose + text).encode("utf-8")).digest()[:4], "big") / 2**32
