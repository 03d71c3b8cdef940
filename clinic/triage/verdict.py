"""What the safety gate says about a message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Level(str, Enum):
    """How soon care is needed; `EMERGENCY` outranks `URGENT`."""

    EMERGENCY = "emergency"
    URGENT = "urgent"


@dataclass(frozen=True)
class Mention:
    """A red flag named in the text, and why it was or was not taken as a present danger."""

    category: str
    level: Level
    pattern: str
    ruled_out_by: str | None = None
    is_likely: bool = False  # an alarm that the second net must hear too, where there is one
    around: str = ""  # the flag and the words beside it: what the second net listens to, in a sentence without an end

    @property
    def is_alarm(self) -> bool:
        """Whether nothing in the text speaks against a present danger."""
        return self.ruled_out_by is None


@dataclass(frozen=True)
class Verdict:
    """The gate's finding: the strongest alarm, and every red flag that was mentioned."""

    alarm: Mention | None
    mentions: tuple[Mention, ...] = ()
    words: str = ""  # the message as the patterns saw it

    @property
    def is_certain(self) -> bool:
        """Whether the alarm holds whatever the second net hears."""
        return any(m.is_alarm and not m.is_likely for m in self.mentions)

    @property
    def level(self) -> Level | None:
        """Level of the alarm, `None` where there is none."""
        return self.alarm.level if self.alarm else None

    @property
    def category(self) -> str | None:
        """Category of the alarm, a key of `red_flags.yml`."""
        return self.alarm.category if self.alarm else None

    @property
    def intent(self) -> str | None:
        """The intent that stands for the alarm, e.g. `emergency_suicide`."""
        return f"{self.alarm.level.value}_{self.alarm.category}" if self.alarm else None
