"""Liveness and readiness."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from clinic.turns import TurnStore, TurnStoreError
from web.chat.rasa_client import RasaClient


def health_routes(store: TurnStore, rasa: RasaClient) -> APIRouter:
    """`/healthz`: the process answers. `/readyz`: a message would be answered; what is missing is named."""
    routes = APIRouter(tags=["Health"])

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/readyz")
    async def readyz() -> JSONResponse:
        missing = []
        try:
            await asyncio.to_thread(store.ping)
        except TurnStoreError:
            missing.append("database")
        if not await rasa.is_ready():
            missing.append("rasa")
        if missing:
            return JSONResponse({"status": "not ready", "missing": missing}, status_code=503)
        return JSONResponse({"status": "ready"})

    return routes
