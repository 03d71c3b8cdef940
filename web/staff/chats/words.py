"""What the pages of chats and calls say of something that could not be done."""

from __future__ import annotations

from clinic.handoff import WordsRefused

_REFUSED = {
    "empty": "Write something first.",
    "long": "This is too long: at most {found} characters. Shorten it, or send it in parts.",
    "dose": "This names a dose or an amount: “{found}”. Doses are for a doctor. Say that a doctor has to tell them.",
    "threshold": "This names a lab value: “{found}”. What a value means is for a doctor. Take it out.",
    "promise": "This promises something: “{found}”. Say it without a promise.",
}


def refusal(error: WordsRefused) -> str:
    """Why words were not sent, and what to do."""
    return _REFUSED.get(error.code, "This cannot be sent: “{found}”.").format(found=error.found)


def short_name(sender: str) -> str:
    """What a conversation is called where people speak of it."""
    return sender[:5].upper()
