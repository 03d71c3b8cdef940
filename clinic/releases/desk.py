"""Publishing, and going back: making a release the one that visitors get."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from clinic.releases.model import Publication, Release
from clinic.releases.ports import Bundles, PublishingNow, ReleaseStore
from clinic.staff.ports import AuditLog

_TRIED_IS_KEPT = 14 * 24 * 3600.0  # seconds; each has a model of its own, and a check is soon done again
_PROGRAM = "program"  # who publishes what was installed


class CannotPublish(Exception):
    """A release cannot go live; the message says why and what to do, in words for staff."""


@dataclass(frozen=True)
class Installed:
    """What runs before anything is published: the project's own folder and its models."""

    tree: Path
    model: Path
    net: Path


class ReleaseDesk:
    """Publishes and goes back. A release that understands as the live one does is live at once."""

    def __init__(
        self, store: ReleaseStore, bundles: Bundles, installed: Installed, audit: AuditLog,
        now: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        """Parts are made in `clinic.bootstrap`."""
        self._store, self._bundles, self._installed = store, bundles, installed
        self._audit, self._now = audit, now

    def live(self) -> Release | None:
        """What visitors get; `None` before anything was published."""
        found = self._store.live()
        return found.release if found else None

    def coming(self) -> Publication | None:
        """What is about to go live."""
        return self._store.starting()

    def publications(self) -> list[Publication]:
        """What was asked for, the newest first."""
        return self._store.publications()

    def folder(self, release: Release) -> Path:
        """Where a release lies."""
        return self._bundles.folder(release)

    def installed_net(self) -> Path | None:
        """The second net as it was trained last, for releases to come; `None` while it is being trained."""
        return self._installed.net if self._installed.net.exists() else None

    def live_or_installed(self) -> Release:
        """The live release; what was installed becomes the first one, so that one can go back to it."""
        found = self.live()
        if found is not None:
            return found
        tree, model, net = self._installed.tree, self._installed.model, self._installed.net
        if not model.exists() or not net.exists():
            raise CannotPublish("there is no trained model yet: start the assistant once")
        first = self._bundles.make(
            tree, model, net, commit=None, title="As installed", by=_PROGRAM, now=self._now()
        )  # fmt: skip
        self._store.add(first)
        self._go(first, _PROGRAM, "as installed", None)
        return first

    def publish_wording(
        self, by: str, tree: Path, commit: str, why: str, files: Iterable[str] | None = None
    ) -> Publication:
        """Make reworded answers live at once: the live release with the wording of `files` below `tree`.

        Raises `PublishingNow` while another release is on its way.
        """
        live = self._base()
        release = self._bundles.reword(
            live.release, tree, files, commit=commit, title=why[:200], by=by, now=self._now()
        )  # fmt: skip
        self._store.add(release)
        return self._go(release, by, why, live)

    def keep(self, tree: Path, model: Path, net: Path, *, commit: str, title: str, by: str) -> Release:
        """Make a release of a tree that the gate has tried; nobody gets it before it is published."""
        release = self._bundles.make(tree, model, net, commit=commit, title=title, by=by, now=self._now())
        self._store.add(release)
        return release

    def publish(
        self, by: str, release_id: str, main: Path, commit: str, why: str, override: str | None = None
    ) -> Publication:
        """Let a tried release go live, with the wording that was approved since it was tried.

        It is live once its Rasa server has started and was tried. `override`: the reason, where the gate refused it.
        """
        live, tried = self._base(), self._sound(release_id)
        release = self._bundles.reword(tried, main, commit=commit, title=why[:200], by=by, now=self._now())
        self._store.add(release)
        return self._go(release, by, why, live, override)

    def clear_tried(self) -> int:
        """Take away what was tried long ago and never published; how many. Its changes can be checked anew."""
        return sum(self._bundles.remove(r) for r in self._store.never_asked_for(self._now() - _TRIED_IS_KEPT))

    def ensure_can_go(self, release_id: str) -> None:
        """Raises what `publish` would, for those who have something to do before that they could not take back."""
        if self._store.starting() is not None:
            raise PublishingNow
        self._sound(release_id)

    def go_back(self, by: str, release_id: str, why: str) -> Publication:
        """Make a former release the live one again."""
        was_live = {p.release.id for p in self._store.publications(1_000) if p.live_at is not None}
        if release_id not in was_live:
            raise CannotPublish("this release was never live: only those that were can be gone back to")
        return self._go(self._sound(release_id), by, why, self._base())

    def _base(self) -> Publication:
        """What is live, as what comes next is made from or after it."""
        self.live_or_installed()
        found = self._store.live()
        if found is None:
            raise CannotPublish("nothing is live yet: try again in a minute")
        return found

    def _sound(self, release_id: str) -> Release:
        release = self._store.release(release_id)
        if release is None:
            raise CannotPublish("there is no such release")
        if faults := self._bundles.faults(release):
            raise CannotPublish(f"this release cannot be used: {faults[0]}. Check its changes anew and publish them")
        return release

    def _go(
        self, release: Release, by: str, why: str, after: Publication | None, override: str | None = None
    ) -> Publication:
        """`after`: what was live when the release was made; `None` for the first one, which runs already."""
        number = self._store.ask(
            release.id, by, why[:400], self._now(), override, after=after.number if after else None
        )  # fmt: skip
        if after is None or after.release.engine == release.engine:
            self._store.switch(number, self._now())
        self._audit.note(by, "release.asked", release.id, {"why": why[:400], "against_the_gate": override})
        return next(p for p in self._store.publications() if p.number == number)
