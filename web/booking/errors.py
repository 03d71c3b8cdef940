"""Refusals of the booking desk as HTTP: the desk's code for programs, its approved sentence for people."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from clinic.intake.errors import Refused
from web.chat.turns import TurnError
from web.chat.wording import Wording
from web.errors import error_response

log = structlog.get_logger()

_STATUSES = {
    "time_taken": 409,
    "hold_expired": 409,
    "key_reused": 409,
    "appointment_not_found": 404,
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


def answering(wording: Wording) -> type[APIRoute]:
    """Routes that answer every refusal in the shape of `web.errors`; `nearest` stands beside code and message."""

    class BookingRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler = super().get_route_handler()

            async def answer(request: Request) -> Response:
                try:
                    return await handler(request)
                except TimeGone as gone:
                    return _response(wording, gone.refusal.code, {"nearest": gone.nearest})
                except Refused as refusal:
                    return _response(wording, refusal.code, {})
                except (TurnError, RequestValidationError, HTTPException):
                    raise
                except Exception as error:  # what is quoted in it may be a patient's
                    log.error("booking_failed", error=type(error).__name__)
                    return error_response(wording, "unavailable", 500)

            return answer

    return BookingRoute


def _response(wording: Wording, code: str, more: dict[str, Any]) -> JSONResponse:
    message = wording.reply(f"utter_booking_{code}")["text"]
    headers = {"Retry-After": _WAIT_SECONDS[code]} if code in _WAIT_SECONDS else None
    return JSONResponse({"error": {"code": code, "message": message, **more}}, _STATUSES.get(code, _FIELD), headers)
