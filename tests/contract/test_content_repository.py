"""Versions of the content in real git: saved changes, merges, accidents, and everything told in words."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clinic.adapters.git_content import GitContent
from clinic.review.changes.change_set import Author, FileChange
from clinic.review.content.edits import add_example, add_topic, set_answer
from clinic.review.content.errors import (
    ChangedMeanwhile,
    ChangesError,
    ContentError,
    ContentTooLarge,
    ContentUnreadable,
    EditsInTheWay,
    MergeConflict,
    RepositoryBusy,
    RepositoryUnavailable,
    StorageFull,
)
from clinic.review.content.tree import ContentTree
from tests.content_repository import commit_all, content_repository, git, numstat

IRON, EXERCISE = "data/nlu/causes/iron.yml", "data/nlu/management/exercise.yml"
ANSWER = "data/answers/causes/iron.yml"
NORA = Author("Nora Lind", "nora@example.com")
ID, OTHER = "a1b2c3d4", "0f0f0f0f"
Edit = Callable[[ContentTree], None]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return content_repository(tmp_path_factory.mktemp("template"))


@pytest.fixture
def repository(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "repository"))


@pytest.fixture
def content(repository: Path) -> GitContent:
    return GitContent(repository, repository / "var" / "changes", lock_seconds=5)


def says(sentence: str, topic: str = "iron") -> Edit:
    return lambda tree: add_example(tree, topic, sentence)


def save(content: GitContent, name: str, edit: Edit, expects: str | None = None) -> str:
    return content.save(name, "", NORA, "Some change", edit, expects)


def saved(content: GitContent, sentence: str, name: str = ID) -> str:
    content.open(name)
    return save(content, name, says(sentence))


def at(repository: Path, commit: str, path: str = IRON) -> str:
    return git(repository, "show", f"{commit}:{path}")


def is_at_rest(content: GitContent, repository: Path, name: str = ID) -> bool:
    """Nothing half done is left: the folder is as it was saved, and no other file lies around."""
    folder = repository / "var/changes" / name
    others = {p.name for p in folder.parent.iterdir() if p.name.startswith(".")} - {".lock"}
    return git(folder, "status", "--porcelain", "--", "data", "domain.yml") == "" and not others


def test_a_set_is_a_branch_and_a_folder_with_the_content_and_nothing_else(
    content: GitContent, repository: Path
) -> None:
    head = content.open(ID)
    assert head == git(repository, "rev-parse", "main") == git(repository, "rev-parse", f"change/{ID}")
    folder = content.tree(ID, head).root
    assert folder == repository / "var/changes" / ID
    assert sorted(p.name for p in folder.iterdir()) == [
        ".git", "config.yml", "credentials.yml", "data", "domain.yml", "endpoints.yml", "tests",
    ]  # fmt: skip
    assert git(folder, "status", "--porcelain") == ""
    assert git(repository, "status", "--porcelain") == ""


def test_a_saved_change_is_one_commit_in_the_editor_s_name_with_one_line(content: GitContent, repository: Path) -> None:
    before = content.open(ID)
    after = content.save(
        ID, before, Author("Nora Lind", "nora@example.com"), "# A sentence\n\nmore", says("new words"), None
    )
    asked = "--format=%P|%an <%ae>|%cn <%ce>|%B"
    assert git(repository, "log", "-1", asked, f"change/{ID}") == (
        f"{before}|Nora Lind <nora@example.com>|Truffles RLS assistant <assistant@clinic.invalid>|# A sentence\n\nmore"
    )
    assert git(repository, "rev-parse", f"change/{ID}") == after == content.head(ID, "")
    assert numstat(repository, before, after) == [(1, 0, IRON)]
    assert git(repository, "rev-parse", "main") == before
    assert [(c.by, c.message, c.id) for c in content.history(ID, "")] == [("Nora Lind", "# A sentence", after)]


def test_a_change_that_changes_nothing_is_no_commit(content: GitContent) -> None:
    head = content.open(ID)
    assert save(content, ID, lambda _: None) == head


def test_nobody_s_settings_hooks_or_environment_decide(
    content: GitContent, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = repository / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    hook.chmod(0o755)
    for name in ("post-merge", "reference-transaction", "post-checkout"):
        shutil.copy(hook, hook.with_name(name))
    git(repository, "config", "commit.gpgSign", "true")
    git(repository, "config", "merge.ff", "false")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    saved(content, "new words")
    assert content.history(ID, "")[0].by == "Nora Lind"
    assert "new words" in at(repository, content.merge(ID, "", NORA, "All", None))


def test_what_an_edit_raises_leaves_nothing_behind(content: GitContent, repository: Path) -> None:
    head = content.open(ID)

    def half(tree: ContentTree) -> None:
        add_example(tree, "iron", "half of it")
        (tree.root / "data/new.yml").write_text("a: 1\n", "utf-8")
        raise ContentError("No.")

    with pytest.raises(ContentError, match="No"):
        save(content, ID, half)
    assert content.head(ID, "") == head
    assert is_at_rest(content, repository)


def test_two_editors_of_one_thing_and_the_second_is_told(content: GitContent) -> None:
    seen = content.open(ID)
    save(content, ID, says("my words came first"), seen)
    with pytest.raises(ChangedMeanwhile):
        save(content, ID, says("the second one"), seen)
    texts = "".join(c.after or "" for c in content.changes(ID, ""))
    assert "my words came first" in texts
    assert "the second one" not in texts


def test_many_editors_at_once_in_threads_and_processes_lose_nothing(content: GitContent, repository: Path) -> None:
    content.open(ID)
    program = (
        "import sys; from pathlib import Path; from clinic.adapters.git_content import GitContent;"
        "from clinic.review.changes.change_set import Author; from clinic.review.content.edits import add_example;"
        "c = GitContent(Path(sys.argv[1]), Path(sys.argv[1]) / 'var/changes');"
        f"[c.save('{ID}', '', Author('P', 'p@example.com'), 'm',"
        " lambda t: add_example(t, 'iron', f'process {sys.argv[2]} number {n}'), None) for n in range(2)]"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, str(repository), str(n)]) for n in range(2)]
    patient = GitContent(repository, repository / "var" / "changes", lock_seconds=60)
    threads = [
        threading.Thread(target=lambda n=n: save(patient, ID, says(f"thread number {n}"))) for n in range(3)  # type: ignore[misc]
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [process.wait(120) for process in processes] == [0, 0]
    head = content.head(ID, "")
    assert len(content.history(ID, "")) == 7
    assert numstat(repository, "main", head) == [(7, 0, IRON)]


def test_who_waits_too_long_for_another_editor_is_told(content: GitContent, repository: Path) -> None:
    content.open(ID)
    hasty = GitContent(repository, repository / "var" / "changes", lock_seconds=0.05)
    holds, may_go = threading.Event(), threading.Event()

    def slow(_: ContentTree) -> None:
        holds.set()
        assert may_go.wait(60)

    editor = threading.Thread(target=lambda: save(content, ID, slow))
    editor.start()
    assert holds.wait(60)
    with pytest.raises(RepositoryBusy):
        save(hasty, ID, says("new words"))
    may_go.set()
    editor.join(60)
    save(hasty, ID, says("new words"))


def test_a_merge_brings_a_set_to_the_main_line_and_its_working_tree_follows(
    content: GitContent, repository: Path
) -> None:
    head, before = saved(content, "new words"), git(repository, "rev-parse", "main")
    merged = content.merge(ID, head, NORA, "The title\n\nSet of changes a1b2c3d4", head)
    assert git(repository, "rev-parse", "main") == git(repository, "rev-parse", "HEAD") == merged
    assert git(repository, "log", "-1", "--format=%P|%an|%s") == f"{before} {head}|Nora Lind|The title"
    assert "new words" in (repository / IRON).read_text("utf-8")
    assert git(repository, "status", "--porcelain") == ""
    assert content.merge(ID, head, NORA, "Again", head) == merged == git(repository, "rev-parse", "main")
    content.close(ID, head)
    assert content.merge(ID, head, NORA, "Again", None) == merged
    assert [c.path for c in content.changes(ID, head)] == [IRON]
    assert not (repository / "var/changes" / ID).exists()
    assert git(repository, "branch", "--list", "change/*") == ""


def test_a_developer_s_edits_that_are_not_saved_stay_and_those_in_the_way_are_named(
    content: GitContent, repository: Path
) -> None:
    head = saved(content, "new words")
    by_hand = (repository / IRON).read_text("utf-8") + "    - by hand\n"
    (repository / IRON).write_text(by_hand, "utf-8")
    (repository / EXERCISE).write_text("# mine\n" + (repository / EXERCISE).read_text("utf-8"), "utf-8")
    (repository / "notes.txt").write_text("mine", "utf-8")
    before = git(repository, "rev-parse", "main")
    with pytest.raises(EditsInTheWay, match=IRON) as caught:
        content.merge(ID, head, NORA, "All", head)
    assert caught.value.files == (IRON,)
    assert git(repository, "rev-parse", "main") == before
    assert (repository / IRON).read_text("utf-8") == by_hand
    git(repository, "checkout", "--", IRON)
    content.merge(ID, head, NORA, "All", head)
    assert "new words" in (repository / IRON).read_text("utf-8")
    assert (repository / EXERCISE).read_text("utf-8").startswith("# mine")
    assert (repository / "notes.txt").read_text("utf-8") == "mine"


def test_a_new_file_of_a_developer_in_the_way_of_a_new_topic_is_named_and_stays(
    content: GitContent, repository: Path
) -> None:
    content.open(ID)
    save(content, ID, lambda t: add_topic(t, "about", "travel", "Long trips", ["on a plane"], "Walk."))
    mine = repository / "data/nlu/about/travel.yml"
    mine.write_text("mine", "utf-8")
    with pytest.raises(EditsInTheWay, match=r"data/nlu/about/travel\.yml"):
        content.merge(ID, "", NORA, "All", None)
    assert mine.read_text("utf-8") == "mine"


@pytest.mark.parametrize("where", ["bare", "another branch", "another folder", "detached"])
def test_a_merge_works_where_the_main_line_is_not_checked_out_here(
    where: str, repository: Path, tmp_path: Path
) -> None:
    branch: str | None = "main"
    if where == "bare":
        git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare.git")
        repository, branch = tmp_path / "bare.git", None
    elif where == "detached":
        git(repository, "checkout", "--quiet", "--detach")
    else:
        git(repository, "checkout", "--quiet", "-b", "work")
    if where == "another folder":
        git(repository, "worktree", "add", "--quiet", str(tmp_path / "main"), "main")
    content = GitContent(repository, tmp_path / "changes", branch)
    head = saved(content, "new words")
    merged = content.merge(ID, head, NORA, "All", head)
    assert git(repository, "rev-parse", "main") == merged
    assert "new words" in at(repository, "main")
    if where == "another folder":
        assert "new words" in (tmp_path / "main" / IRON).read_text("utf-8")
        assert git(tmp_path / "main", "status", "--porcelain") == ""
    if where != "bare":
        assert git(repository, "status", "--porcelain") == ""
        assert "new words" not in (repository / IRON).read_text("utf-8")


def test_two_sets_with_sentences_at_the_same_place_are_put_together(content: GitContent, repository: Path) -> None:
    saved(content, "from the first set")
    save(content, ID, lambda t: add_topic(t, "about", "travel", "Long trips", ["on a plane"], "Walk."))
    saved(content, "from the second set", OTHER)
    save(content, OTHER, lambda t: add_topic(t, "about", "work", "RLS at work", ["at my desk"], "Stand up."))
    content.merge(ID, "", NORA, "First", None)
    assert content.is_behind(OTHER, "")
    content.merge(OTHER, "", NORA, "Second", None)
    sentences = at(repository, "main")
    assert "    - from the first set\n" in sentences
    assert "    - from the second set" in sentences
    rules, domain, titles = (
        at(repository, "main", p) for p in ("data/rules/about.yml", "domain.yml", "data/clinic/titles.yml")
    )
    for topic in ("travel", "work"):
        assert f"- rule: {topic}\n  steps:\n  - intent: {topic}\n  - action: utter_{topic}" in rules
        assert f"\n- {topic}\n" in domain
        assert f"    - {{type: from_intent, intent: {topic}, value: {topic}}}\n" in domain
        assert f"\n  {topic}: " in titles
    assert [row for row in numstat(repository, "main^1", "main") if row[1]] == []


def test_a_real_conflict_is_named_and_nothing_is_touched(content: GitContent, repository: Path) -> None:
    content.open(ID)
    save(content, ID, lambda t: set_answer(t, "utter_iron", "Words of the set."))
    content.save_on_main(NORA, "Approved", lambda t: set_answer(t, "utter_iron", "Words of main."))
    before, main = content.head(ID, ""), git(repository, "rev-parse", "main")
    for act in (
        lambda: content.merge(ID, "", NORA, "All", None),
        lambda: content.bring_up_to_date(ID, "", NORA),
    ):
        with pytest.raises(MergeConflict, match=ANSWER) as caught:
            act()
        assert caught.value.files == (ANSWER,)
    assert (content.head(ID, ""), git(repository, "rev-parse", "main")) == (before, main)
    assert is_at_rest(content, repository)
    assert git(repository, "status", "--porcelain") == ""


def test_a_set_is_brought_up_to_date_with_what_was_published(content: GitContent, repository: Path) -> None:
    head = saved(content, "from the set")
    assert not content.is_behind(ID, head)
    with (repository / EXERCISE).open("a") as file:
        file.write("    - by a developer\n")
    commit_all(repository, "By hand")
    assert content.is_behind(ID, head)
    new = content.bring_up_to_date(ID, head, NORA)
    tree = content.tree(ID, new).root
    assert "by a developer" in (tree / EXERCISE).read_text("utf-8")
    assert "from the set" in (tree / IRON).read_text("utf-8")
    assert not content.is_behind(ID, new)
    assert [c.path for c in content.changes(ID, new)] == [IRON]
    assert content.bring_up_to_date(ID, new, NORA) == new


def test_a_merge_of_what_was_not_checked_is_refused(content: GitContent, repository: Path) -> None:
    checked = saved(content, "checked")
    save(content, ID, says("not checked"))
    with pytest.raises(ChangedMeanwhile):
        content.merge(ID, "", NORA, "All", checked)
    (content.tree(ID, "").root / IRON).open("a").write("    - by hand\n")
    with pytest.raises(EditsInTheWay, match=IRON):
        content.merge(ID, "", NORA, "All", None)
    assert "checked" not in at(repository, "main")


def test_a_change_straight_on_the_main_line_is_one_commit_and_the_working_tree_follows(
    content: GitContent, repository: Path
) -> None:
    mine = repository / EXERCISE
    mine.write_text("# mine\n" + mine.read_text("utf-8"), "utf-8")
    before = git(repository, "rev-parse", "main")
    commit = content.save_on_main(NORA, "Approved", lambda t: set_answer(t, "utter_iron", "Other words."))
    assert git(repository, "log", "-1", "--format=%H %P %an") == f"{commit} {before} Nora Lind"
    assert "Other words." in (repository / ANSWER).read_text("utf-8")
    assert mine.read_text("utf-8").startswith("# mine")
    assert git(repository, "show", "--name-only", "--format=", commit) == ANSWER
    again = content.save_on_main(NORA, "Approved", lambda t: set_answer(t, "utter_greet", "Hello there."))
    assert git(repository, "log", "-1", "--format=%P", again) == commit
    with pytest.raises(EditsInTheWay, match=EXERCISE):
        content.save_on_main(NORA, "No", says("new words", "exercise"))
    assert git(repository, "rev-parse", "main") == again
    assert content.save_on_main(NORA, "Nothing", lambda _: None) == again


def test_a_developer_who_saves_on_main_at_the_same_moment_loses_nothing(content: GitContent, repository: Path) -> None:
    tries = []

    def edit(tree: ContentTree) -> None:
        if not tries:
            with (repository / EXERCISE).open("a") as file:
                file.write("    - by a developer\n")
            commit_all(repository, "By hand")
        tries.append(1)
        add_example(tree, "iron", "from the pages")

    content.save_on_main(NORA, "Words", edit)
    assert len(tries) == 2
    assert "by a developer" in at(repository, "main", EXERCISE)
    assert "from the pages" in at(repository, "main")
    assert git(repository, "status", "--porcelain") == ""


def test_edits_by_hand_in_a_set_s_folder_are_shown_and_become_a_saved_change(
    content: GitContent, repository: Path
) -> None:
    head = content.open(ID)
    folder = repository / "var/changes" / ID
    with (folder / IRON).open("a") as file:
        file.write("    - by hand\n")
    (folder / "data/nlu/about/new.yml").write_text('version: "3.1"\nnlu: []\n', "utf-8")
    changes = {c.path: c for c in content.changes(ID, head)}
    assert set(changes) == {IRON, "data/nlu/about/new.yml"}
    assert "by hand" in (changes[IRON].after or "")
    assert "by hand" not in (changes[IRON].before or "")
    assert content.head(ID, head) == head
    with pytest.raises(ChangedMeanwhile):
        save(content, ID, says("from the pages"), head)
    save(content, ID, says("from the pages"))
    assert [(c.by, c.message) for c in content.history(ID, "")] == [
        ("Nora Lind", "Some change"), ("Truffles RLS assistant", "Edited by hand"),
    ]  # fmt: skip


def test_a_commit_by_hand_on_the_branch_belongs_to_the_set(content: GitContent, repository: Path) -> None:
    content.open(ID)
    folder = repository / "var/changes" / ID
    with (folder / IRON).open("a") as file:
        file.write("    - by hand\n")
    git(folder, "commit", "--quiet", "--all", "-m", "By a developer")
    assert [(c.by, c.message) for c in content.history(ID, "")] == [("Dev Eloper", "By a developer")]
    assert content.head(ID, "") == git(folder, "rev-parse", "HEAD")


def test_a_file_broken_by_hand_is_named_stays_and_can_be_put_aside(content: GitContent, repository: Path) -> None:
    head = content.open(ID)
    file = repository / "var/changes" / ID / IRON
    whole = file.read_text("utf-8")
    file.write_text(whole + "  broken: [\n", "utf-8")
    for act in (lambda: save(content, ID, says("new words", "exercise")), lambda: content.tree(ID, head)):
        with pytest.raises(ContentUnreadable, match=IRON):
            act()
    assert file.read_text("utf-8").endswith("broken: [\n")
    assert [c.path for c in content.changes(ID, head)] == [IRON]
    kept = content.put_aside(ID, head)
    assert kept is not None
    assert "broken: [" in at(repository, kept)
    assert file.read_text("utf-8") == whole
    assert content.put_aside(ID, head) is None
    save(content, ID, says("new words"))


def test_a_file_broken_on_the_main_line_is_named_and_does_not_come_into_a_set(
    content: GitContent, repository: Path
) -> None:
    head = saved(content, "from the set")
    (repository / EXERCISE).write_text("nlu: [\n", "utf-8")
    commit_all(repository, "Oops")
    with pytest.raises(ContentUnreadable, match=EXERCISE):
        content.bring_up_to_date(ID, head, NORA)
    assert content.head(ID, "") == head
    assert is_at_rest(content, repository)


def test_a_file_over_the_limit_is_not_saved(content: GitContent, repository: Path) -> None:
    head = content.open(ID)

    def huge(tree: ContentTree) -> None:
        (tree.root / "data/huge.txt").write_bytes(b"x" * 5_000_001)

    with pytest.raises(ContentTooLarge, match=r"data/huge\.txt"):
        save(content, ID, huge)
    assert content.head(ID, "") == head
    assert is_at_rest(content, repository)

    def large(tree: ContentTree) -> None:
        (tree.root / "data/large.txt").write_bytes(b"x" * 2_000_000)

    save(content, ID, large)
    assert content.changes(ID, "") == [FileChange("data/large.txt", None, None, is_too_large=True)]


def kill_in_the_middle_of_an_edit(repository: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from clinic.adapters.git_content import GitContent;"
        "from clinic.review.changes.change_set import Author; from clinic.review.content.edits import add_example\n"
        "def edit(tree):\n"
        "    add_example(tree, 'iron', 'half of an edit'); print('now', flush=True); time.sleep(600)\n"
        "c = GitContent(Path(sys.argv[1]), Path(sys.argv[1]) / 'var/changes')\n"
        f"c.save('{ID}', '', Author('P', 'p@example.com'), 'm', edit, None)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(repository)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"now\n"
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stdout.close()


def test_a_process_killed_in_the_middle_of_an_edit_leaves_a_set_that_works_and_what_it_did_is_kept(
    content: GitContent, repository: Path
) -> None:
    head = content.open(ID)
    kill_in_the_middle_of_an_edit(repository)
    folder = repository / "var/changes" / ID
    assert "half of an edit" in (folder / IRON).read_text("utf-8")
    Path(git(folder, "rev-parse", "--absolute-git-dir"), "index.lock").touch()
    assert content.changes(ID, head) == []
    save(content, ID, says("a whole edit"))
    assert numstat(repository, head, f"change/{ID}") == [(1, 0, IRON)]
    kept = git(repository, "for-each-ref", "--format=%(refname)", "refs/changes/left")
    assert "half of an edit" in at(repository, kept)
    assert is_at_rest(content, repository)


def test_a_lock_that_git_left_long_ago_is_removed_and_a_fresh_one_is_respected(
    content: GitContent, repository: Path
) -> None:
    content.open(ID)
    lock = Path(git(repository / "var/changes" / ID, "rev-parse", "--absolute-git-dir"), "index.lock")
    lock.touch()
    with pytest.raises(RepositoryBusy, match=r"index\.lock"):
        save(content, ID, says("new words"))
    assert lock.exists()
    long_ago = time.time() - 3_600
    os.utime(lock, (long_ago, long_ago))
    save(content, ID, says("new words"))
    assert is_at_rest(content, repository)


def test_a_lock_left_over_in_the_main_folder_is_told_and_not_touched(content: GitContent, repository: Path) -> None:
    saved(content, "new words")
    lock = repository / ".git/index.lock"
    lock.touch()
    long_ago = time.time() - 3_600
    os.utime(lock, (long_ago, long_ago))
    before = git(repository, "rev-parse", "main")
    with pytest.raises(RepositoryBusy, match=r"\.git/index\.lock"):
        content.merge(ID, "", NORA, "All", None)
    assert lock.exists()
    assert git(repository, "rev-parse", "main") == before
    lock.unlink()
    content.merge(ID, "", NORA, "All", None)


@pytest.mark.parametrize("how", ["folder", "link", "index", "cut index", "other branch", "moved", "no registration"])
def test_a_folder_that_is_not_whole_is_made_anew_and_what_lay_in_it_is_kept(
    content: GitContent, repository: Path, how: str
) -> None:
    head = saved(content, "new words")
    folder = repository / "var/changes" / ID
    index = Path(git(folder, "rev-parse", "--absolute-git-dir"), "index")
    if how == "folder":
        shutil.rmtree(folder)
    elif how == "link":
        (folder / ".git").unlink()
        (folder / "mine.txt").write_text("mine", "utf-8")
    elif how == "index":
        index.unlink()
    elif how == "cut index":
        index.write_bytes(index.read_bytes()[:1000])
    elif how == "other branch":
        git(folder, "checkout", "--quiet", "-b", "mine")
    elif how == "moved":
        folder.rename(folder.with_name("elsewhere"))
    else:
        shutil.rmtree(index.parent)
    after = save(content, ID, says("more words"))
    assert numstat(repository, head, after) == [(1, 0, IRON)]
    assert numstat(repository, "main", after) == [(2, 0, IRON)]
    assert is_at_rest(content, repository)
    if how == "link":
        assert [p.read_text() for p in folder.parent.glob("left/*/mine.txt")] == ["mine"]


def test_a_process_killed_while_a_folder_is_made_is_made_good(content: GitContent, repository: Path) -> None:
    head = saved(content, "new words")
    folder = repository / "var/changes" / ID
    (folder.parent / f".{ID}.busy").write_text("making", "utf-8")
    shutil.rmtree(folder / "data")
    after = save(content, ID, says("more words"))
    assert numstat(repository, head, after) == [(1, 0, IRON)]


def test_a_branch_deleted_by_hand_is_made_anew_from_what_the_database_knows(
    content: GitContent, repository: Path
) -> None:
    head = saved(content, "new words")
    git(repository, "update-ref", "-d", f"refs/heads/change/{ID}")
    assert content.head(ID, head) == head
    assert git(repository, "rev-parse", f"change/{ID}") == head
    git(repository, "update-ref", "-d", f"refs/heads/change/{ID}")
    with pytest.raises(RepositoryUnavailable, match="backup"):
        content.head(ID, "1" * 40)


def test_what_a_developer_has_staged_beside_the_content_is_not_saved_with_it(
    content: GitContent, repository: Path
) -> None:
    head = content.open(ID)
    folder = repository / "var/changes" / ID
    (folder / "program.py").write_text("pass\n", "utf-8")
    git(folder, "add", "--sparse", "program.py")
    with pytest.raises(EditsInTheWay, match=r"program\.py"):
        save(content, ID, says("new words"))
    assert content.head(ID, "") == head


def test_a_set_that_a_developer_has_open_elsewhere_is_told(
    content: GitContent, repository: Path, tmp_path: Path
) -> None:
    saved(content, "new words")
    shutil.rmtree(repository / "var/changes" / ID)
    git(repository, "worktree", "prune")
    git(repository, "worktree", "add", "--quiet", str(tmp_path / "mine"), f"change/{ID}")
    with pytest.raises(RepositoryBusy, match="mine"):
        save(content, ID, says("more words"))


def test_what_is_abandoned_is_out_of_the_way_and_can_still_be_read(content: GitContent, repository: Path) -> None:
    head = saved(content, "new words")
    folder = repository / "var/changes" / ID
    with (folder / EXERCISE).open("a") as file:
        file.write("    - not saved\n")
    (folder / "stray.txt").write_text("mine", "utf-8")
    content.close(ID, head)
    assert not folder.exists()
    assert git(repository, "worktree", "list").count("\n") == 0
    assert [c.path for c in content.changes(ID, head)] == [IRON]
    assert [c.message for c in content.history(ID, head)] == ["Some change"]
    kept = git(repository, "for-each-ref", "--format=%(refname)", "refs/changes/left")
    assert "not saved" in at(repository, kept, EXERCISE)
    assert [p.read_text() for p in folder.parent.glob("left/*/stray.txt")] == ["mine"]
    content.close(ID, head)


def test_cleaning_removes_what_belongs_to_no_open_set_and_mends_the_rest(content: GitContent, repository: Path) -> None:
    head, other = saved(content, "new words"), saved(content, "other words", OTHER)
    (repository / "var/changes/junk").mkdir()
    (repository / "var/changes/junk/mine.txt").write_text("mine", "utf-8")
    shutil.rmtree(repository / "var/changes" / ID)
    done = content.clean({ID: head})
    assert len(done) == 4
    assert sorted(p.name for p in (repository / "var/changes").iterdir() if p.name[0] != ".") == [ID, "left"]
    assert [p.read_text() for p in (repository / "var/changes/left").glob("junk-*/mine.txt")] == ["mine"]
    assert git(repository, "branch", "--list", "change/*").split()[-1] == f"change/{ID}"
    assert git(repository, "rev-parse", f"refs/changes/kept/{OTHER}") == other
    assert content.clean({ID: head}) == []


def test_no_git_no_folder_no_repository_and_the_wrong_folder_are_told_in_words(
    repository: Path, tmp_path: Path
) -> None:
    empty, unborn = tmp_path / "empty", tmp_path / "unborn"
    empty.mkdir()
    unborn.mkdir()
    git(unborn, "init", "--quiet")
    cases = [
        (GitContent(repository, tmp_path / "c", program="no-such-git"), "not installed"),
        (GitContent(tmp_path / "gone", tmp_path / "c"), "CONTENT_REPOSITORY"),
        (GitContent(empty, tmp_path / "c"), "not a git repository"),
        (GitContent(repository / "data", tmp_path / "c"), "not a git repository"),
        (GitContent(unborn, tmp_path / "c"), "nothing was saved"),
        (GitContent(repository, tmp_path / "c", "no-such-branch"), "CONTENT_BRANCH"),
    ]
    for content, words in cases:
        for act in (
            lambda c=content: c.open(ID),  # type: ignore[misc]
            lambda c=content: c.changes(ID, "0" * 40),  # type: ignore[misc]
            lambda c=content: c.save(ID, "0" * 40, NORA, "m", says("x"), None),  # type: ignore[misc]
            lambda c=content: c.save_on_main(NORA, "m", says("x")),  # type: ignore[misc]
            lambda c=content: c.head(ID, "0" * 40),  # type: ignore[misc]
        ):
            with pytest.raises(RepositoryUnavailable, match=words):
                act()
    git(repository, "checkout", "--quiet", "--detach")
    with pytest.raises(RepositoryUnavailable, match="CONTENT_BRANCH"):
        GitContent(repository, tmp_path / "c").open(ID)


def test_a_folder_that_lost_its_repository_never_reaches_into_the_one_around_it(
    content: GitContent, repository: Path
) -> None:
    """The folders lie inside the project's own repository: without its link, git would find that one."""
    head = saved(content, "new words")
    mine = repository / "domain.yml"
    mine.write_text("# mine\n" + mine.read_text("utf-8"), "utf-8")
    (repository / "data/mine.yml").write_text("mine: 1\n", "utf-8")
    (repository / "var/changes" / ID / ".git").unlink()
    content.changes(ID, head)
    content.put_aside(ID, head)
    save(content, ID, says("more words"))
    content.close(ID, head)
    assert mine.read_text("utf-8").startswith("# mine")
    assert (repository / "data/mine.yml").exists()
    assert git(repository, "log", "--oneline", "main").count("\n") == 0


