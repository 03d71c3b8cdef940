"""The own input channel: one turn in, all replies with their metadata and the trace out, or an error.

A turn that ends without a reply is a failure here, never an empty success. The text is not logged.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from typing import Any, Awaitable, Callable, Dict, List, Optional, Text

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.action_results import check_the_schema_once
from channels.log_privacy import keep_patient_words_out_of_logs
from channels.said_before import SaidBefore, said_before
from channels.session_limits import end_session_if_due
from channels.several_questions import Part, kept_questions, parts_left, parts_of, remember_kept
from channels.turn_trace import begin_trace
from clinic.answers import load_catalogue, reply_of
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.answers.content import speak_for_this_turn
from clinic.settings import load_settings

logger = logging.getLogger(__name__)

_SENDER = re.compile(r"[A-Za-z0-9_-]{1,80}")
_MOST_CHARACTERS = 20_000
_TURN_SECONDS = 15.0
Handler = Callable[[UserMessage], Awaitable[Any]]
_PAYLOAD = re.compile(r"/[a-z_]+")


class CollectedReplies(OutputChannel):
    """Keeps whole replies: text, buttons, metadata."""

    def __init__(self) -> None:
        """No reply yet."""
        self.replies: List[Dict[Text, Any]] = []

    @classmethod
    def name(cls) -> Text:
        """The channel's name in the tracker."""
        return "clinic"

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        """Keep a reply as the nlg made it."""
        self.replies.append(
            {
                "text": message.get("text", ""),
                "buttons": message.get("buttons") or [],
                "metadata": message.get("metadata") or {},
            }
        )

    async def send_text_message(self, recipient_id: Text, text: Text, **kwargs: Any) -> None:
        """Keep a bare text, as Rasa's own default actions send it."""
        self.replies.append({"text": text, "buttons": [], "metadata": {}})


