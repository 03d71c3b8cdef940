"""Releases as folders: whole or not at all, never changed, the same content the same release."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from clinic.adapters.release_bundles import MODEL, NET, BundleError, ReleaseBundles

NOW = 1_800_000_000.0


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name in ("data/answers/about/iron.yml", "data/clinic/red_flags.yml", "data/clinic/lexicon.yml",
                 "data/nlu/about/iron.yml", "data/safety/clot.yml", "data/widget/en.yml", "domain.yml", "config.yml",
                 MODEL, NET):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name}\n", "utf-8")
    return root


@pytest.fixture
def bundles(tmp_path: Path) -> ReleaseBundles:
    return ReleaseBundles(tmp_path / "releases", "1")


def made(bundles: ReleaseBundles, tree: Path, title: str = "First") -> object:
    return bundles.make(tree, tree / MODEL, tree / NET, commit="abc", title=title, by="ann", now=NOW)


def test_the_same_content_is_the_same_release_whoever_makes_it(bundles: ReleaseBundles, tree: Path) -> None:
    first = bundles.make(tree, tree / MODEL, tree / NET, commit="abc", title="First", by="ann", now=NOW)
    again = bundles.make(tree, tree / MODEL, tree / NET, commit="def", title="Again", by="bob", now=NOW + 1)

    assert again.id == first.id
    assert bundles.describe(first)["made_by"] == "ann"


def test_a_release_holds_what_is_said_and_not_what_the_net_has_learnt(bundles: ReleaseBundles, tree: Path) -> None:
    folder = bundles.folder(bundles.make(tree, tree / MODEL, tree / NET, commit=None, title="x", by="y", now=NOW))

    assert (folder / "data/answers/about/iron.yml").read_text() == "data/answers/about/iron.yml\n"
    assert not (folder / "data/safety").exists()


def test_other_wording_is_another_release_with_the_same_engine(bundles: ReleaseBundles, tree: Path) -> None:
    former = bundles.make(tree, tree / MODEL, tree / NET, commit="abc", title="First", by="ann", now=NOW)
    (tree / "data/answers/about/iron.yml").write_text("new words\n", "utf-8")

    release = bundles.reword(former, tree, ["data/answers/about/iron.yml"], commit="b", title="Iron", by="a", now=NOW)

    assert release.id != former.id
    assert release.engine == former.engine
    assert (bundles.folder(release) / "data/answers/about/iron.yml").read_text() == "new words\n"
    assert (bundles.folder(former) / "data/answers/about/iron.yml").read_text() == "data/answers/about/iron.yml\n"
    assert bundles.faults(former) == []


def test_rewording_takes_no_other_file_along(bundles: ReleaseBundles, tree: Path) -> None:
    former = bundles.make(tree, tree / MODEL, tree / NET, commit="abc", title="First", by="ann", now=NOW)
    for name in ("data/answers/about/iron.yml", "data/widget/en.yml", "data/nlu/about/iron.yml"):
        (tree / name).write_text("changed\n", "utf-8")

    release = bundles.reword(former, tree, ["data/answers/about/iron.yml"], commit="b", title="Iron", by="a", now=NOW)

    assert (bundles.folder(release) / "data/widget/en.yml").read_text() == "data/widget/en.yml\n"
    assert (bundles.folder(release) / "data/nlu/about/iron.yml").read_text() == "data/nlu/about/iron.yml\n"


@pytest.mark.parametrize("name", [MODEL, NET, "data/clinic/red_flags.yml", "domain.yml", "config.yml"])
def test_what_understands_otherwise_is_another_engine(bundles: ReleaseBundles, tree: Path, name: str) -> None:
    former = bundles.make(tree, tree / MODEL, tree / NET, commit="abc", title="First", by="ann", now=NOW)
    (tree / name).write_text("changed\n", "utf-8")

    release = bundles.make(tree, tree / MODEL, tree / NET, commit="b", title="Second", by="ann", now=NOW)

    assert release.engine != former.engine
    assert release.engine == bundles.engine_of(tree, tree / MODEL, tree / NET)


def test_a_damaged_release_is_told(bundles: ReleaseBundles, tree: Path) -> None:
    release = bundles.make(tree, tree / MODEL, tree / NET, commit="abc", title="First", by="ann", now=NOW)
    target = bundles.folder(release) / "data/answers/about/iron.yml"
    target.chmod(0o644)
    target.write_text("tampered\n", "utf-8")

    assert "data/answers/about/iron.yml" in bundles.faults(release)[0]


def test_a_release_that_is_gone_is_told(bundles: ReleaseBundles, tree: Path) -> None:
    release = bundles.make(tree, tree / MODEL, tree / NET, commit="abc", title="First", by="ann", now=NOW)
    shutil.rmtree(bundles.folder(release))

    assert bundles.faults(release)


def test_a_release_of_another_version_of_the_program_is_told(tmp_path: Path, tree: Path) -> None:
    older = ReleaseBundles(tmp_path / "releases", "1")
    release = older.make(tree, tree / MODEL, tree / NET, commit="abc", title="First", by="ann", now=NOW)

    assert "version 1" in ReleaseBundles(tmp_path / "releases", "2").faults(release)[0]


def test_a_release_that_cannot_be_written_leaves_nothing_behind(bundles: ReleaseBundles, tree: Path) -> None:
    (tree / "domain.yml").unlink()

    with pytest.raises(BundleError):
        made(bundles, tree)

    assert list((bundles.folder(replace(_any(bundles, tree), id="x")).parent).glob(".making-*")) == []


def _any(bundles: ReleaseBundles, tree: Path) -> object:
    (tree / "domain.yml").write_text("x", "utf-8")
    return made(bundles, tree)
