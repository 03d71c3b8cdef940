"""What publishing needs from outside; implemented in `clinic.adapters`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from clinic.releases.model import GateRun, Publication, PublicationState, RasaServer, Release


class ReleaseStore(Protocol):
    """Releases, which one is live, and the Rasa servers that run. Methods block; raise `ReleaseStoreError`."""

    def add(self, release: Release) -> None:
        """Keep a release; one that is there already stays as it is."""

    def release(self, id: str) -> Release | None:
        """A release by its id."""

    def never_asked_for(self, made_before: float) -> list[Release]:
        """Those made before a moment, in seconds since the epoch, that nobody asked to go live."""

    def publications(self, limit: int = 100) -> list[Publication]:
        """The newest first."""

    def live(self) -> Publication | None:
        """What visitors get; `None` where nothing was published yet."""

    def starting(self) -> Publication | None:
        """What is about to go live."""

    def ask(
        self, release: str, by: str, why: str, now: float, override: str | None = None, after: int | None = None
    ) -> int:
        """Ask for a release to go live; the publication's number.

        Raises `PublishingNow` while another one starts, and where another one than publication `after` is live by now.
        """

    def switch(self, number: int, now: float) -> None:
        """Make a starting publication the live one, and what was live a former one, at once."""

    def fail(self, number: int, fault: str, now: float) -> None:
        """A starting publication never went live, and why."""

    def servers(self) -> list[RasaServer]:
        """Those whose keeper has said so lately or not."""

    def note_server(self, server: RasaServer) -> None:
        """A keeper says what it sees."""

    def forget_server(self, engine: str) -> None:
        """A server has ended."""


class GateRunStore(Protocol):
    """Gate runs and their progress."""

    def queue(self, run: GateRun) -> None:
        """Add a run."""

    def run(self, id: str) -> GateRun | None:
        """A run by its id."""

    def runs(self, limit: int = 50) -> list[GateRun]:
        """The newest first."""

    def take(self, now: float, stale_before: float) -> GateRun | None:
        """The oldest queued run, now running; runs whose worker was not seen since `stale_before` fail before."""

    def progress(self, run: GateRun, now: float) -> bool:
        """Write steps, report and state; `False` when the run was cancelled meanwhile."""

    def unsettled(self) -> list[GateRun]:
        """Runs that are over, of sets that are still held to be checked: whoever ran them ended before it said so."""

    def cancel(self, id: str, now: float) -> bool:
        """Stop a run that is queued or running; `False` where it was over."""


class Bundles(Protocol):
    """The folders of releases, content and hashes."""

    def make(
        self, tree: Path, model: Path, net: Path, *, commit: str | None, title: str, by: str, now: float
    ) -> Release:
        """Copy what a release needs, and say what it is; the same content gives the same id."""

    def reword(
        self, former: Release, tree: Path, files: Iterable[str] | None = None, *, commit: str, title: str, by: str,
        now: float,
    ) -> Release:  # fmt: skip
        """The former release with wording of `tree`: of these files, or all of it."""

    def engine_of(self, tree: Path, model: Path, net: Path) -> str:
        """The engine that a release of this content would have."""

    def folder(self, release: Release) -> Path:
        """Where it lies."""

    def remove(self, release: Release) -> bool:
        """Take its folder away; `False` where it was gone already."""

    def faults(self, release: Release) -> list[str]:
        """What is missing, changed or made for another version of the program, in words; empty when it is sound."""

    def describe(self, release: Release) -> Mapping[str, Any]:
        """The manifest."""


class ReleaseStoreError(Exception):
    """The store cannot be reached or refuses."""


class PublishingNow(Exception):
    """Another release is on its way to be live."""


__all__ = [
    "Bundles", "GateRunStore", "Publication", "PublicationState", "PublishingNow", "RasaServer", "ReleaseStore",
    "ReleaseStoreError",
]  # fmt: skip
