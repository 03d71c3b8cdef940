"""The inbox as staff use it: look, search, mark, assign, tag. No text leaves here with anything personal in it."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from clinic.review.inbox.marked import Mark, Marked
from clinic.review.inbox.model import (
    MOST_TAG_CHARACTERS,
    PAGE,
    InboxError,
    InboxPage,
    InboxQuery,
    InboxTurn,
    MessagesGone,
    SaidTurn,
    Sign,
    TagRefused,
)
from clinic.review.inbox.ports import InboxStore
from clinic.review.inbox.redaction import InboxRedaction, PersonalWords
from clinic.staff.model import Permission, StaffMember
from clinic.staff.ports import AuditLog

MOST_AT_ONCE = 500  # messages marked together
_LOOK_SECONDS = 1.0  # for what is new, while somebody waits for the page
_BATCH, _MOST_LOOKED_AT = 100, 1_000  # messages that a search reads at once, and for one page
_TAG = re.compile(r"[^\W_][\w .+-]*")
_PLACEHOLDER = re.compile(r"\[[a-z-]+\]")


class InboxDesk:
    """Use cases; safe to share between threads. Raises `InboxError` in words and `InboxUnavailable`."""

    def __init__(
        self,
        store: InboxStore,
        words: PersonalWords,
        audit: AuditLog,
        members: Callable[[], Sequence[StaffMember]],
        now: Callable[[], float] = time.time,
    ) -> None:
        """`members`: everybody who may be given a message."""
        self._store, self._words, self._audit, self._members, self._now = store, words, audit, members, now
        self._redaction = InboxRedaction(words)

    def now(self) -> float:
        """The time that a page is made at, to be given back with what is marked there."""
        return self._now()

    def catch_up(self, seconds: float = _LOOK_SECONDS) -> bool:
        """Read what is new; whether all is read. A job may call it so that nobody waits for many new messages."""
        return self._store.catch_up(self._now(), seconds)

    def page(self, query: InboxQuery) -> InboxPage:
        """The newest messages of a query, or those before `query.before`."""
        is_complete = self.catch_up()
        if query.words:
            turns, before = self._found(query)
        else:
            rows = self._store.page(query, PAGE + 1)
            turns, before = self._shown(rows[:PAGE]), rows[PAGE - 1].id if len(rows) > PAGE else None
        return InboxPage(tuple(turns), before, is_complete)

    def counts(self, query: InboxQuery) -> Mapping[Sign | None, int]:
        """How many messages each sign has under the other conditions of a query."""
        return self._store.counts(query)

    def tags(self) -> list[str]:
        """All tags that are given."""
        return self._store.tags()

    def members(self) -> list[StaffMember]:
        """Whom a message can be assigned to."""
        return [member for member in self._members() if member.may(Permission.EDIT)]

    def names(self) -> dict[str, str]:
        """Names of staff by id, also of those who only read."""
        return {member.id: member.name for member in self._members()}

    def conversation(self, sender: str) -> list[SaidTurn]:
        """A conversation, oldest first; raises `MessagesGone`."""
        self.catch_up()
        turns = self._store.conversation(sender)
        if not turns:
            raise MessagesGone
        return self._redaction.conversation(turns)

    def review(self, member: StaffMember, ids: Sequence[int], is_done: bool, shown_at: float) -> Marked:
        """Mark messages as reviewed, or put them back; raises `MessagesGone` where none is left."""
        what, by = (Mark.REVIEWED, member.id) if is_done else (Mark.REOPENED, None)
        changed = self._store.review(list(self._there(ids)), by, self._now(), shown_at)
        return self._noted(member, Marked.of(what, changed, shown_at))

    def assign(self, member: StaffMember, ids: Sequence[int], to: str, shown_at: float) -> Marked:
        """Give messages to a member, or with `to=""` to nobody."""
        if to and to not in {each.id for each in self.members()}:
            raise InboxError("Choose somebody of the list.", "to")
        there = self._there(ids)
        before: defaultdict[str, tuple[int, ...]] = defaultdict(tuple)
        for changed in self._store.assign(list(there), to or None, shown_at):
            before[there[changed].marks.assigned_to or ""] += (changed,)
        return self._noted(member, Marked(Mark.ASSIGNED, before, to, shown_at), to=to)

    def tag(self, member: StaffMember, ids: Sequence[int], tag: str, shown_at: float) -> Marked:
        """Give a tag, whose form it is kept in is the value; raises `TagRefused`."""
        wanted = self._read_tag(tag)
        changed = self._store.tag(list(self._there(ids)), wanted, shown_at)
        return self._noted(member, Marked.of(Mark.TAGGED, changed, shown_at, wanted), tag=wanted)

    def untag(self, member: StaffMember, ids: Sequence[int], tag: str, shown_at: float) -> Marked:
        """Take a tag away."""
        changed = self._store.untag(ids, tag, shown_at)
        return self._noted(member, Marked.of(Mark.UNTAGGED, changed, shown_at, tag), tag=tag)

    def take_back(self, member: StaffMember, done: Marked) -> int:
        """Put messages back as they were; how many changed. Who was given one by somebody else since keeps it."""
        if done.what is Mark.ASSIGNED:
            there = self._there(done.ids)
            still = {number for number, turn in there.items() if (turn.marks.assigned_to or "") == done.value}
            chosen = {was: sorted(still.intersection(ids)) for was, ids in done.before.items()}
            return sum(self.assign(member, ids, was, done.shown_at).count for was, ids in chosen.items() if ids)
        if done.what is Mark.TAGGED:
            return self.untag(member, done.ids, done.value, done.shown_at).count
        if done.what is Mark.UNTAGGED:
            return self.tag(member, done.ids, done.value, done.shown_at).count
        return self.review(member, done.ids, done.what is Mark.REOPENED, done.shown_at).count

    def _shown(self, turns: Sequence[InboxTurn]) -> list[InboxTurn]:
        return self._redaction.turns(turns, self._store.said({turn.sender for turn in turns}))

    def _found(self, query: InboxQuery) -> tuple[list[InboxTurn], int | None]:
        """Messages whose words are found in what staff may see of them: nobody is found by their name."""
        found: list[InboxTurn] = []
        looked, before = 0, query.before
        while looked < _MOST_LOOKED_AT:
            rows = self._store.page(replace(query, before=before), _BATCH)
            for turn in self._shown(rows):
                before = turn.id
                if _has(turn.text, query.words):
                    found.append(turn)
                    if len(found) == PAGE:
                        return found, before
            looked += len(rows)
            if len(rows) < _BATCH:
                return found, None
        return found, before

    def _there(self, ids: Sequence[int]) -> dict[int, InboxTurn]:
        if not ids:
            raise InboxError("Choose at least one message first.", "turn")
        if len(ids) > MOST_AT_ONCE:
            raise InboxError(f"Choose at most {MOST_AT_ONCE} messages at once.", "turn")
        found = {turn.id: turn for turn in self._store.turns(ids)}
        if not found:
            raise MessagesGone
        return found

    def _read_tag(self, tag: str) -> str:
        found = " ".join(tag.split()).lower()
        if not found:
            raise TagRefused("Type a word for the tag.")
        if len(found) > MOST_TAG_CHARACTERS:
            raise TagRefused(f"A tag has at most {MOST_TAG_CHARACTERS} letters.")
        if not _TAG.fullmatch(found):
            raise TagRefused("A tag is made of letters, numbers, blanks, dots and hyphens.")
        if self._words.redact(found.title()) != found.title() and self._words.redact(found) != found:
            raise TagRefused("This looks like a name or a number of a person. Choose another word.")
        return found

    def _noted(self, member: StaffMember, done: Marked, **details: str) -> Marked:
        if changed := done.ids:
            subject = str(changed[0]) if len(changed) == 1 else f"{len(changed)} messages"
            self._audit.note(member.id, f"inbox.{done.what.value}", subject, {"turns": changed, **details})
        return done


def _has(text: str, words: Sequence[str]) -> bool:
    shown = _PLACEHOLDER.sub(" ", text).casefold()
    return all(word.casefold() in shown for word in words)
