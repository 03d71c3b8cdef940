"""Start all processes on this machine, say when they answer, stop them together."""

from __future__ import annotations

import os
import sys
import threading
import time

import httpx
from honcho.manager import Manager
from honcho.printer import Printer

from clinic.settings import ROOT, Settings, SettingsError, load_settings
from worker.heartbeat import is_at_work

_READY_WITHIN_SECONDS = 240


def commands(settings: Settings) -> dict[str, str]:
    """Command line of each process."""
    return {
        "actions": f"{ROOT}/.venv/bin/python -m actions --port {settings.actions_port}",
        "rasa": f"{ROOT}/.venv/bin/python -m keeper",
        "web": f"{ROOT}/.venv/bin/python -m web",
        "worker": f"{ROOT}/.venv/bin/python -m worker",
    }


def _announce(settings: Settings, manager: Manager) -> None:
    address = f"http://127.0.0.1:{settings.port}/"
    actions = f"http://127.0.0.1:{settings.actions_port}/health"
    started, told, since = time.monotonic(), 0.0, time.time()
    while time.monotonic() - started < _READY_WITHIN_SECONDS:
        try:
            answers = all(httpx.get(part, timeout=5).is_success for part in (actions, f"{address}readyz"))
            if answers and is_at_work(settings, since):
                for key, name in settings.api_keys.items():
                    print(f"REST key of {name!r}: {key}", flush=True)
                print(f"ready: {address}", flush=True)
                return
        except httpx.HTTPError:
            pass
        waited = time.monotonic() - started
        if waited - told >= 10:
            told = waited
            print(f"starting, {waited:.0f} s so far (Rasa loads its model)", flush=True)
        time.sleep(0.3)
    print("not ready in time: see the lines above and var/log", file=sys.stderr, flush=True)
    manager.terminate()


def main() -> None:
    """Run until SIGINT or SIGTERM; exit 1 when a process died by itself."""
    os.chdir(ROOT)
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.exit(str(error))
    print("[6/6] starting web, rasa, actions and worker", flush=True)
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "RASA_TELEMETRY_ENABLED": "false",
        "PORT": str(settings.port),
    }
    manager = Manager(Printer(output=sys.stdout, colour=sys.stdout.isatty()))
    for name, command in commands(settings).items():
        manager.add_process(name, command, env=environment, quiet=False)
    threading.Thread(target=_announce, args=(settings, manager), daemon=True).start()
    manager.loop()
    sys.exit(manager.returncode)


if __name__ == "__main__":
    main()
