"""Ids of buttons: whoever sees one learns no payload, and presses only what was shown to them."""

from __future__ import annotations

import secrets
from typing import Any

IssuedButton = tuple[str, str, str]
"""Id, payload, title."""


def with_button_ids(replies: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[IssuedButton]]:
    """Copies of replies in which every button's payload is a new id, and what these ids stand for."""
    issued: list[IssuedButton] = []
    shown = []
    for reply in replies:
        buttons = []
        for button in reply["buttons"]:
            button_id = f"b_{secrets.token_urlsafe(16)}"
            issued.append((button_id, button["payload"], button["title"]))
            buttons.append({**button, "payload": button_id})
        shown.append({**reply, "buttons": buttons})
    return shown, issued
