"""A whole clinic: keeper, web, actions and worker, a repository of its own with all content, and its staff."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import BrowserContext, Page

from clinic.bootstrap.releases import gate_run_store, release_desk, release_store
from clinic.bootstrap.review import change_set_desk, gate_desk
from clinic.bootstrap.staff import audit_log, staff_accounts
from clinic.releases.desk import ReleaseDesk
from clinic.releases.model import GateRun, GateState
from clinic.review.changes.desk import ChangeSetDesk
from clinic.review.gate.desk import GateDesk
from clinic.settings import ROOT, Settings, load_settings
from clinic.staff.model import Role, StaffMember
from tests.content_repository import commit_all, git
from tests.processes import Processes
from tests.web.staff.signed_in import new_account
from web.staff.access import SESSION
from web.staff.cookies import StaffCookies
from worker.gate.job import GATE_CACHE
from worker.gate.measure import red_flags

_UNDER_WAY = {GateState.QUEUED, GateState.RUNNING}


@dataclass
class ClinicAtWork:
    """Real processes on one machine; `content` is the clinic's repository."""

    processes: Processes
    content: Path
    article: Path

    @property
    def settings(self) -> Settings:
        return load_settings({**os.environ, **self.processes.environment})

    @property
    def change_sets(self) -> ChangeSetDesk:
        return change_set_desk(self.settings)

    @property
    def gate(self) -> GateDesk:
        return gate_desk(self.settings)

    @property
    def releases(self) -> ReleaseDesk:
        return release_desk(self.settings, audit_log(self.settings))

    def member(self, role: Role, name: str | None = None) -> StaffMember:
        """Somebody of the staff, with an account."""
        return new_account(self.settings.clinic_db_url, role, name).member

    def signed_in(self, context: BrowserContext, member: StaffMember) -> Page:
        """A page of a browser in which the member has signed in."""
        token = staff_accounts(self.settings).sessions.begin(member.id)
        name = StaffCookies.of(self.settings).name(SESSION)
        context.add_cookies([{"name": name, "value": token, "url": self.processes.url}])
        return context.new_page()

    def listen_for_danger_once(self) -> None:
        """What the first check of an installation does for all that follow: its verdicts are kept."""
        red_flags(self.releases.folder(self.releases.live_or_installed()), GATE_CACHE, lambda _: None, lambda: False)

    def wait_for_verdict(self, run: GateRun, seconds: float = 900) -> GateRun:
        runs, until = gate_run_store(self.settings), time.monotonic() + seconds
        while time.monotonic() < until:
            now = runs.run(run.id)
            assert now is not None
            if now.state not in _UNDER_WAY:
                return now
            time.sleep(0.2)
        raise AssertionError(f"no verdict in {seconds:.0f} s: {now.steps} {self.processes.log('worker')[-2000:]}")

    def wait_until_live(self, release: str | None = None, seconds: float = 120) -> None:
        """Until nothing is on its way, and `release` is what visitors get."""
        store, until = release_store(self.settings), time.monotonic() + seconds
        while time.monotonic() < until:
            live = store.live()
            if store.starting() is None and (release is None or (live and live.release.id == release)):
                return
            time.sleep(0.1)
        raise AssertionError(f"not live in {seconds:.0f} s: {self.processes.log('rasa')[-2000:]}")


@contextmanager
def clinic_at_work(folder: Path, **settings: str) -> Iterator[ClinicAtWork]:
    """Everything started and ready, with `settings` of one's own; the tests' own process reads the same ones."""
    content, article = _content(folder / "content"), folder / "article.md"
    processes = Processes(folder, with_keeper=True)
    processes.environment |= {
        "CONTENT_REPOSITORY": str(content), "CHANGES_FOLDER": str(folder / "changes"), "ARTICLE_FILE": str(article),
        **settings,
    }  # fmt: skip
    with patch.dict(os.environ, processes.environment):
        try:
            processes.start("actions", "rasa", "web", "worker")
            processes.wait_until_ready()
            yield ClinicAtWork(processes, content, article)
        finally:
            processes.end_all()


def _content(folder: Path) -> Path:
    """The project's files, as its git would give them, with one commit on `main`."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, target)
    git(folder, "init", "--quiet", "--initial-branch=main")
    return commit_all(folder, "The content")
