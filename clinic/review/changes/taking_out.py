"""Takes a sentence out of a set of changes, and puts it back."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.review.changes.desk import ChangeSetDesk
from clinic.review.changes.difference import Kind, called
from clinic.review.content.edits import remove_example
from clinic.review.content.errors import ContentError
from clinic.review.content.take_back import Done, recorded, take_back
from clinic.review.content.tree import ContentTree
from clinic.staff.model import StaffMember

_GONE = (
    "This sentence is not among those that this set adds any more: somebody has taken it out or changed it, or it is "
    "published already. Nothing was changed."
)


@dataclass(frozen=True)
class TakenOut:
    """What was done; `title`: how the topic is called."""

    change_set: str
    title: str
    done: Done


def take_out(desk: ChangeSetDesk, change_set_id: str, member: StaffMember, topic: str, sentence: str) -> TakenOut:
    """Remove a sentence that the set adds to a topic, as one saved change; raises `ChangesError`s."""
    added = [d for d in desk.differences(change_set_id) if d.kind is Kind.SENTENCES_ADDED and d.about == topic]
    if not any(sentence in difference.items for difference in added):  # what is published is not taken out here
        raise ContentError(_GONE)
    title = called(topic, desk.titles(change_set_id))
    done: list[Done] = []

    def remembered(tree: ContentTree) -> None:
        done[:] = [recorded(tree, lambda found: remove_example(found, topic, sentence))]  # the desk may try twice

    desk.edit(change_set_id, member, f"Take a sentence out of “{title}”", remembered)
    return TakenOut(change_set_id, title, done[0])


def put_back(desk: ChangeSetDesk, member: StaffMember, out: TakenOut) -> None:
    """Undo it, by another saved change; raises `ChangesError`s."""
    desk.edit(out.change_set, member, f"Put a sentence back into “{out.title}”", lambda tree: take_back(tree, out.done))
