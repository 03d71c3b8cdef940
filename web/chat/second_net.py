"""The trained second net in `web`: it confirms likely alarms, and recognises danger when Rasa is down."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from clinic.language import load_encoder
from clinic.triage import SafetyGate
from clinic.triage.net import NET_FILE, SafetyNet, load_net, windows
from clinic.triage.verdict import Verdict

log = structlog.get_logger()
_MOST_SECONDS = 1.0


class SecondNet:
    """Looks for danger in a text without Rasa; without a trained model it finds none and says so once."""

    def __init__(self, gate: SafetyGate, weights: Path = NET_FILE) -> None:
        """Reads the weights that training wrote, and the encoder."""
        self._worker = ThreadPoolExecutor(1)
        self._parts = (load_encoder(), load_net(weights, gate)) if weights.exists() else None
        if self._parts is None:
            log.warning("no second net: train a model first", path=str(weights))

    def use(self, net: SafetyNet) -> None:
        """From the next message on, another net."""
        self._parts = (load_encoder(), net)

    async def confirms(self, text: str, verdict: Verdict) -> bool:
        """Whether a likely alarm of the gate stands; it does where there is no net, or where the net fails or waits."""
        if self._parts is None:
            return True
        encoder, net = self._parts
        # A thread of its own: those that all others share may all be waiting for a database.
        hearing = asyncio.get_running_loop().run_in_executor(self._worker, net.confirms, text, verdict, encoder.encode)
        try:
            return await asyncio.wait_for(hearing, _MOST_SECONDS)
        except Exception as error:
            log.error("second net failed: the likely alarm stands", error=type(error).__name__)
            return True

    def alarm_in(self, text: str) -> str | None:
        """The intent of the alarm the net sees, `None` for none; takes some milliseconds."""
        if self._parts is None:
            return None
        encoder, net = self._parts
        found = net.assess(text, encoder.encode(windows(text)))
        return found.intent if found else None
