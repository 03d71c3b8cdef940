"""The gate with the live release's red flags, for all who hold it."""

from __future__ import annotations

from clinic.triage import SafetyGate, Verdict


class LiveGate:
    """Asks the gate of the live release; another one takes its place between two messages."""

    def __init__(self, gate: SafetyGate) -> None:
        """`gate`: that of what is installed."""
        self._gate = gate

    def use(self, gate: SafetyGate) -> None:
        """From the next message on."""
        self._gate = gate

    def assess(self, text: str) -> Verdict:
        """The verdict on one message; see `SafetyGate`."""
        return self._gate.assess(text)

    def worries_after_alarm(self, text: str) -> bool:
        """See `SafetyGate`."""
        return self._gate.worries_after_alarm(text)
