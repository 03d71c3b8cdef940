"""A conversation for each test, alone or with a clinic."""

import pytest
from open_clinic import OpenClinic
from played_chat import Chat
from played_conversation import Conversation


@pytest.fixture
def conversation() -> Conversation:
    """A conversation at its start."""
    return Conversation()


@pytest.fixture
def clinic() -> OpenClinic:
    """A clinic with nothing booked."""
    return OpenClinic()


@pytest.fixture
def chat(clinic: OpenClinic) -> Chat:
    """A conversation with that clinic, at its start."""
    return clinic.chat()
