"""The mail around an answer of the staff, in the approved wording."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

from clinic.adapters.letters import subject_and_body
from clinic.answers import Catalogue
from clinic.answers.clinic_facts import ClinicFacts
from clinic.booking.post_office import Letter
from clinic.booking.spoken_times import day_in_full
from clinic.handoff.calls import Call, StaffAnswer
from clinic.intake import ContactKind

_RESPONSE = "utter_mail_staff_answer"


class ApprovedAnswerLetters:
    """`AnswerLetters` from the catalogue."""

    def __init__(
        self,
        catalogue: Callable[[], Catalogue],
        facts: Callable[[], ClinicFacts],
        zone: Callable[[], tzinfo],
        domain: str,
    ) -> None:
        """All but `domain` are asked for on use.

        `zone`: whose days the letter speaks of; `domain`: of the clinic's own mail address.
        """
        self._catalogue, self._facts, self._zone, self._domain = catalogue, facts, zone, domain

    def write(self, answer: StaffAnswer, call: Call) -> Letter | None:
        """The letter: the staff's words as they are. The question is not repeated: a mail is read by others too."""
        contact = call.request.contact
        if contact.kind is not ContactKind.EMAIL:
            return None
        values = {
            **self._facts().values, "visit_name": call.request.name, "reference": call.request.reference,
            "asked_on": day_in_full(call.request.created_at.astimezone(self._zone()).date()),
            "staff_answer": answer.text,
        }  # fmt: skip
        subject, body = subject_and_body(self._catalogue().variations(_RESPONSE)[0].text, values)
        return Letter(f"<answer.{answer.id}@{self._domain}>", contact.value, subject, body)
