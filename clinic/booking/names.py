"""Reading a person's name, and telling it from an ordinary sentence."""

from __future__ import annotations

import re

from clinic.booking.errors import NameMissing, NameTooLong
from clinic.intake.said import said

NAME_CHARACTERS, NAME_WORDS = 100, 5

_OPENING = re.compile(
    r"^(?:(?:hi|hello|hey|yes|ok|okay|sure)\b[\s,.!]*)?"
    r"(?:(?:(?:this|it)(?: is|'s) )?for my \w+,?|(?:my|the|his|her|their) (?:full )?name(?: is|'s|:)"
    r"|(?:the )?name'?s|name\s*[:=]|(?:it is|it's|this is) me,?|i am|i'?m|it is|it'?s|this is|call me)\s+",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"^(?:(?:oh|sorry|um|well)\b[\s,.!]+)+(?=\w)", re.IGNORECASE)
_FIRST_AND_LAST = re.compile(
    r"^(?:my )?first name:?(?: is)? (\S+?),?(?: and)?(?: my)? (?:last name|surname):?(?: is)? (.+)$", re.IGNORECASE
)
# Words that are common names ("Will", "May", "An", "Van") are left out on purpose.
_ORDINARY = """i me mine you your we our us they it its it's the this that these those and or but not is are was were
    am been has had has does did what why how when where who which whose could should would of for with without at to
    from about if there here please help just want need like know tell say said give get got don't dont can't cant i'm
    im isn't won't none nothing yes yeah yep yup nope ok okay sure hello hi hey thanks thank thx bye goodbye
    sorry later maybe skip pass cancel stop quit never mind forget leg legs foot feet calf calves vein veins varicose
    restless rls syndrome hurt hurts ache aches swollen doctor nurse clinic appointment visit schedule question
    phone number email name anonymous decline unknown today tomorrow morning afternoon evening tonight week
    sleep tired good great fine still very really feel feeling bad worse"""
# Names to some, ordinary words to most: taken as a name when written as one ("My Nguyen", not "my veins").
_EITHER = "nobody my no can do so be have on in night pain book booking"
_NOT_IN_A_NAME, _NAME_WHEN_CAPITAL = frozenset(_ORDINARY.split()), frozenset(_EITHER.split())


def read_name(text: str) -> str:
    """A person's name of one to five words, as it was written, without "my name is"."""
    found = _LEAD_IN.sub("", said(text, NameMissing))
    together = _FIRST_AND_LAST.match(found)
    name = f"{together[1]} {together[2]}" if together else _OPENING.sub("", found)
    name = name.strip(' ,!:"“”')
    words = name.split()
    if not words or len(words) > NAME_WORDS or not all(_fits(word, len(words)) for word in words):
        raise NameMissing("there is no name in the answer")
    if len(name) > NAME_CHARACTERS:
        raise NameTooLong("the name is too long")
    return name


def is_introduced(text: str) -> bool:
    """Whether the text says that a name follows: "my name is quigby", "I am Quigby"; not "I am scared"."""
    opening = _OPENING.match(text)
    if opening is None:
        return bool(_FIRST_AND_LAST.match(text))
    return "name" in opening[0].lower() or text[opening.end() :].istitle()


def _fits(word: str, words: int) -> bool:
    plain = word.strip(".,")
    if not re.sub(r"[-'.]", "", plain).isalpha() or plain.lower() in _NOT_IN_A_NAME:
        return False
    return plain.lower() not in _NAME_WHEN_CAPITAL or (words > 1 and plain.istitle())
