"""Refusals of the booking desk as HTTP: the desk's code for programs, its approved sentence for people."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from clinic.intake.errors import Refused
from web.chat.wording import Wording

_STATUSES = {
    "time_taken": 409,
    "hold_expired": 409,
    "key_reused": 409,
    "appointment_not_found": 404,
    "request_not_found": 404,
    "too_many_attempts": 429,
    "unavailable": 503,
}
_FIELD = 422  # what was sent would be refused again
_WAIT_SECONDS = {"too_many_attempts": "900", "unavailable": "1"}


class TimeGone(Exception):
    """A time cannot be had; `nearest`: the closest free ones, as the answer shows them."""

    def __init__(self, refusal: Refused, nearest: list[dict[str, Any]]) -> None:
        super().__init__(refusal.code)
        self.refusal, self.nearest = refusal, nearest


def install_booking_errors(app: FastAPI, wording: Wording) -> None:
    """Answer every refusal in the shape of `web.errors`; `nearest` stands beside code and message."""

    @app.exception_handler(Refused)
    async def refused(_: Request, error: Exception) -> JSONResponse:
        return _response(wording, error.code if isinstance(error, Refused) else "unavailable", {})

    @app.exception_handler(TimeGone)
    async def time_gone(_: Request, error: TimeGone) -> JSONResponse:
        return _response(wording, error.refusal.code, {"nearest": error.nearest})


def _response(wording: Wording, code: str, more: dict[str, Any]) -> JSONResponse:
    message = wording.reply(f"utter_booking_{code}")["text"]
    headers = {"Retry-After": _WAIT_SECONDS[code]} if code in _WAIT_SECONDS else None
    return JSONResponse({"error": {"code": code, "message": message, **more}}, _STATUSES.get(code, _FIELD), headers)
