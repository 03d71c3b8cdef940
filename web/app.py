"""The `web` process: parts are made here and nowhere else on this side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Response
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.answers.release_checks import refuse_what_is_not_ready, unreviewed
from clinic.bootstrap import appointment_book, booking_desk, offer_desk, organizer, turn_store, waiting_list
from clinic.settings import Settings, load_settings
from clinic.triage import load_gate
from web.body_limit import BodyLimit
from web.booking.routes import booking_routes
from web.booking_links.routes import booking_link_routes
from web.chat.feedback import FeedbackDesk
from web.chat.over_limit import MessageLimit
from web.chat.rasa_client import RasaClient
from web.chat.second_net import SecondNet
from web.chat.turns import TurnDesk
from web.chat.wording import Wording
from web.chat_api.calendar import calendar_of
from web.chat_api.erasures import Erasures
from web.chat_api.routes import ChatParts, chat_routes
from web.errors import install_error_handlers
from web.fhir.routes import fhir_routes
from web.health import health_routes
from web.limits import RateLimit
from web.origins import ChatOrigins, frame_ancestors
from web.rest.routes import rest_routes
from web.widget.routes import widget_routes

_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; raises `SettingsError` or `NotReadyError` in plain words when it must not start."""
    settings = settings or load_settings()
    catalogue, facts = load_catalogue(), load_clinic_facts(country=settings.country)
    if settings.is_production:
        refuse_what_is_not_ready(catalogue, facts, settings.allow_unreviewed_answers)
    wording = Wording(catalogue, facts)
    store, rasa, gate = turn_store(settings), RasaClient(settings), load_gate()
    net = SecondNet(gate)
    desk, erasures = TurnDesk(settings, store, gate, net, rasa, wording), Erasures(store, rasa)
    limit = RateLimit(settings.redis_url)
    message_limit = MessageLimit(limit, gate, wording, settings.max_characters)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        erasing = asyncio.create_task(erasures.run())
        yield
        erasing.cancel()
        await desk.settle()
        await rasa.close()
        await limit.close()

    app = FastAPI(title="Truffles RLS assistant", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    install_error_handlers(app, wording)
    app.add_middleware(BodyLimit, most_bytes=settings.max_body_bytes, wording=wording)
    app.add_middleware(ChatOrigins, settings=settings, wording=wording)

    @app.middleware("http")
    async def with_security_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        policy = f"{_SECURITY_HEADERS['Content-Security-Policy']}; {frame_ancestors(settings, request.url.path)}"
        for name, value in {**_SECURITY_HEADERS, "Content-Security-Policy": policy}.items():
            response.headers.setdefault(name, value)
        return response

    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))

    app.include_router(rest_routes(settings, desk, message_limit))
    app.include_router(
        chat_routes(
            settings,
            ChatParts(
                desk, FeedbackDesk(store, gate, net, wording), store, erasures, limit, message_limit,
                calendar_of(lambda: booking_desk(settings), organizer(settings)), wording,
            ),
        )
    )  # fmt: skip
    app.include_router(widget_routes(facts, is_reviewed=not unreviewed(catalogue)))
    app.include_router(health_routes(store, rasa))
    app.include_router(booking_routes(settings, lambda: booking_desk(settings), limit))
    app.include_router(fhir_routes(settings, lambda: booking_desk(settings), appointment_book(settings), limit,
                                   readers=settings.fhir_readers))  # fmt: skip
    app.include_router(
        booking_link_routes(
            settings, catalogue, facts,
            lambda: booking_desk(settings), lambda: waiting_list(settings), lambda: offer_desk(settings),
        )
    )  # fmt: skip
    return app
