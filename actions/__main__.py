"""`python -m actions --port N`: rasa-sdk's server on loopback; its own command listens on every address."""

from __future__ import annotations

import argparse
import logging

from rasa_sdk.endpoint import create_app
from sanic.exceptions import SanicException
from sanic.request import Request

from clinic.answers.content import speak_for_this_turn

_MOST_BODY_BYTES = 2_000_000


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=5055)
    logging.basicConfig(level=logging.WARNING)
    app = create_app("actions")
    app.config.REQUEST_MAX_SIZE = _MOST_BODY_BYTES
    app.register_middleware(_speak_from_the_turns_release, "request")
    app.run("127.0.0.1", parser.parse_args().port, access_log=False)


def _speak_from_the_turns_release(request: Request) -> None:
    """The handler runs in this task, so what is set here holds for it and for nobody else."""
    try:
        speak_for_this_turn(request.json["tracker"]["latest_message"]["metadata"]["release"])
    except (SanicException, KeyError, TypeError):  # a health check, or a turn that names none
        return


if __name__ == "__main__":
    main()
