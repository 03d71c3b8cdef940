"""Sending mail: by SMTP where it is configured, else into a folder where a person can see it."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from clinic.booking.post_office import Letter, MailFailed

_SECONDS = 20


@dataclass(frozen=True)
class SmtpServer:
    """Where mail is handed over, and as whom; `encryption` is "starttls", "tls" or "none"."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None
    encryption: str = "starttls"


class SmtpMailer:
    """`Mailer` over SMTP, one connection a letter."""

    def __init__(self, server: SmtpServer) -> None:
        """Nothing is connected yet."""
        self._server = server

    def send(self, letter: Letter) -> None:
        """Hand a letter to the server; see `Mailer`."""
        server = self._server
        try:
            with self._connect() as connection:
                if server.encryption == "starttls":
                    connection.starttls(context=ssl.create_default_context())
                if server.user and server.password:
                    connection.login(server.user, server.password)
                connection.send_message(message(letter, server.sender))
        # Not chained: an SMTP answer may quote the address.
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise MailFailed(type(error).__name__, is_final=_is_final(error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailed(type(error).__name__) from None

    def _connect(self) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if self._server.encryption == "tls" else smtplib.SMTP
        return kind(self._server.host, self._server.port, timeout=_SECONDS)


class FolderMailer:
    """`Mailer` that writes each letter as a file: what a clinic without SMTP settings, or a developer, can look at."""

    def __init__(self, folder: Path, sender: str) -> None:
        """`folder` is made with the first letter."""
        self._folder, self._sender = folder, sender

    def send(self, letter: Letter) -> None:
        """Write `<message id>.eml`; the same letter is one file."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = letter.message_id.partition("@")[0].lstrip("<")
            (self._folder / f"{name}.eml").write_bytes(message(letter, self._sender).as_bytes())
        except OSError as error:
            raise MailFailed(type(error).__name__) from None


def message(letter: Letter, sender: str) -> EmailMessage:
    """The letter as a mail: plain text, and the calendar file where there is one."""
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = sender, letter.to, letter.subject
    found["Message-ID"], found["Date"] = letter.message_id, formatdate()
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(letter.text)
    if letter.calendar is not None:
        parameters = {"method": letter.method or "PUBLISH", "charset": "UTF-8"}
        found.add_attachment(letter.calendar, "text", "calendar", filename="visit.ics", params=parameters)
    return found


def _is_final(error: smtplib.SMTPException) -> bool:
    """A 5xx answer will be the same tomorrow."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
