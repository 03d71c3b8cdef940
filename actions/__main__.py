"""`python -m actions --port N`: rasa-sdk's server on loopback; its own command listens on every address."""

from __future__ import annotations

import argparse
import logging

from rasa_sdk.endpoint import create_app

_MOST_BODY_BYTES = 2_000_000


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=5055)
    logging.basicConfig(level=logging.WARNING)
    app = create_app("actions")
    app.config.REQUEST_MAX_SIZE = _MOST_BODY_BYTES
    app.run("127.0.0.1", parser.parse_args().port, access_log=False)


if __name__ == "__main__":
    main()
