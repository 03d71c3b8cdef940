"""A conversation for each test."""

import pytest
from played_conversation import Conversation


@pytest.fixture
def conversation() -> Conversation:
    """A conversation at its start."""
    return Conversation()
