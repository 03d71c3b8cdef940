"""The folders of releases: made whole or not at all, never changed, known by the hashes of what is in them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from clinic.releases.desk import CannotPublish
from clinic.releases.model import Release

MANIFEST = "manifest.json"
FORMAT = 1
MODEL, NET = "models/rls.tar.gz", "models/safety_net.npz"
WORDING = ("data/answers", "data/widget")
_LEFT_OUT = "data/safety"  # the second net has learnt it; nobody reads it afterwards
_CONTRACT = ("domain.yml", "config.yml")
_UNDERSTANDING = ("models/", "data/clinic/red_flags.yml", "data/clinic/lexicon.yml", *_CONTRACT)
_ID_LENGTH = 12


class BundleError(CannotPublish):
    """A release cannot be made: the message says what is missing or full, in words for staff."""


class ReleaseBundles:
    """Releases below one folder; `program` is the version that makes and reads them."""

    def __init__(self, folder: Path, program: str) -> None:
        """Nothing is made before it is asked for."""
        self._folder, self._program = folder, program

    def make(
        self, tree: Path, model: Path, net: Path, *, commit: str | None, title: str, by: str, now: float
    ) -> Release:
        """Copy the content of `tree` beside a model and a net; see `Bundles`."""
        with self._unfinished() as making:
            for path in _files(tree / "data"):
                if not path.is_relative_to(tree / _LEFT_OUT):
                    _copy(path, making / path.relative_to(tree))
            for name in _CONTRACT:
                _copy(tree / name, making / name)
            _link(model, making / MODEL)
            _link(net, making / NET)
            return self._finish(making, commit=commit, title=title, by=by, now=now)

    def reword(
        self, former: Release, tree: Path, files: Iterable[str] | None = None, *, commit: str, title: str, by: str,
        now: float,
    ) -> Release:  # fmt: skip
        """The former release with wording of `tree`: of these files, or all of it."""
        before = self.folder(former)
        chosen = [tree / name for name in files] if files else [p for part in WORDING for p in _files(tree / part)]
        with self._unfinished() as making:
            for path in _files(before):
                if path.name != MANIFEST:
                    _link(path, making / path.relative_to(before))
            for path in chosen:
                target = making / path.relative_to(tree)
                target.unlink(missing_ok=True)  # it is a link to the former release's file
                _copy(path, target)
            return self._finish(making, commit=commit, title=title, by=by, now=now)

    def engine_of(self, tree: Path, model: Path, net: Path) -> str:
        """The engine that a release of this content would have."""
        contract = [tree / name for name in _UNDERSTANDING if (tree / name).is_file()]
        files = {str(path.relative_to(tree)): _hash(path) for path in contract}
        return _digest(files | {MODEL: _hash(model), NET: _hash(net)})

    def folder(self, release: Release) -> Path:
        """Where it lies."""
        return self._folder / release.id

    def remove(self, release: Release) -> bool:
        """Take its folder away; files that other releases share stay theirs."""
        is_there = self.folder(release).is_dir()
        shutil.rmtree(self.folder(release), ignore_errors=True)
        return is_there

    def describe(self, release: Release) -> Mapping[str, Any]:
        """The manifest; raises `OSError` or `ValueError` where there is none."""
        found: dict[str, Any] = json.loads((self.folder(release) / MANIFEST).read_text("utf-8"))
        return found

    def faults(self, release: Release) -> list[str]:
        """Why it cannot go live, in words; see `Bundles`."""
        try:
            manifest = self.describe(release)
        except (OSError, ValueError):
            return ["its folder is missing or damaged"]
        if manifest.get("format") != FORMAT or manifest.get("program") != self._program:
            return [f"it was made by version {manifest.get('program')} of the program, and this is {self._program}"]
        hashes = manifest["files"]
        changed = [n for n, h in hashes.items() if _hash_or_none(self.folder(release) / n) != h]
        return [f"{len(changed)} of its files are missing or changed, {changed[0]} the first"] if changed else []

    def _finish(self, making: Path, *, commit: str | None, title: str, by: str, now: float) -> Release:
        files = {str(path.relative_to(making)): _hash(path) for path in _files(making)}
        release = Release(
            id=_digest(files), engine=_digest({n: h for n, h in files.items() if n.startswith(_UNDERSTANDING)}),
            commit=commit, title=title, made_by=by, made_at=now,
        )  # fmt: skip
        manifest = {"format": FORMAT, "program": self._program, **vars(release), "files": files}
        (making / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
        for path in _files(making):
            path.chmod(0o444)
        if not self.folder(release).exists():
            making.rename(self.folder(release))
        return release

    @contextmanager
    def _unfinished(self) -> Iterator[Path]:
        """A folder that is gone afterwards, unless it was renamed."""
        making = self._folder / f".making-{uuid4().hex}"
        try:
            making.mkdir(parents=True)
            yield making
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            raise BundleError(f"the release could not be written ({reason}); nothing was changed") from error
        finally:
            shutil.rmtree(making, ignore_errors=True)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _link(source: Path, target: Path) -> None:
    """Models are large and never written twice: one file under several names, or a copy on another disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _hash_or_none(path: Path) -> str | None:
    return _hash(path) if path.is_file() else None


def _digest(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:_ID_LENGTH]
