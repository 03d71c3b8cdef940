"""How a check can end before its verdict."""

from __future__ import annotations

from clinic.review.gate.comparison import Finding


class CalledOff(Exception):
    """Somebody has cancelled the check, or the worker has to end."""


class CannotBeChecked(Exception):
    """The run cannot be finished, and says nothing of the changes; the message says why and what to do."""


class CannotBeTried(Exception):
    """The changes are such that there is nothing to try; `finding` says what is wrong with them."""

    def __init__(self, finding: Finding) -> None:
        """`finding`: all that the run can tell."""
        super().__init__(finding.says)
        self.finding = finding
