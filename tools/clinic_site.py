"""A clinic's own page on another origin than the assistant, with the tag that embeds the chat."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What docs/how-to/embed-the-chat.md lists; {chat} is the assistant's origin.
POLICY = "default-src 'none'; script-src {chat}; connect-src {chat}"
TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types rls-chat lit-html"


@dataclass
class ClinicSite:
    """What the page is made of; `chat`: the assistant's origin."""

    chat: str
    url: str = ""
    policy: str = POLICY
    tag: str = '<script type="module" src="{chat}/widget.js" data-label="Questions about restless legs?"></script>'
    head: str = ""
    body: str = '<h1>Vein clinic</h1><p><a href="#visits">Visits</a></p>'
    headers: dict[str, str] = field(default_factory=dict)

    def page(self) -> bytes:
        """The page as it is sent."""
        tag = self.tag.replace("{chat}", self.chat)
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Vein clinic</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{self.head}</head>'
            f"<body><main>{self.body}</main>{tag}</body></html>"
        ).encode()


@contextmanager
def served_clinic_site(chat: str) -> Iterator[ClinicSite]:
    """A page on a free loopback port; change the site between two loads as a test needs it."""
    site = ClinicSite(chat)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_page = self.path == "/"
            content = site.page() if is_page else b""
            self.send_response(200 if is_page else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", site.policy.replace("{chat}", site.chat))
            for name, value in site.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
