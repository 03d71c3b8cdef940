"""One documented shape for every error: `{"error": {"code", "message"}}`, the message in the visitor's words."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from clinic.turns import TurnStoreError
from web.chat.rasa_client import RasaFailed
from web.chat.turns import TurnError
from web.chat.wording import Wording
from web.limits import TooMany

_CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "not_found", 413: "too_long", 429: "too_many"}


_WAIT_SECONDS = {429: 10, 503: 2}  # where nobody knows better


def error_response(wording: Wording, code: str, status: int, retry_after: int | None = None) -> JSONResponse:
    """An error as HTTP: its code for programs, its sentence for people; `retry_after`: seconds until the next try."""
    wait = _WAIT_SECONDS.get(status) if retry_after is None else retry_after
    headers = None if wait is None else {"Retry-After": str(wait)}
    return JSONResponse({"error": {"code": code, "message": wording.error_text(code)}}, status, headers)


def install_error_handlers(app: FastAPI, wording: Wording) -> None:
    """Turn every failure into the documented shape; nothing of the cause is shown."""

    @app.exception_handler(TurnError)
    async def turn_error(_: Request, error: TurnError) -> JSONResponse:
        wait = error.retry_after if isinstance(error, TooMany) else None
        return error_response(wording, error.code, error.status, wait)

    @app.exception_handler(RequestValidationError)
    async def validation_error(_: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(wording, "bad_request", 422)

    @app.exception_handler(HTTPException)
    async def http_error(_: Request, error: HTTPException) -> JSONResponse:
        return error_response(wording, _CODES.get(error.status_code, "bad_request"), error.status_code)

    @app.exception_handler(TurnStoreError)
    @app.exception_handler(RasaFailed)
    async def part_failed(_: Request, error: Exception) -> JSONResponse:
        return error_response(wording, "unavailable", 503)

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> JSONResponse:
        return error_response(wording, "unavailable", 500)
