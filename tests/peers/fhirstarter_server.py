"""A FHIR R4B server by fhirstarter over dictionaries: `python fhirstarter_server.py PORT [TOKEN]`, FHIR_SEQUENCE=R4B.

It runs in the peers' environment. Conditional requests and versions are unknown to it, as to many small servers.
fhirstarter looks at the annotations, so they are not put off here.
"""

import json
import sys
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import uvicorn
from fhir.resources.R4B.appointment import Appointment
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.schedule import Schedule
from fhir.resources.R4B.slot import Slot
from fhirstarter import FHIRProvider, FHIRStarter, InteractionContext
from fhirstarter.exceptions import FHIRResourceNotFoundError, FHIRUnauthorizedError
from starlette.requests import Request

PORT, TOKEN = int(sys.argv[1]), (sys.argv[2] if len(sys.argv) > 2 else "")
KEPT: dict[str, dict[str, Any]] = {"Schedule": {}, "Slot": {}, "Appointment": {}}

provider = FHIRProvider()


def add(kind: type[Any]) -> None:
    """Create, read and update of a type."""
    kept = KEPT[kind.__name__]

    @provider.create(kind)
    async def create(context: InteractionContext, resource: Any) -> str:
        let_in(context.request)
        resource.id = str(uuid4())
        kept[resource.id] = resource
        return resource.id

    @provider.read(kind)
    async def read(context: InteractionContext, id_: str) -> Any:
        let_in(context.request)
        if id_ not in kept:
            raise FHIRResourceNotFoundError
        return kept[id_]

    @provider.update(kind)
    async def update(context: InteractionContext, id_: str, resource: Any) -> Any:
        let_in(context.request)
        kept[id_] = resource
        return resource


@provider.search_type(Schedule)
async def schedules(
    context: InteractionContext, identifier: str | None, actor: str | None, service_type: str | None
) -> Bundle:
    """Schedules by identifier, clinician and kind of visit."""
    return found(context, "Schedule", tokens={"identifier": identifier, "serviceType": service_type},
                 references={"actor": actor})  # fmt: skip


@provider.search_type(Slot)
async def slots(
    context: InteractionContext, identifier: str | None, schedule: str | None, status: str | None,
    start: list[str] | None, service_type: str | None,
) -> Bundle:  # fmt: skip
    """Slots by identifier, schedule, status, start and kind of visit."""
    tokens = {"identifier": identifier, "status": status, "serviceType": service_type}
    return found(context, "Slot", tokens=tokens, references={"schedule": schedule}, starts=start)


@provider.search_type(Appointment)
async def appointments(
    context: InteractionContext, identifier: str | None, slot: str | None, actor: str | None, status: str | None,
    date: list[str] | None, service_type: str | None,
) -> Bundle:  # fmt: skip
    """Appointments by identifier, slot, participant, status, date and kind of visit."""
    tokens = {"identifier": identifier, "status": status, "serviceType": service_type}
    references = {"slot": slot, "participant": actor}
    return found(context, "Appointment", tokens=tokens, references=references, starts=date)


def let_in(request: Request) -> None:
    """Refuse whoever has not the token."""
    if TOKEN and request.headers.get("Authorization") != f"Bearer {TOKEN}":
        raise FHIRUnauthorizedError


def found(
    context: InteractionContext, kind: str, tokens: dict[str, str | None], references: dict[str, str | None],
    starts: list[str] | None = None,
) -> Bundle:  # fmt: skip
    """The resources that fit all parameters."""
    let_in(context.request)
    matches = []
    for one in KEPT[kind].values():
        body = json.loads(one.model_dump_json())
        fits = [any(is_token(body.get(name), value) for value in wanted.split(","))
                for name, wanted in tokens.items() if wanted]  # fmt: skip
        fits += [wanted in list(references_in(body.get(name))) for name, wanted in references.items() if wanted]
        fits += [is_in_time(body["start"], wanted) for wanted in starts or ()]
        if all(fits):
            matches.append({"resource": body})
    return Bundle.model_validate({"type": "searchset", "total": len(matches), "entry": matches or None})


def is_token(content: Any, wanted: str) -> bool:
    """Whether a code, an identifier or a concept is the one that is wanted."""
    if isinstance(content, list):
        return any(is_token(one, wanted) for one in content)
    if isinstance(content, dict) and "coding" in content:
        return is_token(content["coding"], wanted)
    if isinstance(content, dict):
        value = content.get("value") or content.get("code")
        return wanted in (value, f"{content.get('system')}|{value}")
    return bool(content == wanted)


def references_in(content: Any) -> Any:
    """Every reference below a value."""
    if isinstance(content, list):
        for one in content:
            yield from references_in(one)
    elif isinstance(content, dict):
        yield content.get("reference")
        yield from references_in(content.get("actor"))


def is_in_time(start: str, wanted: str) -> bool:
    """Whether a start fits a date parameter: a day or a second, with a prefix or without."""
    prefix, written = (wanted[:2], wanted[2:]) if wanted[:2].isalpha() else ("eq", wanted)
    lasts = timedelta(seconds=1) if "T" in written else timedelta(days=1)
    first = datetime.fromisoformat(written if "T" in written else f"{written}T00:00:00+00:00")
    at, last = datetime.fromisoformat(start), first + lasts
    fits = {"eq": first <= at < last, "ge": at >= first, "gt": at >= last, "le": at < last, "lt": at < first}
    return fits[prefix]


for each in (Schedule, Slot, Appointment):
    add(each)
app = FHIRStarter()
app.add_providers(provider)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning")
