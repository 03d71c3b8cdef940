"""The channel with a made-up conversation, in Rasa's environment: plays the turns of standard input, prints answers.

A turn is `{"turn", "text", "hangs_at"}`: the question at which the time limit ends it. An answer is
`{"status", "replies"}`, the texts of the replies.
"""

from __future__ import annotations

import asyncio
import json
import sys
from types import SimpleNamespace
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import BotUttered, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from channels import clinic

INTENTS = {"cause": "causes", "treat": "treatment", "iron": "iron"}


class MadeUpAgent:
    """Understands three topics for sure, and remembers what was said."""

    def __init__(self) -> None:
        self.events: list[Any] = [SessionStarted()]
        self.hangs_at = ""
        self.domain = SimpleNamespace(session_config=SimpleNamespace(session_expiration_time=0))
        self.tracker_store = self.processor = self

    async def retrieve(self, sender: str) -> DialogueStateTracker:
        tracker = DialogueStateTracker(sender, [])
        for event in self.events:
            tracker.events.append(event)
        return tracker

    async def parse_message(self, message: UserMessage) -> dict[str, Any]:
        name = next((intent for word, intent in INTENTS.items() if word in str(message.text)), "nlu_fallback")
        intent = {"name": name, "confidence": 0.97}
        return {"text": message.text, "intent": intent, "intent_ranking": [intent], "entities": []}

    async def say(self, message: UserMessage) -> None:
        if self.hangs_at and self.hangs_at in str(message.text):
            await asyncio.sleep(60)
        self.events.append(UserUttered(message.text, metadata=message.metadata))
        reply = {"text": f"About: {message.text}", "buttons": [], "metadata": {"kind": "answer"}}
        self.events.append(BotUttered(reply["text"], metadata={"metadata": reply["metadata"]}))
        await message.output_channel.send_response(message.sender_id, reply)


async def main() -> None:
    agent, answers = MadeUpAgent(), []
    clinic._TURN_SECONDS = 0.5
    for turn in json.load(sys.stdin):
        agent.hangs_at = turn.get("hangs_at", "")
        message = UserMessage(
            turn["text"], clinic.CollectedReplies(), "visitor", input_channel="clinic", metadata={"turn": turn["turn"]}
        )
        answer = await clinic._run_turn(agent, agent.say, message)
        found = json.loads(answer.body)
        answers.append({"status": answer.status, "replies": [reply["text"] for reply in found.get("replies", [])]})
    sys.stdout.write(json.dumps(answers) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
