"""The letters of the waiting list in the approved wording."""

from __future__ import annotations

import hashlib

from clinic.adapters.letters import subject_and_body
from clinic.answers import Catalogue
from clinic.answers.clinic_facts import ClinicFacts
from clinic.booking.links import LeaveLinks, OfferLinks
from clinic.booking.post_office import Letter
from clinic.booking.timetable import Timetable
from clinic.booking.visit_in_words import visit_in_words
from clinic.booking.waiting_entry import Offer, WaitingListEntry


class ApprovedOfferLetters:
    """`OfferLetters` from the catalogue."""

    def __init__(
        self, catalogue: Catalogue, facts: ClinicFacts, timetable: Timetable, domain: str, offers: OfferLinks,
        leave: LeaveLinks,
    ) -> None:  # fmt: skip
        """All are read once and held in memory; `domain`: of the clinic's mail address."""
        self._catalogue, self._facts, self._timetable, self._domain = catalogue, facts, timetable, domain
        self._offers, self._leave = offers, leave

    def write(self, offer: Offer, entry: WaitingListEntry) -> Letter:
        """The letter that offers a freed time; the same Message-ID at every try."""
        name = "utter_mail_offer_earlier" if entry.appointment_reference else "utter_mail_offer"
        subject, body = subject_and_body(self._catalogue.variations(name)[0].text, {
            **self._facts.values, **visit_in_words(offer.slot, self._timetable),
            "visit_name": entry.patient.name,
            "offer_link": self._offers.link(offer.reference),
            "leave_link": self._leave.link(entry.reference),
        })  # fmt: skip
        # The references open pages to whoever knows them signed, so none of them stands here.
        number = hashlib.sha256(f"offer {offer.reference} {entry.key}".encode()).hexdigest()[:32]
        return Letter(f"<{number}.offer@{self._domain}>", entry.patient.contact.value, subject, body)
