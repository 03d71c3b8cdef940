"""Releases: stores, folders, what is installed, publishing."""

from __future__ import annotations

from clinic.adapters.release_bundles import ReleaseBundles
from clinic.adapters.sql.gate_runs import SqlGateRuns
from clinic.adapters.sql.releases import SqlReleases
from clinic.bootstrap.database import engine_of
from clinic.releases.desk import Installed, ReleaseDesk
from clinic.releases.model import PROGRAM
from clinic.settings import ROOT, Settings, releases_folder
from clinic.staff.ports import AuditLog


def release_store(settings: Settings) -> SqlReleases:
    """The releases and which one is live, on the clinic's database; does not connect yet."""
    return SqlReleases(engine_of(settings.clinic_db_url))


def gate_run_store(settings: Settings) -> SqlGateRuns:
    """The checks of sets of changes."""
    return SqlGateRuns(engine_of(settings.clinic_db_url))


def release_bundles() -> ReleaseBundles:
    """The folders of releases."""
    return ReleaseBundles(releases_folder(), PROGRAM)


def installed_content() -> Installed:
    """What runs before anything is published."""
    return Installed(ROOT, ROOT / "models" / "rls.tar.gz", ROOT / "models" / "safety_net.npz")


def installed_engine() -> str:
    """The engine of what is installed; reads its models."""
    found = installed_content()
    return release_bundles().engine_of(found.tree, found.model, found.net)


def release_desk(settings: Settings, audit: AuditLog) -> ReleaseDesk:
    """Where releases are published and gone back to; whoever publishes is noted in `audit`."""
    return ReleaseDesk(release_store(settings), release_bundles(), installed_content(), audit)
