"""What is measured of a release: how it understands, what danger it hears, how quick it is."""

from __future__ import annotations

import csv
import hashlib
import json
import tarfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

import httpx

from clinic.language import load_encoder
from clinic.review.gate.comparison import HeldOut, RedFlags
from clinic.settings import ROOT
from clinic.triage import SafetyGate, load_gate
from clinic.triage.net import NET_FILE, SafetyNet, load_net, windows
from worker.gate.ending import CalledOff

_SETS = ROOT / "tests" / "nlu" / "red_flags"
# Sentences of the closed part are counted and never shown: who reads them could teach them.
_PARTS = {"open": True, "closed": False, "plain": True, "chats": True}
_DANGER = {"plain": "alarm", "chats": "none"}
_HELD_OUT = "held_out.json"
_TIMED, _WARM_UP = 80, 10


def held_out(model: Path) -> list[HeldOut]:
    """How a model's classifier understood the examples it had not learnt; empty for a model without them."""
    with tarfile.open(model) as archive:
        member = next((m for m in archive if m.name.endswith(_HELD_OUT)), None)
        found = archive.extractfile(member) if member else None
        return [HeldOut(**row) for row in json.load(found)] if found else []


def red_flags(release: Path, cache: Path, tell: Callable[[float], None], is_off: Callable[[], bool]) -> RedFlags:
    """Which of the judged sentences alarm with a release's red flags and net.

    The same red flags, net and sentences give the same verdicts, so those are kept in `cache`.
    """
    flags, net_file = release / "data/clinic/red_flags.yml", release / NET_FILE
    known = cache / f"red_flags_{_digest([flags, net_file, *sorted(_SETS.glob('*.tsv')), *_code()])}.json"
    if (kept := _kept(known)) is not None:
        return kept
    gate = load_gate(flags)
    found = _judged(gate, load_net(net_file, gate), tell, is_off)
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = known.with_suffix(f".{uuid4().hex}")
    try:
        unfinished.write_text(json.dumps(vars(found)), "utf-8")
        unfinished.replace(known)
    finally:
        unfinished.unlink(missing_ok=True)
    return found


def _kept(file: Path) -> RedFlags | None:
    """Verdicts of an earlier check; none of a file that is cut off."""
    try:
        return RedFlags(**json.loads(file.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _judged(gate: SafetyGate, net: SafetyNet, tell: Callable[[float], None], is_off: Callable[[], bool]) -> RedFlags:
    encoder = load_encoder()
    dangers: dict[str, bool] = {}
    harmless: dict[str, bool] = {}
    texts: dict[str, str] = {}
    rows = [(part, row) for part in _PARTS for row in _rows(part)]
    for number, (part, row) in enumerate(rows):
        if number % 50 == 0:
            tell(number / len(rows))
            if is_off():
                raise CalledOff  # a part of the verdicts is not to be kept as all of them
        text, name = row["text"], f"{part}/{row.get('id') or number}"
        verdict = gate.assess(text)
        alarm = verdict.is_certain or net.assess(text, encoder.encode(windows(text))) is not None
        alarm = alarm or (verdict.alarm is not None and net.confirms(text, verdict, encoder.encode))
        is_danger = row.get("expected", _DANGER.get(part)) != "none"
        (dangers if is_danger else harmless)[name] = bool(alarm)
        if _PARTS[part]:
            texts[name] = text
    return RedFlags(dangers, harmless, texts)


def _rows(part: str) -> list[dict[str, str]]:
    with (_SETS / f"{part}.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def latency(servers: Sequence[tuple[str, str]], texts: Sequence[str]) -> list[list[float]]:
    """Milliseconds to understand each text, a list a server, each an address and a secret.

    They are asked in turns, so that all meet the same machine.
    """
    times: list[list[float]] = [[] for _ in servers]
    with httpx.Client(timeout=20) as client:
        for number, text in enumerate(texts[:_TIMED]):
            for at, (url, secret) in enumerate(servers):
                started, headers = time.perf_counter(), {"X-Channel-Secret": secret}
                body = {"sender": "gate", "text": text}
                client.post(f"{url}/webhooks/clinic/parse", json=body, headers=headers).raise_for_status()
                if number >= _WARM_UP:
                    times[at].append((time.perf_counter() - started) * 1000)
    return times


def _code() -> list[Path]:
    return sorted((ROOT / "clinic" / "triage").glob("*.py"))


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:20]
