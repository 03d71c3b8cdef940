"""The action server finds every action, and opens nothing while it starts."""

import re
from pathlib import Path

import yaml
from rasa_sdk.executor import ActionExecutor

_ACTIONS = Path(__file__).parents[2] / "actions"


def test_the_server_registers_every_action_of_the_domain() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    declared = yaml.safe_load((_ACTIONS.parent / "domain.yml").read_text("utf-8"))["actions"]
    assert set(executor.actions) == set(declared)


def test_no_action_says_words_of_its_own() -> None:
    for path in _ACTIONS.rglob("*.py"):
        assert not re.search(r"utter_message\(\s*(text=|[\"'])", path.read_text("utf-8")), path.name


def test_every_action_is_guarded() -> None:
    for path in _ACTIONS.rglob("*.py"):
        source = path.read_text("utf-8")
        assert source.count("async def run(") == source.count("@never_silent\n    async def run("), path.name
