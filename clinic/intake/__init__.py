"""What a patient says about themselves, read the same way wherever it is asked for."""

from clinic.intake.contact import Contact, ContactKind, read_contact
from clinic.intake.errors import FieldError

__all__ = ["Contact", "ContactKind", "FieldError", "read_contact"]
