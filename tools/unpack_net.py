"""The second net out of the trained model, for `web`, which needs it when Rasa is down.

Training writes it too, but not where Rasa takes the net from its cache because nothing of it has changed.
"""

from __future__ import annotations

import shutil
import sys
import tarfile
from pathlib import Path

from clinic.settings import ROOT
from clinic.triage.net import NET_FILE


def unpack_net(model: Path, target: Path = ROOT / NET_FILE) -> None:
    """Write the net of a model; raises `LookupError` for a model without one."""
    with tarfile.open(model) as archive:
        member = next((m for m in archive if m.name.endswith("safety_net.npz")), None)
        found = archive.extractfile(member) if member else None
        if found is None:
            raise LookupError(f"{model} holds no second net: train it with the pipeline of config.yml")
        unfinished = target.with_suffix(".part.npz")
        with unfinished.open("wb") as file:
            shutil.copyfileobj(found, file)
    unfinished.replace(target)


if __name__ == "__main__":
    unpack_net(Path(sys.argv[1]))
