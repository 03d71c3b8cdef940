"""Where the demonstration clinic runs: processes, databases and a copy of the content in a folder that goes away."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from unittest.mock import patch

import yaml

from clinic.settings import ROOT, Settings, load_settings
from tools.migrate import upgrade
from tools.stack import Stack, started_stack

_GIT = ("git", "-c", "user.name=Demo", "-c", "user.email=demo@example.org", "-c", "commit.gpgsign=false")
_MANY = "100000"  # messages a minute: all visitors come from one address


@contextmanager
def demo_place() -> Iterator[tuple[Stack, Settings]]:
    """A stack that shares nothing with the clinic's own; this process reads the same settings."""
    with tempfile.TemporaryDirectory(prefix="demo-clinic-") as name:
        folder = Path(name)
        content, article = _content(folder)
        environment = _environment(folder) | {"CONTENT_REPOSITORY": str(content), "ARTICLE_FILE": str(article)}
        upgrade(environment["CLINIC_DB_URL"])
        with patch.dict(os.environ, environment), started_stack(environment, folder / "stack.log") as stack:
            yield stack, load_settings({**os.environ, **environment})


def _environment(folder: Path) -> dict[str, str]:
    port, rasa, actions = (_free_port() for _ in range(3))
    databases = {f"{name}_DB_URL": f"sqlite:///{folder}/{name.lower()}.db" for name in ("CLINIC", "TRACKER", "JOBS")}
    limits = ("SESSIONS_PER_MINUTE_PER_ADDRESS", "MESSAGES_PER_MINUTE_PER_ADDRESS", "MESSAGES_PER_MINUTE")
    return {
        **databases, **{f"CHAT_{limit}": _MANY for limit in limits},
        "APP_ENV": "development", "API_KEYS": "demo:key-of-the-demonstration", "CONTENT_BRANCH": "main",
        "SECRET_KEY": "a demonstration has nothing to hide", "REDIS_URL": "",
        "PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}", "ACTIONS_PORT": str(actions),
        "RASA_PORT": str(rasa), "RASA_URL": f"http://127.0.0.1:{rasa}",
        "RELEASES_FOLDER": str(folder / "releases"), "CHANGES_FOLDER": str(folder / "changes"),
        "MAIL_FOLDER": str(folder / "mail"), "SMTP_HOST": "", "CALDAV_URL": "", "FHIR_URL": "", "OIDC_ISSUER": "",
        "OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": "",
    }  # fmt: skip


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _content(folder: Path) -> tuple[Path, Path]:
    """A copy of the project's content as last committed, whose answers rest on a made-up article."""
    content, article = folder / "content", folder / "article.md"
    _run(*_GIT, "clone", "--quiet", str(ROOT), str(content), cwd=ROOT)
    _run(*_GIT, "checkout", "--quiet", "-B", "main", cwd=content)
    article.write_text(_article(content), "utf-8")
    _run(sys.executable, "-m", "tools.check_data", "--stamp", "--article", str(article), cwd=content)
    _run(*_GIT, "commit", "--quiet", "--all", "--message", "Answers rest on the demonstration's article", cwd=content)
    article.write_text(_article(content, newer="causes.pregnancy"), "utf-8")
    return content, article


def _article(content: Path, newer: str = "") -> str:
    """A passage for each section of the outline, one of them perhaps in newer words."""
    sections = yaml.safe_load((content / "data/clinic/article.yml").read_text("utf-8"))["sections"]
    words = "(here stands the clinic's own text about"
    return "\n\n".join(
        f"{entry['begins']} {words} {entry['title'].lower()}{', in newer words' if name == newer else ''})."
        for name, entry in sections.items()
    )


def _run(*command: str, cwd: Path, more: Mapping[str, str] | None = None) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(more or {})}
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, env=environment)
