"""How much may be sent, counted together in Redis, and what is heard above it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from structlog.testing import capture_logs

from tests.processes import free_port
from tests.redis_server import RedisServer, running_redis
from tests.serving import Served
from tests.web.chatting import old_token
from tests.web.conftest import StandInRasa, running_web, say

DANGER = "I want to kill myself"
_MOST_WAIT = 0.3


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


class Visitor:
    """One session of the chat; `headers` are those that a proxy would add."""

    _messages = 0

    def __init__(self, web: httpx.Client, **headers: str) -> None:
        self._web, self._headers = web, headers
        begun = web.post("/chat/session", json={"consent": True}, headers=headers)
        assert begun.status_code == 200, begun.text
        self.token = begun.json()["token"]

    def at(self, web: httpx.Client) -> Visitor:
        """The same session, at another process."""
        there = Visitor.__new__(Visitor)
        there._web, there._headers, there.token = web, self._headers, self.token
        return there

    def say(self, text: str = "is iron good") -> httpx.Response:
        Visitor._messages += 1
        headers = {**self._headers, "Authorization": f"Bearer {self.token}"}
        return self._web.post(
            "/chat/messages", json={"id": f"message-{Visitor._messages}", "text": text}, headers=headers
        )

    def statuses(self, messages: int) -> list[int]:
        return [self.say().status_code for _ in range(messages)]

    def history(self) -> list[str]:
        turns = self._web.get("/chat/messages", headers={"Authorization": f"Bearer {self.token}"}).json()["turns"]
        return [turn["text"] for turn in turns]


def is_refused(answer: httpx.Response) -> bool:
    """Whether it is the documented refusal, which says when to come back."""
    if answer.status_code != 429:
        return False
    assert answer.json()["error"]["code"] == "too_many"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    return True


class TestMessages:
    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        return {"CHAT_MESSAGES_PER_MINUTE": "2", "CHAT_MESSAGES_PER_MINUTE_PER_ADDRESS": "5"}

    def test_one_session_above_its_limit_is_told_when_to_come_back_and_another_goes_on(self, web: httpx.Client) -> None:
        eager, calm = Visitor(web), Visitor(web)
        assert eager.statuses(2) == [200, 200]
        assert is_refused(eager.say())
        assert calm.say().status_code == 200

    def test_all_sessions_of_one_address_have_a_limit_together(self, web: httpx.Client) -> None:
        room = [Visitor(web) for _ in range(3)]
        assert [visitor.statuses(2) for visitor in room[:2]] == [[200, 200], [200, 200]]
        assert room[2].say().status_code == 200
        assert is_refused(room[2].say())

    @pytest.mark.parametrize("text", [DANGER, f"{'my legs hurt. ' * 100}{DANGER}"])
    def test_danger_is_heard_above_the_limit_and_written_down_nowhere(self, web: httpx.Client, text: str) -> None:
        visitor = Visitor(web)
        visitor.statuses(2)
        before = visitor.history()
        for _ in range(3):
            answer = visitor.say(text)
            assert answer.status_code == 200
            assert [reply["metadata"]["kind"] for reply in answer.json()["replies"]] == ["emergency"]
        assert is_refused(visitor.say("my legs hurt at night"))
        assert visitor.history() == before

    def test_messages_with_a_token_that_is_too_old_count_for_their_address(self, web: httpx.Client) -> None:
        visitor = Visitor(web)
        visitor.token = old_token()
        assert visitor.statuses(5) == [401] * 5
        assert is_refused(visitor.say())
        assert visitor.say(DANGER).status_code == 200

    def test_a_session_that_is_erased_again_and_again_is_slowed_down(self, web: httpx.Client) -> None:
        headers = {"Authorization": f"Bearer {Visitor(web).token}"}
        answers = [web.delete("/chat/session", headers=headers) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [204, 204, 429]
        assert is_refused(answers[2])

    def test_a_flood_of_danger_holds_up_nobody_else(self, web: httpx.Client) -> None:
        flood, calm = Visitor(web), Visitor(web)
        flood.statuses(2)
        with ThreadPoolExecutor(20) as threads:
            sent = [threads.submit(flood.say, "chest pain and I cannot breathe, " * 120) for _ in range(100)]
            begun = time.monotonic()
            assert calm.say().status_code == 200
            assert time.monotonic() - begun < 3
            answers = [one.result() for one in sent]
        assert any(answer.status_code == 200 for answer in answers)
        assert all(answer.status_code == 200 or is_refused(answer) for answer in answers)


def test_danger_is_heard_above_the_limit_of_a_key_too(web_environment: dict[str, str]) -> None:
    with running_web(web_environment, messages_per_minute=1) as web:
        assert say(web, "is iron good").status_code == 200
        assert is_refused(say(web, "is iron good"))
        heard = say(web, DANGER)
        assert [(r["recipient_id"], r["metadata"]["kind"]) for r in heard.json()] == [("ann", "emergency")]


def test_new_sessions_of_one_address_have_a_limit(web_environment: dict[str, str]) -> None:
    with running_web({**web_environment, "CHAT_SESSIONS_PER_MINUTE_PER_ADDRESS": "2"}) as web:
        begun = [web.post("/chat/session", json={"consent": True}) for _ in range(3)]
        assert [answer.status_code for answer in begun] == [200, 200, 429]
        assert is_refused(begun[2])


def test_a_failure_says_when_to_try_again(web: httpx.Client, rasa: tuple[StandInRasa, Served]) -> None:
    rasa[0].mode = "failing"
    answer = say(web, "is iron good")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


class TestProxies:
    @pytest.fixture
    def more_settings(self) -> dict[str, str]:
        return {"CHAT_MESSAGES_PER_MINUTE_PER_ADDRESS": "2", "TRUSTED_PROXIES": "127.0.0.0/8, 203.0.113.7"}

    def test_behind_a_trusted_proxy_each_address_counts_by_itself(self, web: httpx.Client) -> None:
        ann, bob = (Visitor(web, **{"X-Forwarded-For": f"198.51.100.{n}"}) for n in (1, 2))
        assert ann.statuses(3) == [200, 200, 429]
        assert bob.statuses(3) == [200, 200, 429]

    def test_what_a_visitor_writes_before_the_proxys_word_does_not_count(self, web: httpx.Client) -> None:
        said = [Visitor(web, **{"X-Forwarded-For": f"192.0.2.{n}, 198.51.100.9, 203.0.113.7"}) for n in range(3)]
        assert [visitor.say().status_code for visitor in said] == [200, 200, 429]

    def test_one_connections_ipv6_addresses_count_as_one(self, web: httpx.Client) -> None:
        said = [Visitor(web, **{"X-Forwarded-For": f"2001:db8:1:2:{n}::{n}"}) for n in range(1, 4)]
        assert [visitor.say().status_code for visitor in said] == [200, 200, 429]
        assert Visitor(web, **{"X-Forwarded-For": "2001:db8:1:3::1"}).say().status_code == 200

    def test_an_ipv4_address_written_as_ipv6_is_the_same(self, web: httpx.Client) -> None:
        said = [Visitor(web, **{"X-Forwarded-For": a}) for a in ("198.51.100.4", "::ffff:198.51.100.4", "198.51.100.4")]
        assert [visitor.say().status_code for visitor in said] == [200, 200, 429]


def test_without_a_trusted_proxy_nobody_can_claim_another_address(web_environment: dict[str, str]) -> None:
    with running_web({**web_environment, "CHAT_MESSAGES_PER_MINUTE_PER_ADDRESS": "2"}) as web:
        said = [Visitor(web, **{"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(3)]
        assert [visitor.say().status_code for visitor in said] == [200, 200, 429]


class TestRedis:
    @pytest.fixture
    def more_settings(self, redis: RedisServer) -> dict[str, str]:
        return {"CHAT_MESSAGES_PER_MINUTE": "4", "REDIS_URL": redis.url}

    def test_two_processes_count_together(self, web: httpx.Client, web_environment: dict[str, str]) -> None:
        with running_web(web_environment) as other:
            ann, bob = Visitor(web), Visitor(other)
            assert ann.statuses(2) == [200, 200]
            assert ann.at(other).statuses(2) == [200, 200]
            assert is_refused(ann.say())
            assert is_refused(ann.at(other).say())
            assert bob.say().status_code == 200

    def test_redis_knows_no_address_and_no_token(self, web: httpx.Client, redis: RedisServer) -> None:
        visitor = Visitor(web)
        visitor.say()
        keys = " ".join(redis.keys())
        assert "chat:" in keys
        assert "session:" in keys
        assert "127.0.0.1" not in keys
        assert visitor.token not in keys

    def test_a_redis_that_dies_is_no_error_and_a_flood_is_still_held_back(
        self, web: httpx.Client, redis: RedisServer
    ) -> None:
        visitor = Visitor(web)
        assert visitor.statuses(2) == [200, 200]
        redis.stop()
        assert visitor.statuses(5) == [200, 200, 200, 200, 429]
        assert Visitor(web).say().status_code == 200

    def test_a_redis_that_comes_back_counts_again(
        self, web: httpx.Client, web_environment: dict[str, str], redis: RedisServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("web.redis_window._REST_SECONDS", 0.3)
        Visitor(web).say()
        redis.stop()
        assert Visitor(web).say().status_code == 200
        redis.start()
        until = time.monotonic() + 10
        while not redis.keys() and time.monotonic() < until:
            web.post("/chat/session", json={"consent": True})
        with running_web(web_environment) as other:
            visitor = Visitor(other)
            assert visitor.statuses(2) == [200, 200]
            assert visitor.at(web).statuses(3) == [200, 200, 429]

    def test_a_redis_that_hangs_is_waited_for_once_and_briefly(self, web: httpx.Client, redis: RedisServer) -> None:
        visitor = Visitor(web)
        usual = _seconds(visitor)
        redis.hang()
        waits = [_seconds(visitor) - usual for _ in range(3)]
        redis.go_on()
        assert max(waits) < _MOST_WAIT
        assert sum(waits) < 2 * _MOST_WAIT

    def test_while_redis_hangs_others_are_answered(self, web: httpx.Client, redis: RedisServer) -> None:
        visitors = [Visitor(web) for _ in range(8)]
        redis.hang()
        with ThreadPoolExecutor(8) as threads:
            waiting = [threads.submit(visitor.say) for visitor in visitors]
            slowest = max(_health_seconds(web) for _ in range(20))
            assert [one.result().status_code for one in waiting] == [200] * 8
        redis.go_on()
        assert slowest < 0.2


def test_a_redis_that_was_never_there_stops_nothing_and_is_told_once(web_environment: dict[str, str]) -> None:
    nowhere = {**web_environment, "REDIS_URL": f"redis://:pa55word@127.0.0.1:{free_port()}/0"}
    with capture_logs() as logs, running_web(nowhere) as web:
        visitor = Visitor(web)
        assert visitor.statuses(5) == [200] * 5
    told = [line for line in logs if "Redis" in line["event"]]
    assert len(told) == 1
    assert "pa55word" not in str(logs)


def _seconds(visitor: Visitor) -> float:
    begun = time.monotonic()
    assert visitor.say().status_code == 200
    return time.monotonic() - begun


def _health_seconds(web: httpx.Client) -> float:
    begun = time.monotonic()
    assert web.get("/healthz").status_code == 200
    return time.monotonic() - begun
