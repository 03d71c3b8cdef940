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

_CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "not_found", 413: "too_long", 429: "too_many"}


def error_response(wording: Wording, code: str, status: int) -> JSONResponse:
    """An error as HTTP: its code for programs, its sentence for people."""
    return JSONResponse({"error": {"code": code, "message": wording.error_text(code)}}, status_code=status)


def install_error_handlers(app: FastAPI, wording: Wording) -> None:
    """Turn every failure into the documented shape; nothing of the cause is shown."""

    @app.exception_handler(TurnError)
    async def turn_error(_: Request, error: TurnError) -> JSONResponse:
        return error_response(wording, error.code, error.status)

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
