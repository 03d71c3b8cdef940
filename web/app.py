"""The `web` process: parts are made here and nowhere else on this side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Response
from starlette.middleware.base import RequestResponseEndpoint
from starlette.requests import Request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from clinic.answers import load_catalogue
from clinic.answers.clinic_facts import load_clinic_facts
from clinic.answers.release_checks import refuse_what_is_not_ready
from clinic.bootstrap.booking import appointment_book, booking_desk, clinic_zone, offer_desk, organizer, waiting_list
from clinic.bootstrap.database import turn_store
from clinic.bootstrap.handoff import chat_desk, waiting_room
from clinic.bootstrap.releases import installed_engine, release_store
from clinic.bootstrap.review import emergency_desk
from clinic.bootstrap.staff import clinic_account_provider, staff_accounts
from clinic.settings import Settings, load_settings
from clinic.triage import load_gate
from web.body_limit import BodyLimit
from web.booking.routes import booking_routes
from web.booking_links.routes import booking_link_routes
from web.chat.feedback import FeedbackDesk
from web.chat.live_gate import LiveGate
from web.chat.over_limit import MessageLimit
from web.chat.rasa_client import RasaClient
from web.chat.second_net import SecondNet
from web.chat.turns import TurnDesk
from web.chat.with_person import WithPerson
from web.chat.wording import Wording
from web.chat_api.calendar import calendar_of
from web.chat_api.erasures import Erasures
from web.chat_api.routes import ChatParts, chat_routes
from web.errors import install_error_handlers
from web.fhir.routes import fhir_routes
from web.health import health_routes
from web.limits import RateLimit
from web.origins import ChatOrigins, frame_ancestors
from web.published import Published
from web.rest.messages import rest_message_routes
from web.rest.routes import rest_routes
from web.staff.accounts.clinic_account import BACK
from web.staff.accounts.parts import AccountParts
from web.staff.accounts.routes import account_areas
from web.staff.areas import staff_areas
from web.staff.errors import install_staff_errors
from web.staff.frame import staff_frame
from web.staff.navigation import Waiting
from web.staff.routes import staff_routes
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
    wording = Wording(settings.country)
    store, gate, net = turn_store(settings), LiveGate(load_gate()), SecondNet(load_gate())
    published = Published(settings, release_store(settings), gate, net, installed_engine)
    rasa = RasaClient(settings, lambda: published.now)
    with_person = WithPerson(waiting_room(settings), net, wording)
    desk, erasures = TurnDesk(settings, store, gate, net, rasa, wording, with_person), Erasures(store, rasa)
    limit = RateLimit(settings.redis_url)
    message_limit = MessageLimit(limit, gate, wording, settings.max_characters)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with suppress(Exception):  # without a database it is what was installed, until the database is there
            await asyncio.to_thread(published.look)
        background = [asyncio.create_task(erasures.run()), asyncio.create_task(published.run())]
        yield
        for task in background:
            task.cancel()
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
    app.include_router(rest_message_routes(settings, store, limit))
    app.include_router(widget_routes(settings.country))
    app.include_router(health_routes(store, rasa))
    app.include_router(booking_routes(settings, lambda: booking_desk(settings), limit))
    app.include_router(fhir_routes(settings, lambda: booking_desk(settings), appointment_book(settings), limit,
                                   readers=settings.fhir_readers))  # fmt: skip
    app.include_router(
        booking_link_routes(
            settings,
            lambda: booking_desk(settings), lambda: waiting_list(settings), lambda: offer_desk(settings),
        )
    )  # fmt: skip
    access, pages = staff_frame(
        settings, lambda: staff_accounts(settings), facts.values["clinic_name"], lambda: clinic_zone(settings),
        lambda: Waiting(emergency_desk(settings).unseen(), chat_desk(settings).waiting()),
    )  # fmt: skip
    provider = clinic_account_provider(settings, f"{settings.public_url}{BACK}")
    accounts = AccountParts(settings, lambda: staff_accounts(settings), limit, provider)
    app.include_router(staff_routes(access, pages, [*account_areas(accounts), *staff_areas(settings)]))
    install_staff_errors(app, pages)
    return app
