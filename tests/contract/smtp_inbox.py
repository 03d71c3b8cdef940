"""A real SMTP server on loopback that keeps what it is sent."""

from __future__ import annotations

import email
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from clinic.adapters.mail import SmtpMailer, SmtpServer
from tests.processes import free_port


class Inbox:
    """Keeps what it is sent; `answer` is what it says to each mail."""

    def __init__(self) -> None:
        self.port = free_port()
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            mail = email.message_from_bytes(envelope.content or b"", policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return self.answer

    @contextmanager
    def listening(self) -> Iterator[None]:
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        yield
        controller.stop()


def smtp(inbox: Inbox) -> SmtpMailer:
    """What sends to an inbox."""
    return SmtpMailer(SmtpServer("127.0.0.1", inbox.port, "visits@clinic.example", encryption="none"))
