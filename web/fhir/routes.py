"""`/fhir`: what integrations may read, and nothing that can be written."""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fhir.resources.R4B.resource import Resource

from clinic.adapters.fhir_resources import FhirResources
from clinic.booking.desk import BookingDesk
from clinic.booking.ports import AppointmentBook
from clinic.settings import Settings
from web.fhir.appointments import Appointments
from web.fhir.bundles import searchset
from web.fhir.capability import capability_statement
from web.fhir.clinicians import Practitioners, Schedules
from web.fhir.kind import Kind, Source
from web.fhir.outcomes import FhirError, FhirRoute, fhir_response
from web.fhir.parameters import read_search
from web.fhir.slots import Slots
from web.integrations import integration_of
from web.limits import RateLimit

_KINDS: dict[str, type[Kind]] = {kind.name: kind for kind in (Practitioners, Schedules, Slots, Appointments)}
_THREADS = 2
_OTHER_METHODS = ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def fhir_routes(
    settings: Settings, desk: Callable[[], BookingDesk | None], book: AppointmentBook, limit: RateLimit,
    now: Callable[[], datetime] = lambda: datetime.now(UTC), readers: Collection[str] | None = None,
) -> APIRouter:  # fmt: skip
    """The router of FHIR R4B; where `desk` gives none, there is nothing to be found.

    `readers`: the integrations that may read, for names of patients are in it; `None` is every one with a key.
    """
    routes = APIRouter(prefix="/fhir", tags=["FHIR"], route_class=FhirRoute)
    # Threads of its own, and few: who reads the whole book must not hold up the chat, where somebody may be in danger.
    threads = ThreadPoolExecutor(_THREADS, "fhir")
    base = f"{settings.public_url}/fhir"
    known = integration_of(settings)

    async def allowed(name: Annotated[str, Depends(known)]) -> None:
        await limit.check(f"fhir:{name}", settings.messages_per_minute)
        if readers is not None and name not in readers:
            raise FhirError(403, "forbidden", "This key may not read here. The clinic says whose may.")

    def kind_of(name: str) -> Kind:
        found = desk()
        if found is None:
            raise FhirError(404, "not-found", "This clinic has not given any times to book.")
        if name not in _KINDS:
            raise FhirError(
                404, "not-supported", f"There is no such resource type here. There are {', '.join(_KINDS)}."
            )
        resources = FhirResources(found.timetable, settings.secret_key, are_practitioners_there=True)
        return _KINDS[name](Source(resources, found, book, now))

    async def in_thread(make: Callable[[], Resource]) -> Response:
        return await asyncio.get_running_loop().run_in_executor(threads, lambda: fhir_response(make()))

    @routes.get("/metadata", summary="CapabilityStatement")
    async def metadata() -> Response:
        served = {name: kind.parameters for name, kind in _KINDS.items()}
        return fhir_response(capability_statement(base, served))

    @routes.get("/{name}", summary="Search", dependencies=[Depends(allowed)])
    async def search(name: str, request: Request) -> Response:
        def bundle() -> Resource:
            kind = kind_of(name)
            asked = read_search(request.query_params.multi_items(), kind.parameters, base, kind.zone)
            return searchset(f"{base}/{name}", asked, kind.find(asked))

        return await in_thread(bundle)

    @routes.get("/{name}/{id_}", summary="Read", dependencies=[Depends(allowed)])
    async def read(name: str, id_: str, request: Request) -> Response:
        def resource() -> Resource:
            kind = kind_of(name)
            read_search(request.query_params.multi_items(), {}, base, kind.zone)  # which refuses parameters
            found = kind.read(id_)
            if found is None:
                raise FhirError(404, "not-found", f"There is no {name} with this id.")
            return found

        return await in_thread(resource)

    @routes.get("", include_in_schema=False)
    @routes.get("/{_:path}", include_in_schema=False)
    async def nothing() -> Response:
        raise FhirError(404, "not-found", "There is nothing at this address. /fhir/metadata says what there is.")

    @routes.api_route("", methods=_OTHER_METHODS, include_in_schema=False)
    @routes.api_route("/{_:path}", methods=_OTHER_METHODS, include_in_schema=False)
    async def no_writing() -> Response:
        raise FhirError(405, "not-supported", "Nothing can be written here: only GET is allowed.")

    return routes
