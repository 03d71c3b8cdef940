"""What the worker says is what visitors get: it follows the pointer to the live release, as `web.published` does."""

from __future__ import annotations

from threading import Lock

import structlog

from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.answers.content import data_of, speak_from
from clinic.releases.ports import ReleaseStore

log = structlog.get_logger()


class LiveWording:
    """Asked before each piece of work that says something; one small query where nothing is new."""

    def __init__(self, store: ReleaseStore, country: str | None) -> None:
        """`country`: for the emergency numbers; nothing is read before `follow`."""
        self._store, self._country = store, country
        self._spoken: str | None = None
        self._lock = Lock()

    def follow(self) -> None:
        """Speak from the live release from now on; before the first one, it is what was installed."""
        try:
            with self._lock:
                publication = self._store.live()
                if publication is not None and publication.release.id != self._spoken:
                    self._take_over(publication.release.id)
        except Exception as error:  # whatever is wrong with a release or the database, the words before go on
            log.warning("live release not followed", error=type(error).__name__)

    def _take_over(self, release: str) -> None:
        """Read everything before anything is changed: a release that cannot be read changes nothing."""
        data = data_of(release)
        load_catalogue(data)
        load_clinic_facts(data / "clinic/clinic.yml", data / "clinic/countries.yml", self._country)
        speak_from(data)
        self._spoken = release
        log.info("release taken over", release=release)
