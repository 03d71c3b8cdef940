"""`python -m components.train_safety_net`: train the second net for danger and write `models/safety_net.npz`.

It learns from `data/safety`, and from the examples of all intents as they are at the time. A check of staff's changes
does not train it: what they teach of iron must not move what is heard of danger, and must be live in minutes. `make`
does, for whatever it learns from, so that two clones of the same files hear the same (docs/adr/0027).
"""

from __future__ import annotations

import argparse
import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from clinic.language.known_vectors import encode_known
from clinic.settings import ROOT
from clinic.triage import load_gate
from clinic.triage.net import NET_FILE
from components.misspelt import misspelt
from components.safety_net_training import intent_lines, safety_lines, train_net

_VECTORS = ROOT / "var" / "cache" / "safety_vectors.npz"
# Of how many short lines one is learnt misspelt too.
_EVERY_LINE, _EVERY_EXAMPLE = 12, 3


def main() -> None:
    """Train on the data of the current folder; the file comes last, so an interrupted run leaves the former net."""
    parser = argparse.ArgumentParser(prog="python -m components.train_safety_net", description=__doc__)
    parser.add_argument("--out", type=Path, default=NET_FILE)
    target = parser.parse_args().out
    logging.basicConfig(level=logging.INFO)
    lines, easy = safety_lines(Path("data/safety")), intent_lines(Path("data/nlu"))
    examples = [*lines, *misspelt(lines, _EVERY_LINE), *misspelt(easy, _EVERY_EXAMPLE), *easy]
    gate = load_gate()
    with ThreadPoolExecutor(1) as worker:
        encoded = worker.submit(encode_known, [e.text for e in examples], _VECTORS)
        verdicts = [gate.assess(e.text) for e in examples]
        vectors = encoded.result()
    arrays = train_net(examples, vectors, verdicts, gate)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part.npz")
    np.savez(unfinished, **arrays)
    unfinished.replace(target)


if __name__ == "__main__":
    main()
