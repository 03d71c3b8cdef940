"""`python -m web`: serve on `PORT`."""

from __future__ import annotations

import sys

import uvicorn

from clinic.answers.release_checks import NotReadyError
from clinic.settings import SettingsError, load_settings
from web.app import create_app


def main() -> None:
    """Start, or say in words why not."""
    try:
        settings = load_settings()
        app = create_app(settings)
    except (SettingsError, NotReadyError) as error:
        sys.exit(f"web does not start: {error}")
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        ws="none",
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # `web.app` reads them, and of named proxies only
        timeout_graceful_shutdown=25,
    )


if __name__ == "__main__":
    main()
