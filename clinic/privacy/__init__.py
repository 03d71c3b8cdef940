"""What is personal in a text, and the text without it: for staff's eyes and for all that leaves a conversation."""

from clinic.privacy.model import Finding, PersonalKind
from clinic.privacy.redactor import Redactor, load_redactor

__all__ = ["Finding", "PersonalKind", "Redactor", "load_redactor"]
