"""Sending mail: by SMTP where it is configured, else into a folder where a person can see it."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from pathlib import Path

from clinic.booking.post_office import Letter, MailFailed
from clinic.settings import ENCRYPTIONS

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

    def __post_init__(self) -> None:
        """A misspelt encryption must not mean none."""
        if self.encryption not in ENCRYPTIONS:
            raise ValueError(f"mail encryption is {', '.join(ENCRYPTIONS)}, not {self.encryption!r}")


class SmtpMailer:
    """`Mailer` over SMTP, one connection a letter."""

    def __init__(self, server: SmtpServer) -> None:
        """Nothing is connected yet."""
        self._server = server

    def send(self, letter: Letter) -> None:
        """Hand a letter to the server; see `Mailer`."""
        server = self._server
        connection = None
        try:
            connection = self._connect()
            if server.user and server.password:
                connection.login(server.user, server.password)
            connection.ehlo_or_helo_if_needed()
            _accepted(connection.mail(server.sender))
            _accepted(connection.rcpt(letter.to))
        # Not chained: an SMTP answer may quote the address.
        except (smtplib.SMTPException, OSError) as error:
            _close(connection)
            raise MailFailed(type(error).__name__, is_final=_is_final(error)) from None
        try:
            _accepted(connection.data(message(letter, server.sender).as_bytes(policy=SMTP)))
        except smtplib.SMTPResponseException as error:
            raise MailFailed(type(error).__name__, is_final=_is_final(error)) from None
        except (smtplib.SMTPException, OSError):
            # It may have been taken before the line broke: sending it again could send it twice.
            raise MailFailed("doubtful", is_final=True) from None
        finally:
            _close(connection)

    def _connect(self) -> smtplib.SMTP:
        host, port, secure = self._server.host, self._server.port, ssl.create_default_context()
        if self._server.encryption == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=secure)
        connection = smtplib.SMTP(host, port, timeout=_SECONDS)
        if self._server.encryption == "starttls":
            connection.starttls(context=secure)
        return connection


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


def _accepted(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, said)


def _is_final(error: Exception) -> bool:
    """A 5xx answer to a letter will be the same tomorrow; one to a password or a greeting is mended by the clinic."""
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return False
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def _close(connection: smtplib.SMTP | None) -> None:
    """Say good-bye; what is said to that changes nothing any more."""
    if connection is not None:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
