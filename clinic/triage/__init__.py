"""Recognising danger in a message, before and beside everything else."""

from clinic.triage.gate import SafetyGate, load_gate
from clinic.triage.verdict import Level, Mention, Verdict

__all__ = ["Level", "Mention", "SafetyGate", "Verdict", "load_gate"]
