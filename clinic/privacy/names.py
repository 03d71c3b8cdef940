"""Names of persons: as people say them, as lists know them, as capitals show them, and as spaCy's model finds them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from clinic.privacy.model import Finding, PersonalKind
from clinic.privacy.name_phrases import FOLLOWED_BY, IS_CALLED, IS_TITLED, MAY_BE, MAY_NOT_BEGIN_ALONE, WEAK
from clinic.privacy.words import given_names, surnames

_WORD = r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*\.?"
_NAME_WORD, _NEXT_WORD = re.compile(_WORD), re.compile(rf"[ \t]+({_WORD})")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n\"“(•*-]|[.!?]['\"”)])\s*$")
_NO_PERSON_BEHIND = re.compile(
    r"['’]?s? wort\b|['’]s (?:disease|syndrome|palsy|sign)\b|-[A-Z]| (?:disease|syndrome|street|st|road|hotel)\b"
)
_MOST_WORDS = 4
_LONGEST = 20  # characters; what is longer is the cat on the keyboard
_SLIP = 0.84  # as alike as "exausted" and "exhausted"


class Names:
    """Finds names; knows which words are none."""

    def __init__(self, no_names: Collection[str], english: Collection[str]) -> None:
        """`no_names`: small-letter words that are no names by themselves; `english`: those a model has met."""
        self._no_names, self._english = no_names, english
        self._given, self._surnames = given_names(), surnames()

    def said(self, text: str) -> Iterator[Finding]:
        """Names as phrases, lists and capitals show them."""
        tells = _capitals_tell(text)
        for match in IS_CALLED.finditer(text):
            first = _NAME_WORD.match(text, match.end())
            if first and self._follows_surely(first, tells):
                yield self._from(text, first, tells, is_sure=True)
        for match in IS_TITLED.finditer(text):
            first = _NAME_WORD.match(text, match.end())
            if first and self._follows_title(first, tells):
                yield self._from(text, first, tells, is_sure=False)
        for match in MAY_BE.finditer(text):
            first = _NAME_WORD.match(text, match.end())
            if first and self._may_begin(first, tells, match[0].strip(" \t,.!").lower()):
                yield self._from(text, first, tells, is_sure=False)
        for match in _NAME_WORD.finditer(text):
            if self._is_listed(match) or (tells and self._is_proper(match)):
                yield self._from(text, match, tells, is_sure=False)

    def known(self, text: str, names: Iterable[str]) -> Iterator[Finding]:
        """Names that are known already, wherever they or their parts stand; a part that is a word only in capitals."""
        for part in {part.strip(" .,") for name in names for part in (name, *name.split())}:
            is_word = _plain(part) in self._no_names
            if len(part) > 1:
                for match in re.finditer(rf"(?<!\w){re.escape(part)}(?!\w)", text, re.IGNORECASE):
                    if not is_word or match[0][0].isupper():
                        yield Finding(match.start(), match.end(), PersonalKind.NAME)

    def of_entities(self, text: str, entities: Iterable[tuple[int, int]]) -> Iterator[Finding]:
        """What a model takes for persons, without the ordinary words at its ends."""
        for start, end in entities:
            words = [m for m in _NAME_WORD.finditer(text, start, end) if not self._is_ordinary(m[0])]
            told = [w for w in words if w[0][0].isupper() or _plain(w[0]) in self._given]
            if told and not _NO_PERSON_BEHIND.match(text, words[-1].end()):
                yield _finding(words[0].start(), words[-1])

    def _follows_surely(self, word: re.Match[str], tells: bool) -> bool:
        plain = _plain(word[0])
        if plain in self._given or not self._is_ordinary(word[0]):
            return len(plain) > 1
        return tells and word[0][0].isupper() and plain in self._surnames

    def _follows_title(self, word: re.Match[str], tells: bool) -> bool:
        plain = _plain(word[0])
        is_written_as_one = (tells and word[0][0].isupper()) or plain in self._surnames or plain not in self._english
        return is_written_as_one and self._follows_surely(word, tells)

    def _may_begin(self, word: re.Match[str], tells: bool, cue: str) -> bool:
        if _plain(word[0]) in self._given:
            return True
        if self._is_ordinary(word[0]):
            return False
        if not (tells and word[0][0].isupper()):
            return cue in WEAK and self._is_unheard(word[0])
        behind = word.string[word.end() :]
        follows = _NEXT_WORD.match(behind)
        is_pair = follows is not None and follows[1][0].isupper() and not self._is_ordinary(follows[1])
        rest = behind[follows.end() :] if is_pair and follows else behind
        is_all = is_pair and not rest.strip(" .!")
        return cue not in MAY_NOT_BEGIN_ALONE or is_all or bool(FOLLOWED_BY.match(rest))

    def _is_listed(self, match: re.Match[str]) -> bool:
        return _plain(match[0]) in self._given and not _NO_PERSON_BEHIND.match(match.string, match.end())

    def _is_proper(self, match: re.Match[str]) -> bool:
        """Whether capitals make it a name: two such words, or one amid a sentence that is no word at all."""
        text, word = match.string, match[0]
        if not _is_capital(word) or self._is_ordinary(word) or _NO_PERSON_BEHIND.match(text, match.end()):
            return False
        follows = _NEXT_WORD.match(text, match.end())
        is_pair = (
            follows is not None and not _ends(match) and _is_capital(follows[1]) and not self._is_ordinary(follows[1])
            and not _NO_PERSON_BEHIND.match(text, follows.end())
        )  # fmt: skip
        starts = _SENTENCE_START.search(text[max(match.start() - 6, 0) : match.start()]) is not None
        if is_pair and not starts:
            return True
        return _plain(word) not in self._english if not starts or is_pair else self._is_unheard(word)

    def _from(self, text: str, first: re.Match[str], tells: bool, is_sure: bool) -> Finding:
        """The name that begins with a word, up to its last one."""
        last = first
        for _ in range(_MOST_WORDS - 1):
            follows = _NEXT_WORD.match(text, last.end())
            word = _NAME_WORD.match(text, follows.start(1)) if follows and not _ends(last) else None
            if word is None or not self._goes_on(word[0], tells, is_sure):
                break
            last = word
        return _finding(first.start(), last)

    def _goes_on(self, word: str, tells: bool, is_sure: bool) -> bool:
        plain = _plain(word)
        if plain in self._given or plain in self._surnames or re.fullmatch(r"[A-Z]\.?", word):
            return True
        if self._is_ordinary(word):
            return False
        return (tells and word[0].isupper()) or (is_sure and not tells) or self._is_unheard(word)

    def _is_unheard(self, word: str) -> bool:
        """Whether it is no English word, nor a slip of one the clinic uses."""
        plain = _plain(word)
        is_word = plain in self._english or not 4 <= len(plain) <= _LONGEST or plain.endswith(("ing", "ed", "ly"))
        return not is_word and not get_close_matches(plain, self._no_names, 1, _SLIP)

    def _is_ordinary(self, word: str) -> bool:
        plain = _plain(word)
        parts = [part for part in plain.split("-") if part]
        return plain in self._no_names or (bool(parts) and all(part in self._no_names for part in parts))


def _capitals_tell(text: str) -> bool:
    """Whether capitals tell anything: in A Text Written Like This, and in one ALL IN CAPITALS, they do not."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) < 4 or 4 * sum(w[0].isupper() for w in words) <= 3 * len(words)


def _is_capital(word: str) -> bool:
    """Whether it is written as a name is: not MRI, not iPhone."""
    letters = re.sub(r"['’.-]", "", word)
    return len(letters) > 2 and word[0].isupper() and not letters.isupper()


def _finding(start: int, last: re.Match[str]) -> Finding:
    """Up to the last word, without the dot that ends the sentence and without a genitive."""
    kept = re.sub(r"['’]s$", "", last[0])
    return Finding(start, last.start() + len(kept) - (kept.endswith(".") and len(kept) > 2), PersonalKind.NAME)


def _ends(match: re.Match[str]) -> bool:
    """Whether a sentence ends with this word: a dot behind more than an initial."""
    return match[0].endswith(".") and len(match[0]) > 2


def _plain(word: str) -> str:
    return re.sub(r"'s$", "", word.lower().replace("’", "'")).strip(".'-,")
