"""`python -m keeper`: keep Rasa running until stopped."""

from __future__ import annotations

import signal
import sys
import threading

import structlog

from clinic.adapters.rasa_endpoints import clear_endpoints
from clinic.adapters.rasa_server import Engine
from clinic.bootstrap.releases import installed_content, installed_engine, release_bundles, release_store
from clinic.releases.ports import ReleaseStoreError
from clinic.settings import Settings, SettingsError, load_settings, releases_folder
from keeper.keeper import Keeper
from keeper.last_live import LastLive

_STEP_SECONDS = 0.5

log = structlog.get_logger()


def main() -> None:
    """Keep, or say in words why not."""
    try:
        settings = load_settings()
        keeper = _keeper(settings)
    except (SettingsError, FileNotFoundError) as error:
        sys.exit(f"rasa does not start: {error}")
    clear_endpoints()
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopping.set())
    try:
        while not stopping.is_set():
            try:
                keeper.step()
            except ReleaseStoreError as error:
                log.warning("releases cannot be changed now", error=str(error))
            except (OSError, ValueError) as error:  # of a disk or a file: the servers that run go on
                log.error("keeper could not act", error=type(error).__name__, reason=str(error))
            stopping.wait(_STEP_SECONDS)
    finally:
        keeper.end()


def _keeper(settings: Settings) -> Keeper:
    found = installed_content()
    installed = Engine(installed_engine(), found.tree, found.model)
    return Keeper(
        settings, release_store(settings), release_bundles(), installed, LastLive(releases_folder() / "live.json")
    )


if __name__ == "__main__":
    main()
