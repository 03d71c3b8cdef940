"""A freed time after its link, and the way out of the waiting list. Opening either changes nothing."""

from __future__ import annotations

from clinic.booking.errors import NotWaiting, TimeTaken
from clinic.booking.links import LeaveLinks
from clinic.booking.offer_desk import OfferDesk
from clinic.booking.timetable import Timetable
from clinic.booking.visit_in_words import visit_in_words
from clinic.booking.waiting_entry import WaitingStatus
from clinic.booking.waiting_list import WaitingList
from web.booking_links.pages import Page, refused


def offer_page(offers: OfferDesk, timetable: Timetable, leave: LeaveLinks, reference: str) -> Page:
    """An offer as it stands: free, theirs, or gone; raises a `BookingError` that ends it."""
    try:
        found = offers.look_up(reference)
    except TimeTaken:
        return taken()
    values = {"visit": visit_in_words(found.offer.slot, timetable)}
    if found.appointment is not None:
        return Page("offer_mine.html", values)
    out_of_the_list = f"/{leave.path}/{leave.token(found.entry.reference)}"
    return Page("offer.html", {**values, "moves": found.moves, "leave_link": out_of_the_list})


def taken() -> Page:
    """Somebody else was faster."""
    return Page("taken.html", refusal=TimeTaken.code)


def leave_page(waiting_list: WaitingList, reference: str) -> Page:
    """Asks whether the list is to be left, or says that it is."""
    match waiting_list.find(reference).status:
        case WaitingStatus.WAITING:
            return Page("leave.html")
        case WaitingStatus.LEFT:
            return Page("left.html")
        case _:
            return refused(NotWaiting.code)
