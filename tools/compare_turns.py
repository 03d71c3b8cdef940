"""A whole turn at Rasa's own door: a `rasa init` project beside ours, on this machine, one after the other.

The starter project (the pipeline and policies that `rasa init` of Rasa 3.6 falls back to) learns our intents from a
part of our examples, for all of them take it hours; ours is the trained model as it stands. Fewer examples make its
vocabulary smaller and so its turns faster: the comparison leans to its side. Texts are unseen and differ each time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import yaml

from clinic.settings import ROOT, load_settings
from tools.bench import timed, unseen_texts
from tools.check_data import examples
from tools.stack import running_stack

RASA = ROOT / ".venv-rasa/bin/rasa"
PORT = 5998
LOG = ROOT / "var/log/starter.log"
_START_SECONDS = 180
_POLICIES = [
    {"name": "MemoizationPolicy"},
    {"name": "RulePolicy"},
    {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 100},
    {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True},
]
_REST_OF_PIPELINE = [
    {"name": "EntitySynonymMapper"},
    {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]


def write_starter_project(folder: Path, per_intent: int) -> None:
    """A `rasa init` project that answers each of our intents with one response."""
    by_intent = {intent: sorted(set(lines))[:per_intent] for intent, lines in examples().items()}
    config = yaml.safe_load((ROOT / "tools/pipelines/rasa_init.yml").read_text("utf-8"))
    files = {
        "config.yml": {**config, "pipeline": config["pipeline"] + _REST_OF_PIPELINE, "policies": _POLICIES},
        "domain.yml": {
            "version": "3.1",
            "intents": list(by_intent),
            "responses": {f"utter_{i}": [{"text": f"An answer about {i}."}] for i in by_intent},
        },
        "data/nlu.yml": {
            "version": "3.1",
            "nlu": [{"intent": i, "examples": "".join(f"- {t}\n" for t in lines)} for i, lines in by_intent.items()],
        },
        "data/stories.yml": {
            "version": "3.1",
            "stories": [
                {"story": i, "steps": [{"intent": i}, {"action": f"utter_{i}"}]} for i in by_intent
            ],
        },
        "credentials.yml": {"rest": None},
        "endpoints.yml": {},
    }  # fmt: skip
    (folder / "data").mkdir()
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), "utf-8")


@contextmanager
def served(folder: Path) -> Iterator[httpx.Client]:
    """The project's own server and a client for it."""
    command = [str(RASA), "run", "--port", str(PORT), "--interface", "127.0.0.1", "--enable-api"]
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=60) as client:
            _wait_until_up(client, process)
            yield client
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def _wait_until_up(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        try:
            if client.get("/status").is_success:
                return
        except httpx.HTTPError:
            pass
        if process.poll() is not None:
            raise RuntimeError(f"the starter project ended while starting: see {LOG}")
        time.sleep(0.5)
    raise TimeoutError(f"the starter project did not answer within {_START_SECONDS} s")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-intent", type=int, default=12)
    per_intent = parser.parse_args().per_intent
    folder = Path(tempfile.mkdtemp(prefix="starter-"))
    try:
        write_starter_project(folder, per_intent)
        started = time.monotonic()
        environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
        subprocess.run([str(RASA), "train"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        trained = time.monotonic() - started
        with served(folder) as starter:
            bodies = [{"sender": uuid.uuid4().hex, "message": text} for text in unseen_texts()]
            theirs = timed(starter, "/webhooks/rest/webhook", bodies)
    finally:
        shutil.rmtree(folder)
    settings = load_settings()
    ours_door = httpx.Client(
        base_url=settings.rasa_url, headers={"X-Channel-Secret": settings.channel_secret}, timeout=60
    )
    with running_stack(), ours_door:
        bodies = [{"sender": uuid.uuid4().hex, "text": text} for text in unseen_texts()]
        ours = timed(ours_door, "/webhooks/clinic/turn", bodies)
    print("| project | p50, ms | p95, ms | turns |\n|---|---|---|---|")
    for name, times in (
        (f"`rasa init`, {per_intent} examples an intent, trained in {trained:.0f} s", theirs),
        ("ours", ours),
    ):
        print(f"| {name} | {statistics.median(times):.1f} | {times[int(len(times) * 0.95)]:.1f} | {len(times)} |")


if __name__ == "__main__":
    main()
