"""The trained second net in `web`: it confirms likely alarms, and recognises danger when Rasa is down."""

from __future__ import annotations

from pathlib import Path

import structlog

from clinic.language import load_encoder
from clinic.triage import SafetyGate
from clinic.triage.net import NET_FILE, load_net, windows

log = structlog.get_logger()


class SecondNet:
    """Looks for danger in a text without Rasa; without a trained model it finds none and says so once."""

    def __init__(self, gate: SafetyGate, weights: Path = NET_FILE) -> None:
        """Reads the weights that training wrote, and the encoder."""
        self._parts = (load_encoder(), load_net(weights, gate)) if weights.exists() else None
        if self._parts is None:
            log.warning("no second net: train a model first", path=str(weights))

    def confirms(self, text: str) -> bool:
        """Whether a likely alarm of the gate stands; without a trained model it does."""
        if self._parts is None:
            return True
        encoder, net = self._parts
        return net.confirms(text, encoder.encode(windows(text)))

    def alarm_in(self, text: str) -> str | None:
        """The intent of the alarm the net sees, `None` for none; takes some milliseconds."""
        if self._parts is None:
            return None
        encoder, net = self._parts
        found = net.assess(text, encoder.encode(windows(text)))
        return found.intent if found else None
