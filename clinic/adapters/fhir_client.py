"""FHIR's REST as far as a mirror needs it: find by identifier, read, create once, replace. Raises `MirrorFailed`."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
from fhir.resources.R4B.resource import Resource

from clinic.booking.mirror import MirrorFailed
from clinic.settings import FhirSettings

Json = dict[str, Any]

_TIMEOUT = httpx.Timeout(10, connect=5)
_GONE = {404, 410}
# Among the refusals these can heal: a token or an address is mended, somebody else was faster, a queue gets shorter.
_HEALING = {401, 403, 404, 408, 409, 410, 412, 421, 423, 424, 425, 429}
_MEDIA = "application/fhir+json"


class FhirClient:
    """One FHIR server; nothing of what is sent or answered gets into a failure's code."""

    def __init__(self, settings: FhirSettings, client: httpx.Client | None = None) -> None:
        """Nothing is connected yet."""
        self._url, self._client = settings.url, client or httpx.Client(timeout=_TIMEOUT)
        self._headers = {"Accept": _MEDIA}
        if settings.token:
            self._headers["Authorization"] = f"Bearer {settings.token}"

    def find(self, kind: str, system: str, value: str) -> Json | None:
        """The resource with an identifier; of several, as a server without conditions can come to have, the first."""
        found = self.search(kind, {"identifier": f"{system}|{value}"})
        ours = [one for one in found if value in identifiers(one, system)]  # some ignore a parameter they do not know
        return min(ours, key=lambda one: str(one["id"]), default=None)

    def search(self, kind: str, parameters: dict[str, str]) -> list[Json]:
        """What a server finds, on its first page."""
        answer = self._send("GET", kind, {"Prefer": "handling=strict"}, parameters=parameters)
        _refuse(answer)
        bundle = _json(answer)
        if bundle.get("resourceType") != "Bundle":
            raise MirrorFailed("no_bundle")
        found = [entry.get("resource") for entry in objects_in(bundle, "entry")]
        return [one for one in found if isinstance(one, dict) and one.get("resourceType") == kind and one.get("id")]

    def read(self, reference: str) -> Json | None:
        """A resource; `None` where there is none any more."""
        answer = self._send("GET", reference, {})
        if answer.status_code in _GONE:
            return None
        _refuse(answer)
        found = _json(answer)
        if f"{found.get('resourceType')}/{found.get('id')}" != reference:
            raise MirrorFailed("no_resource")
        return found

    def create(self, resource: Resource) -> tuple[str, bool]:
        """Create a resource unless one with its first identifier is there; its reference, and whether it is new.

        A server that knows no conditions creates it in any case, so it has to be looked for before.
        """
        body = as_json(resource)
        kind, identifier = body["resourceType"], body["identifier"][0]
        condition = f"identifier={identifier['system']}|{identifier['value']}"
        answer = self._send("POST", kind, {"If-None-Exist": condition}, body=body)
        _refuse(answer)
        place = re.search(rf"\b{kind}/([A-Za-z0-9.-]+)", answer.headers.get("Location", ""))
        told = place[1] if place else _json(answer).get("id")
        if not told:
            raise MirrorFailed("no_id")
        return f"{kind}/{told}", answer.status_code == httpx.codes.CREATED

    def replace(self, known: Json, body: Json, *, if_unchanged: bool = False) -> bool:
        """Give a known resource another content; `False` where it has changed meanwhile, if that was asked."""
        meta = known.get("meta")
        version = meta.get("versionId") if isinstance(meta, dict) else None
        headers = {"If-Match": f'W/"{version}"'} if if_unchanged and version else {}
        answer = self._send("PUT", reference_to(known), headers, body={**body, "id": known["id"]})
        if headers and answer.status_code == httpx.codes.PRECONDITION_FAILED:
            return False
        _refuse(answer)
        return True

    def _send(
        self, method: str, path: str, headers: dict[str, str], *, parameters: dict[str, str] | None = None,
        body: Json | None = None,
    ) -> httpx.Response:  # fmt: skip
        content = None
        if body is not None:
            content, headers = json.dumps(body), {"Content-Type": _MEDIA, "Prefer": "return=representation", **headers}
        url, sent = f"{self._url}/{path}", {**self._headers, **headers}
        try:
            return self._client.request(method, url, params=parameters, headers=sent, content=content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:  # not chained: it holds the request
            raise MirrorFailed(type(error).__name__) from None


def as_json(resource: Resource) -> Json:
    """A resource without its id: the server gives the ids."""
    body: Json = json.loads(resource.model_dump_json())
    body.pop("id", None)
    return body


def identifiers(resource: Json, system: str) -> list[str]:
    """The values of a resource's identifiers in a system."""
    return [
        one["value"] for one in objects_in(resource, "identifier") if one.get("system") == system and "value" in one
    ]


def objects_in(resource: Json, name: str) -> list[Json]:
    """The objects of a list in a resource; what else a server may have put there is passed over."""
    found = resource.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def reference_to(resource: Json) -> str:
    """The reference of a resource on its own server."""
    return f"{resource['resourceType']}/{resource['id']}"


def _refuse(answer: httpx.Response) -> None:
    if not answer.is_success:
        is_final = answer.is_client_error and answer.status_code not in _HEALING
        raise MirrorFailed(f"http_{answer.status_code}", is_final=is_final)


def _json(answer: httpx.Response) -> Json:
    try:
        found = answer.json()
    except ValueError:  # not chained: it quotes the answer
        raise MirrorFailed("no_json") from None
    if not isinstance(found, dict):
        raise MirrorFailed("no_resource")
    return found
