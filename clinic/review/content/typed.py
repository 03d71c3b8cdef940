"""What staff type, checked and brought into the form that files hold; each raises a `ContentError` in words."""

from __future__ import annotations

import re
import unicodedata

from clinic.review.content.errors import ContentError

MOST_SENTENCE, MOST_TITLE_WORDS, MOST_TITLE, MOST_ANSWER, MOST_NAME = 300, 5, 60, 4_000, 40
GROUPS = ("about", "causes", "management", "visit", "clinic")  # in which topics lie
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
# A word of YAML, Rasa or Windows that a name would be mistaken for.
_RESERVED = frozenset({
    "true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "and", "or", "not", "restart", "back",
    "repeat", "session_start", "nlu_fallback", "intent", "intents", "entities", "rules", "stories", "responses",
    "examples", "con", "prn", "aux", "nul",
})  # fmt: skip
_RESERVED_BEGINNINGS = ("emergency_", "urgent_", "refusal_", "follow_up_", "utter_", "action_", "validate_", "change_")
_MARKING = re.compile(r"\[[^\]]*\]\s?[({]")
_LIST_MARK = re.compile(r"^(?:[-*•+]|\d+[.)])\s")


def sentence_of(typed: str, field: str = "sentence") -> str:
    """One sentence as an example: one line, no mark that Rasa or YAML would read as its own."""
    said = " ".join(_one_line(typed, field).split())
    if not said:
        raise ContentError("Type a sentence first.", field)
    if len(said) > MOST_SENTENCE:
        raise ContentError(
            f"The sentence is too long: {len(said)} characters, at most {MOST_SENTENCE}. "
            "Keep the question and leave the story out.", field,
        )  # fmt: skip
    if said.startswith("/"):
        raise ContentError("A sentence cannot begin with “/”. Leave it out.", field)
    if said.startswith("-") or _LIST_MARK.match(said):
        raise ContentError("A sentence cannot begin with a dash or another mark of a list. Leave it out.", field)
    if _MARKING.search(said):
        raise ContentError("Words in square brackets followed by “(” or “{” have a meaning of their own here. "
                           "Write the sentence without brackets.", field)  # fmt: skip
    if not any(letter.isalnum() for letter in said):
        raise ContentError("The sentence holds no words.", field)
    return said


def topic_name_of(typed: str, field: str = "topic") -> str:
    """The name of a new topic: small letters, digits and single underscores, none that means something else."""
    name = typed.strip()
    if not name:
        raise ContentError("Give the topic a name.", field)
    if not _NAME.fullmatch(name) or len(name) > MOST_NAME:
        better = suggested_name(name)
        hint = f" For example: {better}" if better else ""
        raise ContentError(
            "The name of a topic has small letters a to z, digits and underscores only, no spaces, begins with a "
            f"letter and is at most {MOST_NAME} characters long.{hint}", field,
        )  # fmt: skip
    if name in _RESERVED or name.startswith(_RESERVED_BEGINNINGS):
        raise ContentError(f"The name “{name}” has a meaning of its own here. Choose another one.", field)
    return name


def suggested_name(title: str) -> str:
    """A name for a topic from what people call it: "Long flights" becomes `long_flights`; empty where none is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = "_".join(re.findall(r"[a-z0-9]+", plain)).lstrip("0123456789_")
    return name if len(name) <= MOST_NAME else name[: MOST_NAME + 1].rpartition("_")[0] or name[:MOST_NAME]


def file_name_of(typed: str, field: str = "name") -> str:
    """The name of a new file, such as a dialogue's."""
    name = typed.strip()
    if not _NAME.fullmatch(name) or len(name) > 2 * MOST_NAME:
        better = suggested_name(name)
        hint = f" For example: {better}" if better else ""
        raise ContentError(f"The name has small letters, digits and underscores only, and no spaces.{hint}", field)
    return name


def title_of(typed: str, field: str = "title") -> str:
    """What a button to a topic says: at most five words."""
    said = " ".join(_one_line(typed, field).split())
    if not said:
        raise ContentError("Give the topic a title, as a button would say it.", field)
    if len(said.split()) > MOST_TITLE_WORDS or len(said) > MOST_TITLE:
        raise ContentError(
            f"The title has at most {MOST_TITLE_WORDS} words and {MOST_TITLE} characters: it stands on a button.", field
        )
    return said


def answer_text_of(typed: str, field: str = "answer_text") -> str:
    """A text of paragraphs: line ends and white space at the ends of lines count for nothing."""
    whole = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    lines = (" ".join(line.replace("\t", " ").split(" ")).rstrip() for line in whole.split("\n"))
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if not said:
        raise ContentError("Type the answer first.", field)
    if len(said) > MOST_ANSWER:
        raise ContentError(f"The answer is too long: {len(said)} characters, at most {MOST_ANSWER}.", field)
    _refuse_odd_characters(said.replace("\n", ""), field)
    return said


def line_of(text: str, field: str, missing: str, most: int) -> str:
    """One line of text: white space and line ends count as one space."""
    said = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not said:
        raise ContentError(missing, field)
    if len(said) > most:
        raise ContentError(f"That is too long: {len(said)} characters, at most {most}.", field)
    return said


def same_words(sentence: str) -> str:
    """What two sentences have in common that count as one: capitals, spaces and the marks at the end do not count."""
    return " ".join(sentence.lower().split()).strip(" ?.!")


def _one_line(typed: str, field: str) -> str:
    said = unicodedata.normalize("NFC", typed).strip()
    if len(said.splitlines()) > 1:
        raise ContentError("This has to be one line. Take the line breaks out, or add each line by itself.", field)
    said = said.replace("\t", " ")
    _refuse_odd_characters(said, field)
    return said


def _refuse_odd_characters(said: str, field: str) -> None:
    """Control characters break files, and what cannot be seen cannot be checked."""
    for letter in said:
        if unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} or letter in "\ufeff\ufffe\uffff":
            raise ContentError(
                "There is a character in it that cannot be shown. It was perhaps pasted from another program: "
                "type the words by hand.", field,
            )  # fmt: skip
