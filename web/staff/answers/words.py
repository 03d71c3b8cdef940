"""What the pages say of faults, kinds and states."""

from __future__ import annotations

from clinic.review.answers.desk import Needs
from clinic.review.answers.drafts import DraftState
from clinic.review.answers.passages import PassageState
from clinic.review.answers.wording_checks import LEAST_WORDS, MOST_GRADE, MOST_WORDS, Fault

KINDS = {
    "answer": "Answer to a question",
    "refusal": "Refusal (dose, diagnosis, personal advice)",
    "emergency": "Emergency",
    "urgent": "Urgent, same day",
    "not_covered": "Not covered yet",
    "out_of_scope": "Not our subject",
    "clarify": "Did you mean",
    "chitchat": "Small talk",
    "handoff": "To a person",
    "booking": "Booking",
    "error": "Something failed",
}
LISTS = {
    None: "All",
    Needs.UNREVIEWED: "Not reviewed",
    Needs.DUE: "Review due",
    Needs.ARTICLE: "Article changed",
    Needs.DISLIKED: "Disliked",
    Needs.WAITING: "Waiting for approval",
    Needs.DRAFT: "Drafts",
}
EMPTY = {
    Needs.UNREVIEWED: "Every text was approved by a clinician.",
    Needs.DUE: "No review is due within 30 days.",
    Needs.ARTICLE: "No answer rests on a passage of the article that has changed.",
    Needs.DISLIKED: "No visitor gave a thumbs down in the last 90 days.",
    Needs.WAITING: "Nothing waits for an approval.",
    Needs.DRAFT: "Nobody is writing on an answer.",
}
DRAFTS = {
    DraftState.OPEN: "Being written",
    DraftState.WAITING: "Waiting for approval",
    DraftState.SENT_BACK: "Sent back",
}
PASSAGES = {
    PassageState.SAME: "As when it was last checked",
    PassageState.CHANGED: "Changed since it was last checked",
    PassageState.MISSING: "Not in the article any more",
    PassageState.UNSEEN: "Never checked against the article",
    PassageState.NO_ARTICLE: "No article is there yet",
}
_FAULTS = {
    "dose": "This looks like a dose. Patients never get one here: take it out, and send them to their doctor.",
    "threshold": "This looks like a limit of a lab result. Take it out: what it means is for a doctor to say.",
    "promise": "This sounds like a promise. Say what may help, not that it will.",
    "number": "This number holds in one country only. Write {emergency}, {crisis}, {poison} or {violence} instead.",
    "hidden": "There is a letter that nobody can see, perhaps from copying. Delete it and type it again.",
    "length": f"An answer has {LEAST_WORDS} to {MOST_WORDS} words.",
    "no_source": "It names no source. Add a statement with its source, or a passage of the article.",
    "grade": f"It is hard to read: at most US school grade {MOST_GRADE:.0f}. Shorter sentences and plainer words help.",
    "empty": "There is no text.",
}


def fault_in_words(fault: Fault) -> str:
    """A sentence with the way out; what has none is said as it stands."""
    said = f"{fault.says[:1].upper()}{fault.says[1:]}."
    if fault.code == "placeholder":
        return f"{said} Only names in braces that the clinic or the booking fills in can be used."
    return _FAULTS.get(fault.code, said)
