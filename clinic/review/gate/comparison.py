"""The gate: a set of changes against what is live. What got worse is named with the messages that show it.

Everything here compares numbers that somebody else has measured (`worker.gate`); nothing is measured here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import comb

MOST_SHOWN = 8
# Held-out questions are few a topic, and a new example moves its neighbours a little: this much is noise.
_TOPIC_SHARE, _TOPIC_LEAST, _TOPIC_CHANCE = 0.05, 3, 0.05
_ALL_LEAST, _ALL_CHANCE = 5, 0.01
_LEAST_ASKED = 0.8  # of the live release's questions: with fewer nobody can tell whether something got worse
_MORE_FALSE_ALARMS = 0.005
_CALIBRATION_TOLERANCE = 0.02
_BINS = 10
# Speed is measured on a machine that does other things too.
_SLOWER, _SLOWER_MS = 1.5, 15.0


@dataclass(frozen=True)
class HeldOut:
    """An example the classifier had not learnt when it was asked; `confidence` of what it understood."""

    text: str
    intent: str
    understood: str
    confidence: float

    @property
    def is_right(self) -> bool:
        """Whether it understood what was meant."""
        return self.intent == self.understood


@dataclass(frozen=True)
class RedFlags:
    """Who alarmed: ids of the judged sentences, by part; `texts` only of parts that may be shown."""

    dangers: Mapping[str, bool]  # sentence id -> alarm
    harmless: Mapping[str, bool]
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def recall(self) -> float:
        """Share of the dangers that alarm."""
        return sum(self.dangers.values()) / max(len(self.dangers), 1)

    @property
    def false_alarms(self) -> float:
        """Share of the harmless sentences that alarm."""
        return sum(self.harmless.values()) / max(len(self.harmless), 1)


@dataclass(frozen=True)
class Measured:
    """What was measured of a release; milliseconds for `latency`, a turn each."""

    red_flags: RedFlags
    held_out: Sequence[HeldOut]
    latency: Sequence[float]


@dataclass(frozen=True)
class Finding:
    """Something that got worse, in words; `check` is the part of the gate, `examples` messages that show it."""

    check: str
    says: str
    examples: tuple[str, ...] = ()


def compare(live: Measured, new: Measured) -> list[Finding]:
    """What speaks against the new release; empty when it may be published."""
    return [
        *danger_unheard(live.red_flags, new.red_flags),
        *understanding(live.held_out, new.held_out),
        *calibration(live.held_out, new.held_out),
        *slower(live.latency, new.latency),
    ]


def danger_unheard(live: RedFlags, new: RedFlags) -> Iterable[Finding]:
    """Every danger that is heard now must be heard, and hardly more that is harmless."""
    lost = [i for i, alarm in live.dangers.items() if alarm and not new.dangers.get(i, False)]
    if lost:
        yield Finding(
            "red_flags", f"{len(lost)} messages that tell of danger would no longer be recognised.",
            _shown(new.texts[i] for i in lost if i in new.texts),
        )  # fmt: skip
    if new.false_alarms > live.false_alarms + _MORE_FALSE_ALARMS:
        more = [i for i, alarm in new.harmless.items() if alarm and not live.harmless.get(i, False)]
        yield Finding(
            "red_flags",
            f"Harmless messages that would raise an alarm: {new.false_alarms:.1%}, now {live.false_alarms:.1%}.",
            _shown(new.texts[i] for i in more if i in new.texts),
        )  # fmt: skip


def understanding(live: Sequence[HeldOut], new: Sequence[HeldOut]) -> Iterable[Finding]:
    """On the same questions, what was understood and no longer is: by topic, and in all."""
    before = {(h.text, h.intent): h for h in live}
    pairs = [(before[h.text, h.intent], h) for h in new if (h.text, h.intent) in before]
    if len(pairs) < _LEAST_ASKED * len(live):
        yield Finding(
            "understanding",
            f"Only {len(pairs)} of the {len(live)} test questions could be asked, so it cannot be told how they are "
            "understood.",
        )  # fmt: skip
    asked, lost, gained = Counter(h.intent for _, h in pairs), defaultdict(list), Counter[str]()
    for old, now in pairs:
        if old.is_right and not now.is_right:
            lost[now.intent].append(now)
        elif now.is_right and not old.is_right:
            gained[now.intent] += 1
    for topic, losses in sorted(lost.items()):
        net = len(losses) - gained[topic]
        enough = net >= max(_TOPIC_LEAST, _TOPIC_SHARE * asked[topic])
        if enough and _by_chance(len(losses), gained[topic]) < _TOPIC_CHANCE:
            yield Finding(
                "understanding",
                f"“{topic}”: {len(losses)} of {asked[topic]} test questions that are understood now would not be.",
                _shown(f"{h.text} → {h.understood}" for h in losses),
            )
    losses_in_all, gains = sum(map(len, lost.values())), sum(gained.values())
    if losses_in_all - gains >= _ALL_LEAST and _by_chance(losses_in_all, gains) < _ALL_CHANCE:
        yield Finding(
            "understanding", f"Over all topics {losses_in_all} test questions get worse and {gains} better.",
            _shown(f"{h.text} → {h.understood}" for losses in lost.values() for h in losses),
        )  # fmt: skip


def calibration(live: Sequence[HeldOut], new: Sequence[HeldOut]) -> Iterable[Finding]:
    """How sure it is must go on to mean how right it is."""
    before, after = calibration_error(live), calibration_error(new)
    if after > before + _CALIBRATION_TOLERANCE:
        yield Finding(
            "calibration", f"How sure it is says less about how right it is: off by {after:.1%}, now {before:.1%}."
        )


def slower(live: Sequence[float], new: Sequence[float]) -> Iterable[Finding]:
    """An answer must not take much longer."""
    if live and new and (after := percentile(new, 0.95)) > (before := percentile(live, 0.95)) * _SLOWER + _SLOWER_MS:
        yield Finding("speed", f"19 of 20 answers take up to {after:.0f} ms to be understood, now {before:.0f} ms.")


def calibration_error(asked: Sequence[HeldOut]) -> float:
    """Expected calibration error in ten bins of confidence (Guo 2017)."""
    bins: defaultdict[int, list[HeldOut]] = defaultdict(list)
    for h in asked:
        bins[min(int(h.confidence * _BINS), _BINS - 1)].append(h)
    return sum(
        abs(sum(h.is_right for h in b) - sum(h.confidence for h in b)) for b in bins.values()
    ) / max(len(asked), 1)  # fmt: skip


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; `values` must not be empty."""
    ranked = sorted(values)
    return ranked[min(int(share * len(ranked)), len(ranked) - 1)]


def _by_chance(losses: int, gains: int) -> float:
    """How likely so many losses among all changes are if a change were as often for the better (sign test)."""
    changes = losses + gains
    return float(sum(comb(changes, k) for k in range(losses, changes + 1)) / 2**changes)


def _shown(examples: Iterable[str]) -> tuple[str, ...]:
    return tuple(examples)[:MOST_SHOWN]