def test_a_disk_that_fills_up_is_told_and_the_next_edit_works(content: GitContent, repository: Path) -> None:
    head = content.open(ID)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for most in (0, 600, 3_000):  # the mark, the file itself, what git writes
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
        try:
            with pytest.raises(StorageFull):
                save(content, ID, says("new words"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert content.head(ID, "") == head
    save(content, ID, says("new words"))
    assert numstat(repository, head, f"change/{ID}") == [(1, 0, IRON)]
    assert is_at_rest(content, repository)


def test_a_rebase_of_the_main_line_under_way_is_not_disturbed(content: GitContent, repository: Path) -> None:
    content = GitContent(repository, repository / "var" / "changes", "main")
    saved(content, "new words")
    (repository / "README.md").write_text("other", "utf-8")
    commit_all(repository, "Other")
    env = {"PATH": os.environ["PATH"], "GIT_SEQUENCE_EDITOR": "sed -i s/pick/edit/", "HOME": str(repository)}
    who = ["-c", "user.name=Dev", "-c", "user.email=dev@example.org"]
    subprocess.run(
        ["git", *who, "rebase", "-q", "-i", "HEAD~1"], cwd=repository, env=env, check=True, capture_output=True
    )
    before = git(repository, "rev-parse", "main")
    with pytest.raises(RepositoryBusy):
        content.merge(ID, "", NORA, "All", None)
    assert git(repository, "rev-parse", "main") == before


def test_histories_that_have_nothing_in_common_are_told(content: GitContent, repository: Path) -> None:
    saved(content, "new words")
    git(repository, "checkout", "--quiet", "--orphan", "fresh")
    commit_all(repository, "A new beginning")
    with pytest.raises(ChangesError, match="in common"):
        content.merge(ID, "", NORA, "All", None)
