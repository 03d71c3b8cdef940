"""What a clinician's approval holds for: a hash over the words that were read, written beside the approval.

Whoever changes the words, on the staff's pages or by hand in the file, cannot carry an old approval along: the hash
in `review.of` does not fit any more, and the text counts as unreviewed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

_DIGITS = 24


def signature(text: str, titles: Iterable[str], claims: Iterable[tuple[str, str]], sections: Iterable[str]) -> str:
    """Of what is read and where it rests: text, titles of buttons, claims with their sources, sections of the article.

    Not of payloads, follow-ups and fingerprints: they change no word. 24 hex digits.
    """
    read = [text.strip(), list(titles), [list(claim) for claim in claims], list(sections)]
    return hashlib.sha256(json.dumps(read, ensure_ascii=True).encode()).hexdigest()[:_DIGITS]


def signature_of_entry(entry: Mapping[str, Any]) -> str:
    """Of one wording as it stands in a file of `data/answers`."""
    metadata = entry.get("metadata") or {}
    return signature(
        str(entry.get("text") or ""),
        [str(button["title"]) for button in entry.get("buttons") or ()],
        [(str(fact["claim"]), str(fact["source"])) for fact in metadata.get("facts") or ()],
        [str(passage["section"]) for passage in metadata.get("article") or ()],
    )


def is_approved(entry: Mapping[str, Any]) -> bool:
    """Whether a clinician approved just these words."""
    review = (entry.get("metadata") or {}).get("review") or {}
    return review.get("status") == "approved" and review.get("of") == signature_of_entry(entry)
