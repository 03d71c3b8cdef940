"""Everything that goes wrong, as an OperationOutcome that says in plain words what to do."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from fastapi import Request, Response
from fastapi.routing import APIRoute
from fhir.resources.R4B.operationoutcome import OperationOutcome
from fhir.resources.R4B.resource import Resource

from clinic.booking.errors import BookingError
from web.chat.turns import TurnError
from web.limits import TooMany

log = structlog.get_logger()

FHIR_JSON = "application/fhir+json"
_JSON = {FHIR_JSON, "application/json", "text/json", "json", "application/*", "*/*"}


class FhirError(Exception):
    """A request that is refused: HTTP status, FHIR's issue type, and a sentence for whoever wrote the client."""

    def __init__(self, status: int, issue: str, text: str) -> None:
        super().__init__(issue)
        self.status, self.issue, self.text = status, issue, text


_REFUSED = {
    401: FhirError(401, "login", "A key is needed here: send it in the header Authorization, as Bearer and the key."),
    429: FhirError(429, "throttled", "That was too much in one minute. Wait a minute, then go on."),
}
_UNAVAILABLE = FhirError(503, "transient", "The appointment book cannot be read now. Try again in a minute.")
_UNEXPECTED = FhirError(500, "exception", "Something failed here. Try again; if it stays, tell the clinic.")


class FhirRoute(APIRoute):
    """A route that answers in FHIR's JSON, whatever happens."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler with its failures turned into outcomes."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                _refuse_other_formats(request)
                return await handler(request)
            except FhirError as error:
                return _outcome(error)
            except TurnError as error:
                return _outcome(_REFUSED.get(error.status, _UNEXPECTED), error)
            except BookingError:
                return _outcome(_UNAVAILABLE)
            except Exception as error:  # what is quoted in it may be a patient's
                log.error("fhir_failed", error=type(error).__name__)
                return _outcome(_UNEXPECTED)

        return answer


def fhir_response(resource: Resource, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A resource on its way out."""
    return Response(resource.model_dump_json(), status, headers, media_type=FHIR_JSON)


def _outcome(error: FhirError, cause: Exception | None = None) -> Response:
    issue = {"severity": "error", "code": error.issue, "details": {"text": error.text}}
    headers = {401: {"WWW-Authenticate": "Bearer"}, 405: {"Allow": "GET"}}.get(error.status)
    if isinstance(cause, TooMany):
        headers = {"Retry-After": str(cause.retry_after)}
    return fhir_response(OperationOutcome.model_validate({"issue": [issue]}), error.status, headers)


def _refuse_other_formats(request: Request) -> None:
    """`_format` outranks the header, as in FHIR."""
    asked = request.query_params.getlist("_format") or request.headers.get("accept", "*/*").split(",")
    names = {name.partition(";")[0].strip().lower().replace(" ", "+") for name in asked}
    if not names & _JSON:
        raise FhirError(406, "not-supported", f"Only JSON is spoken here: ask for {FHIR_JSON}.")