class ClinicInput(InputChannel):
    """`POST /webhooks/clinic/turn` for `web` alone, behind a shared secret."""

    def __init__(self, secret: Text) -> None:
        """`secret`: what the header `X-Channel-Secret` must hold."""
        self._secret = secret

    @classmethod
    def name(cls) -> Text:
        """Part of the address."""
        return "clinic"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> InputChannel:
        """The secret is derived from `SECRET_KEY`; credentials.yml holds none."""
        return cls(load_settings().channel_secret)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Routes `/ready` and `/turn`."""
        check_the_schema_once()
        keep_patient_words_out_of_logs()
        routes = Blueprint("clinic_channel")

        @routes.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            agent = _unwrapped_agent(request.app)
            if agent is None:
                return response.json({"error": "no_model"}, status=503)
            await agent.tracker_store.ping()
            return response.json({"status": "ready", "model": agent.processor.model_filename})

        @routes.route("/conversations/<sender>", methods=["DELETE"])
        async def erase(request: Request, sender: Text) -> HTTPResponse:
            if not self._is_allowed(request):
                return response.json({"error": "forbidden"}, status=403)
            agent = _unwrapped_agent(request.app)
            if agent is None:
                return response.json({"error": "no_model"}, status=503)
            await agent.tracker_store.delete(sender)
            return response.json({"status": "erased"})

        @routes.route("/parse", methods=["POST"])
        async def parse(request: Request) -> HTTPResponse:
            """What one message is understood as; nothing is kept of it."""
            if not self._is_allowed(request):
                return response.json({"error": "forbidden"}, status=403)
            agent, message = _unwrapped_agent(request.app), _message_of(request)
            if agent is None or message is None:
                return response.json({"error": "no_model" if agent is None else "bad_request"}, status=400)
            parsed = await agent.parse_message(message.text)
            return response.json({name: parsed.get(name) for name in ("intent", "intent_ranking", "triage")})

        @routes.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            if not self._is_allowed(request):
                return response.json({"error": "forbidden"}, status=403)
            message = _message_of(request)
            if message is None:
                return response.json({"error": "bad_request"}, status=400)
            agent = _unwrapped_agent(request.app)
            if agent is None:
                return response.json({"error": "no_model"}, status=503)
            speak_for_this_turn((message.metadata or {}).get("release"))
            return await _run_turn(agent, on_new_message, message)

        return routes

    def _is_allowed(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get("x-channel-secret", "").encode(), self._secret.encode())


async def _run_turn(agent: Any, on_new_message: Handler, message: UserMessage) -> HTTPResponse:
    trace = begin_trace()
    try:
        await asyncio.wait_for(_say(agent, on_new_message, message, trace), _TURN_SECONDS)
    except asyncio.TimeoutError:
        return response.json({"error": "timeout", "trace": trace}, status=504)
    except Exception as error:
        logger.error("turn failed: %s", type(error).__name__)
        return response.json({"error": "turn_failed", "trace": trace}, status=500)
    replies = message.output_channel.replies  # type: ignore[union-attr]
    if not replies:
        return response.json({"error": "no_reply", "trace": trace}, status=502)
    return response.json({"replies": replies, "trace": trace})


async def _say(agent: Any, on_new_message: Handler, message: UserMessage, trace: Dict[Text, Any]) -> None:
    """Every question of the message in turn, all replies into the one channel; the trace is the last one's.

    What was answered before is not asked again: its replies are the same.
    """
    text, sender = str(message.text), str(message.sender_id)
    before = await said_before(agent, message)
    message.output_channel.replies.extend(before.replies)  # type: ignore[union-attr]
    if before.is_all:
        return
    parts = await _parts_to_say(agent, message, before)
    metadata, number = dict(message.metadata or {}), len(before.questions) + len(parts)
    if number > 1:
        metadata["parts"] = number
    for part in parts:
        trace["parts"] = [*before.questions, *(p.text for p in parts)]
        await on_new_message(
            UserMessage(
                part.text,
                message.output_channel,
                sender,
                part.parsed,
                input_channel="clinic",
                metadata=metadata,
            )
        )
    if (trace.get("triage") or {}).get("intent"):
        trace["kept"] = await kept_questions(agent, text)
        await remember_kept(agent, sender, trace["kept"])


async def _parts_to_say(agent: Any, message: UserMessage, before: SaidBefore) -> List[Part]:
    text, sender = str(message.text), str(message.sender_id)
    if before.questions:
        return await parts_left(agent, text, before.questions)
    notice = await end_session_if_due(agent, sender)
    if notice:
        message.output_channel.replies.append(_wording(notice))  # type: ignore[union-attr]
    return [Part(text)] if text.startswith("/") else await parts_of(agent, sender, text)


def _wording(name: Text) -> Dict[Text, Any]:
    """An approved text that no rule utters."""
    return reply_of(load_catalogue().variations(name)[0], load_clinic_facts())


def _message_of(request: Request) -> Optional[UserMessage]:
    try:
        body = request.json
    except Exception:
        return None
    if not isinstance(body, dict):
        return None
    sender, text, payload = body.get("sender"), body.get("text"), body.get("payload")
    if not isinstance(sender, str) or not _SENDER.fullmatch(sender):
        return None
    if isinstance(payload, str) and _PAYLOAD.fullmatch(payload):
        said = payload
    elif isinstance(text, str) and text.strip() and len(text) <= _MOST_CHARACTERS:
        said = text.lstrip().lstrip("/").strip() or "?"
    else:
        return None
    return UserMessage(said, CollectedReplies(), sender, input_channel="clinic", metadata=body.get("metadata"))


def _unwrapped_agent(app: Sanic) -> Any:
    """The agent with our store bare: Rasa wraps every store in one that hides outages behind memory."""
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        return None
    if isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store = agent.tracker_store._tracker_store
        agent.processor.tracker_store = agent.tracker_store
    return agent
