"""The endpoints file that each Rasa server is started with: it holds the password of the tracker's database."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

import yaml

from clinic.settings import ROOT, Settings

_FOLDER = ROOT / "var"
_OWNER = re.compile(r"# of process (\d+)\n")


class EndpointsError(Exception):
    """`endpoints.yml` is not as it has to be; the message says so."""


def write_endpoints(settings: Settings, port: int) -> Path:
    """`endpoints.yml` with this run's ports and database, for nobody else to read; raises `OSError` too."""
    try:
        endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text("utf-8"))
        endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{settings.actions_port}/webhook"
        endpoints["tracker_store"]["url"] = settings.tracker_db_url
    except (yaml.YAMLError, ValueError, KeyError, TypeError) as error:
        raise EndpointsError(f"endpoints.yml cannot be used ({type(error).__name__})") from error
    path = endpoints_path(port)
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)  # one that is there would keep its mode
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"# of process {os.getpid()}\n")
        yaml.safe_dump(endpoints, file)
    return path


def endpoints_path(port: int) -> Path:
    """The file of the server on a port."""
    return _FOLDER / f"endpoints-{port}.yml"


def clear_endpoints(folder: Path = _FOLDER) -> None:
    """Remove the files of processes that are gone; for one that has started no server yet."""
    for path in folder.glob("endpoints-*.yml"):
        with suppress(OSError, ValueError):
            owner = _OWNER.match(path.read_text("utf-8"))
            if owner is None or not _is_another_alive(int(owner[1])):
                path.unlink()


def _is_another_alive(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
