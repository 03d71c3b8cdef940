"""The turn: gate first, then written down, then Rasa, then completed. Nobody waits in vain or in silence."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from typing import Any

import structlog

from clinic.settings import Settings
from clinic.turns import ConversationOver, Turn, TurnState, TurnStore, TurnStoreError, with_button_ids
from web.chat import text as typed
from web.chat.care import Care, alarms_of
from web.chat.live_gate import LiveGate
from web.chat.rasa_client import RasaClient, RasaFailed, Understood
from web.chat.second_net import SecondNet
from web.chat.turn_error import TurnError as TurnError  # noqa: PLC0414 - raised here, so found here
from web.chat.turn_error import refusal_of
from web.chat.with_person import WithPerson
from web.chat.wording import Wording

log = structlog.get_logger()

_POLL_SECONDS = 0.02
# A database that was busy for a moment: what Rasa has answered is not thrown away for that.
_KEEP_SECONDS = 6.0
_ALARM_RECORD_SECONDS = 1.5


@dataclass(frozen=True)
class Said:
    """What reaches Rasa: typed words, or the intent behind a button; `button`: the id of the pressed one."""

    shown: str
    text: str | None = None
    payload: str | None = None
    button: str | None = None


class TurnDesk:
    """Answers messages, one at a time for each conversation, in order."""

    def __init__(
        self, settings: Settings, store: TurnStore, gate: LiveGate, net: SecondNet, rasa: RasaClient,
        wording: Wording, with_person: WithPerson | None = None,
    ) -> None:  # fmt: skip
        """Parts are made in `web.app`; without `with_person` no conversation is ever with a person."""
        self._settings, self._store, self._gate, self._with_person = settings, store, gate, with_person
        self._net, self._rasa, self._wording = net, rasa, wording
        self._care = Care(store, gate, wording)
        self._background: set[asyncio.Task[None]] = set()

    async def answer(self, sender: str, raw: str, message_id: str | None = None) -> list[dict[str, Any]]:
        """All replies to one message; raises `TurnError` where there can be none.

        `sender` is opaque. A resent `message_id` gives the same replies again and no second turn.
        """
        words = typed.cleaned(raw)
        message_id = message_id or uuid.uuid4().hex
        verdict = self._gate.assess(words)
        if verdict.intent and (verdict.is_certain or await self._net.confirms(words, verdict)):
            return await self._sound(sender, message_id, words, verdict.intent)
        self._refuse_unreadable(words)
        started = time.monotonic()
        try:
            turn, said = await self._write_down(sender, message_id, words)
            if turn.state is TurnState.DONE:
                return turn.replies
            left = self._settings.turn_budget - (time.monotonic() - started)
            if not await self._wait_for_its_time(turn, left):
                return await self._answered_meanwhile(turn)
        except (TurnStoreError, ConversationOver, TurnError) as error:
            return await self._alarm_or(words, refusal_of(error))
        return await self._run(turn, said, self._settings.turn_budget - (time.monotonic() - started))

    async def answer_aloud(self, sender: str, raw: str, message_id: str | None = None) -> list[dict[str, Any]]:
        """As `answer`, and never empty: for those who take silence for a fault, as while a person has it."""
        return await self.answer(sender, raw, message_id) or [self._wording.reply("utter_person_has_message")]

    async def settle(self) -> None:
        """Wait for what still runs in the background; called at shutdown."""
        if self._background:
            await asyncio.wait(self._background, timeout=5)

    def _refuse_unreadable(self, words: str) -> None:
        if not words:
            raise TurnError("empty", 422)
        if len(words) > self._settings.max_characters:
            raise TurnError("too_long", 413)

    async def _sound(self, sender: str, message_id: str, words: str, alarm: str) -> list[dict[str, Any]]:
        """The alarm's text at once; records and Rasa follow, and may fail."""
        replies = [self._wording.alarm(alarm)]
        task = asyncio.create_task(self._record_alarm(sender, message_id, words, alarm, replies))
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        await asyncio.wait({task}, timeout=_ALARM_RECORD_SECONDS)
        return replies

    async def _record_alarm(
        self, sender: str, message_id: str, words: str, alarm: str, replies: list[dict[str, Any]]
    ) -> None:
        try:
            now = time.time()
            await asyncio.to_thread(self._store.note_alarm, sender, alarm, now)
            kept = words[: self._settings.max_characters]
            turn, _ = await asyncio.to_thread(self._store.add, sender, message_id, kept, now, now + 20)
            if turn.state is TurnState.DONE or not await self._wait_for_its_time(turn, 10):
                return
            trace: dict[str, Any] = {"triage": {"intent": alarm}}
            if self._with_person and await self._with_person.has(sender):
                trace["handoff"] = True
            else:
                replies += await self._after_alarm(sender, typed.as_typed(kept), trace)
            await asyncio.to_thread(
                self._store.finish, sender, turn.number, TurnState.DONE, replies, trace, time.time()
            )
        except Exception as error:  # an alarm was given; its record must not take it back
            log.error("alarm not recorded", error=type(error).__name__)

    async def _after_alarm(self, sender: str, text: str, trace: dict[str, Any]) -> list[dict[str, Any]]:
        """What Rasa has to say besides; its trace is added to `trace`."""
        try:
            understood = await self._rasa.turn(sender, text=text, payload=None, seconds=5)
        except RasaFailed as failure:
            trace["failed"] = failure.code
            return []
        trace |= understood.trace
        # A form that goes on after an urgent alarm asks its question again.
        asked = [r for r in understood.replies if r["metadata"].get("kind") == "booking"]
        return await self._with_button_ids(sender, [*asked, *self._care.kept_questions(trace)])

    async def _write_down(self, sender: str, message_id: str, words: str) -> tuple[Turn, Said]:
        said = await self._resolve(sender, words)
        now = time.time()
        waits_until = now + self._settings.turn_budget
        turn, _ = await asyncio.to_thread(
            self._store.add, sender, message_id, said.shown, now, waits_until, said.button
        )
        return turn, said

    async def _alarm_or(self, words: str, refusal: TurnError) -> list[dict[str, Any]]:
        """What can be said where Rasa cannot be asked: danger is answered, the rest refused."""
        alarm = None if typed.is_button(words) else await asyncio.to_thread(self._net.alarm_in, words)
        if alarm:
            return [self._wording.alarm(alarm)]
        raise refusal

    async def _resolve(self, sender: str, words: str) -> Said:
        if not typed.is_button(words):
            return Said(shown=words, text=typed.as_typed(words))
        found = await asyncio.to_thread(self._store.resolve_button, sender, words)
        if found is None:
            if await asyncio.to_thread(self._store.is_over, sender):
                raise ConversationOver
            raise TurnError("expired_button", 404)
        payload, title = found
        # A button is an intent, or words that are said for the visitor: a time, a name.
        is_intent = payload.startswith("/")
        return Said(title, None if is_intent else payload, payload if is_intent else None, button=words)

    async def _answered_meanwhile(self, turn: Turn) -> list[dict[str, Any]]:
        """The replies that the same message, sent twice at once, got the other time; raises `TurnError` without any."""
        found = await asyncio.to_thread(self._store.find, turn.sender, turn.message_id)
        if found is None:  # the conversation was erased while the message waited
            raise TurnError("session_expired", 401)
        if found.state is not TurnState.DONE:
            raise TurnError("busy", 503)
        return found.replies

    async def _wait_for_its_time(self, turn: Turn, seconds: float) -> bool:
        """Whether the turn may run now; `False` when its time is over, or it was answered or erased meanwhile."""
        until = time.monotonic() + max(seconds, 0)
        while True:
            now = time.time()
            taken = await asyncio.to_thread(
                self._store.take, turn.sender, turn.number, now, now + self._settings.turn_budget + 2
            )
            if taken or time.monotonic() > until:
                return taken
            found = await asyncio.to_thread(self._store.find, turn.sender, turn.message_id)
            if found is None or found.state is TurnState.DONE:
                return False
            await asyncio.sleep(_POLL_SECONDS)

    async def _run(self, turn: Turn, said: Said, seconds: float) -> list[dict[str, Any]]:
        try:
            understood = await self._understand(turn, said, seconds)
        except RasaFailed as failure:
            return await self._after_failure(turn, said, failure)
        until = time.monotonic() + _KEEP_SECONDS
        while True:
            try:
                return await self._keep(turn, said, understood)
            except TurnStoreError as error:
                log.error("answer not kept", error=type(error).__name__)
                alarms = alarms_of(understood)
                if alarms:
                    return alarms
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(_POLL_SECONDS)

    async def _keep(self, turn: Turn, said: Said, understood: Understood) -> list[dict[str, Any]]:
        """Write down what is answered, and only then answer."""
        replies = await self._care.over(turn.sender, said.text, understood)
        replies = await self._with_button_ids(turn.sender, replies)
        await self._finish(turn, TurnState.DONE, replies, understood.trace)
        return replies

    async def _understand(self, turn: Turn, said: Said, seconds: float) -> Understood:
        heard = await self._with_person.heard(turn, said.text) if self._with_person else None
        if heard is not None:
            return heard
        if said.text is not None and not typed.has_words(said.text):
            return Understood([self._wording.reply("utter_rephrase")], {"intent": None})
        if said.text is not None and typed.is_mostly_foreign_script(said.text):
            return Understood([self._wording.reply("utter_error_other_language")], {"intent": None})
        return await self._rasa.turn(
            turn.sender, text=said.text, payload=said.payload, seconds=max(seconds, 1.0), turn=turn.message_id
        )

    async def _with_button_ids(self, sender: str, replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
        shown, issued = with_button_ids(replies)
        await asyncio.to_thread(self._store.issue_buttons, sender, issued)
        return shown

    async def _after_failure(self, turn: Turn, said: Said, failure: RasaFailed) -> list[dict[str, Any]]:
        """Danger is answered even now; everything else is an honest error, and the message may be sent again."""
        log.error("turn failed", code=failure.code)
        alarm = (failure.trace.get("triage") or {}).get("intent")
        if alarm is None and said.text is not None:
            alarm = await asyncio.to_thread(self._net.alarm_in, said.text)
        if alarm:
            replies = [self._wording.alarm(alarm)]
            try:
                await asyncio.to_thread(self._store.note_alarm, turn.sender, alarm, time.time())
                await self._finish(turn, TurnState.DONE, replies, {**failure.trace, "failed": failure.code})
            except TurnStoreError as error:
                log.error("alarm not recorded", error=type(error).__name__)
            return replies
        await self._finish(turn, TurnState.FAILED, [], {**failure.trace, "failed": failure.code})
        raise TurnError(
            "timeout" if failure.code == "timeout" else "unavailable", 504 if failure.code == "timeout" else 503
        )

    async def _finish(self, turn: Turn, state: TurnState, replies: list[dict[str, Any]], trace: dict[str, Any]) -> None:
        await asyncio.to_thread(self._store.finish, turn.sender, turn.number, state, replies, trace, time.time())
