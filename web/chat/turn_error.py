"""Why a turn cannot be answered."""

from __future__ import annotations

import structlog

from clinic.turns import ConversationOver

log = structlog.get_logger()


class TurnError(Exception):
    """A turn cannot be answered; `code` is the documented error, `status` its HTTP status."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code, self.status = code, status


def refusal_of(error: Exception) -> TurnError:
    """The documented error of a turn that cannot be begun."""
    if isinstance(error, TurnError):
        return error
    if isinstance(error, ConversationOver):
        return TurnError("session_expired", 401)
    log.error("turn not begun", error=type(error).__name__)
    return TurnError("unavailable", 503)
