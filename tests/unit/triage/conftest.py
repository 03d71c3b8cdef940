"""The gate, built once for all tests of the triage."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinic.triage import SafetyGate, load_gate


@pytest.fixture(scope="session")
def gate() -> SafetyGate:
    """The gate on the clinic's own red flags."""
    return load_gate(Path(__file__).parents[3] / "data/clinic/red_flags.yml")
