"""Whether a sentence tells of danger: by the red flags of a content tree, and by the second net where there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from clinic.review.content.errors import ContentUnreadable
from clinic.triage.gate import RED_FLAGS, SafetyGate, load_gate
from clinic.triage.net import Encode, SafetyNet, shared_net, windows
from clinic.triage.patterns import PatternError

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class RedFlags:
    """The red flags of a tree: the data and the gate that reads them."""

    data: Mapping[str, Any]
    gate: SafetyGate

    def levels(self) -> dict[str, str]:
        """`emergency` or `urgent`, by kind of danger."""
        return {category: str(entry["level"]) for category, entry in self.data["categories"].items()}

    def intent(self, category: str) -> str:
        """The topic that stands for a kind of danger, such as `urgent_clot`."""
        return f"{self.levels()[category]}_{category}"


def load_red_flags(root: Path) -> RedFlags:
    """Of a tree, built once for each content; raises `ContentUnreadable`."""
    try:
        return _built((root / RED_FLAGS).read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ContentUnreadable(str(RED_FLAGS), f"it cannot be opened ({type(error).__name__})") from error


@lru_cache(maxsize=4)
def _built(source: str) -> RedFlags:
    try:
        data = yaml.load(source, Loader=_LOADER)  # noqa: S506 - CSafeLoader or SafeLoader
        # A gate takes seconds to build: that of this process will do where the tree has the same red flags.
        is_own = RED_FLAGS.exists() and RED_FLAGS.read_text("utf-8") == source
        return RedFlags(data, load_gate() if is_own else SafetyGate(data))
    except (yaml.YAMLError, PatternError, KeyError, TypeError, AttributeError) as error:
        raise ContentUnreadable(str(RED_FLAGS), f"it is not as it must be ({type(error).__name__})") from error


class DangerEars:
    """Hears what `web` would hear in a sentence: the gate, and the second net."""

    def __init__(self, encode: Encode, net: Callable[[], SafetyNet | None] = shared_net) -> None:
        """`net`: the second net, `None` where no model was trained."""
        self._encode, self._net = encode, net

    def heard(self, sentence: str, flags: RedFlags) -> str | None:
        """The topic of the danger, such as `emergency_suicide`; `None` where there is none."""
        verdict = flags.gate.assess(sentence)
        net = self._net()
        if verdict.alarm is not None and (
            verdict.is_certain or net is None or net.confirms(sentence, verdict, self._encode)
        ):
            return verdict.intent
        finding = net.assess(sentence, self._encode(windows(sentence))) if net else None
        return finding.intent if finding else None
