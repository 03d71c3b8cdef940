"""Publishing under 20 visitors, and the whole loop, once more with PostgreSQL as the clinic's database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.loop.clinic_at_work import ClinicAtWork, clinic_at_work
from tests.loop.test_publishing import (  # noqa: F401 - pytest finds them here
    test_reworded_an_answer_is_read_within_five_seconds,
    test_twenty_visitors_notice_nothing_of_releases_that_come_and_go,
    tree,
)
from tests.loop.test_the_whole_loop import (  # noqa: F401
    browser,
    page_of,
    test_a_missed_question_is_taught_answered_approved_checked_published_and_taken_back,
)
from tests.postgres_server import running_postgres
from tools.migrate import upgrade


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClinicAtWork]:
    with running_postgres() as url:
        upgrade(url)
        with clinic_at_work(tmp_path_factory.mktemp("loop"), CLINIC_DB_URL=url) as found:
            yield found
