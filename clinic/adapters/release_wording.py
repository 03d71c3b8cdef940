"""Approved wording goes live: the live release with one file of answers anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import yaml

from clinic.releases.desk import CannotPublish, ReleaseDesk
from clinic.releases.ports import PublishingNow, ReleaseStoreError
from clinic.review.answers.drafts import NotPublished
from clinic.review.answers.wording import WrittenAnswer
from clinic.review.content.errors import ChangesError
from clinic.staff.model import StaffMember

_LATER = "It goes live with the next release."


class ReleaseWording:
    """`WordingPublisher` over the desk for releases."""

    def __init__(self, desk: ReleaseDesk, main: Callable[[Sequence[str]], AbstractContextManager[Path]]) -> None:
        """`desk`: where releases are published; `main`: the files of the main line as they are saved."""
        self._desk, self._main = desk, main

    def publish(self, member: StaffMember, root: Path, answer: WrittenAnswer, commit: str, why: str) -> None:
        """The file of `answer` alone: what else was changed on the main line was not approved here."""
        file = answer.path.relative_to(root).as_posix()
        try:
            self._ensure_known(answer, file)
            with self._main([file]) as saved:
                self._desk.publish_wording(member.id, saved, commit, why, [file])
        except PublishingNow as error:
            raise NotPublished("Another release is going live just now. Try it again in a minute.") from error
        except CannotPublish as error:
            raise NotPublished(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
        except ChangesError as error:
            raise NotPublished(str(error)) from error
        except (ReleaseStoreError, OSError, ValueError, KeyError, yaml.YAMLError) as error:
            raise NotPublished("The releases cannot be written just now. Try it again in a minute.") from error

    def is_live(self, root: Path, answer: WrittenAnswer) -> bool:
        """Whether the live release has the file as it is; before the first one, what is installed is spoken."""
        try:
            live = self._desk.live()
            if live is None:
                return True
            spoken = self._desk.folder(live) / answer.path.relative_to(root)
            return spoken.read_bytes() == answer.path.read_bytes()
        except (ReleaseStoreError, OSError):
            return False

    def _ensure_known(self, answer: WrittenAnswer, file: str) -> None:
        """A text that names what the live release does not know would leave visitors without any answer."""
        folder = self._desk.folder(self._desk.live_or_installed())
        sources = _part(folder / "data/clinic/sources.yml", "sources")
        outline = _part(folder / "data/clinic/article.yml", "sections")
        named = {claim.source for claim in answer.wording.claims}
        if not named <= sources or not set(answer.wording.sections) <= outline:
            raise NotPublished(f"It names a source or a passage that the live release does not know yet. {_LATER}")
        if not (folder / file).exists():
            raise NotPublished(f"It is an answer that the live release does not have yet. {_LATER}")


def _part(path: Path, name: str) -> set[str]:
    return set(yaml.safe_load(path.read_text("utf-8"))[name])
