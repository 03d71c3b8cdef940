"""Approved wording: what the clinic says, with sources and review state."""

from clinic.answers.catalogue import Catalogue, WordingError, fill, load_catalogue, said_response
from clinic.answers.model import FOLLOW_UPS, Answer, Button, Review, Source
from clinic.answers.reply import reply_of

__all__ = [
    "FOLLOW_UPS", "Answer", "Button", "Catalogue", "Review", "Source", "WordingError", "fill", "load_catalogue",
    "reply_of", "said_response",
]  # fmt: skip
