"""The e-mail channel: real SMTP, with limits of time, and what each answer of a server means."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, Literal

from gridcommons.kit.errors import Refusal
from gridcommons.notices.letters import From, letter, mail_address
from gridcommons.notices.rules import Message, Outcome, State

Security = Literal["tls", "starttls", "none"]
_LATER: Final = range(400, 500)


@dataclass(frozen=True)
class Server:
    """A mail server: where, how it is spoken to, who we say we are. `seconds`: for each answer."""

    host: str
    port: int
    security: Security
    writer: From
    user: str = ""
    password: str = ""
    seconds: float = 15
    ca_file: str = ""


class Mail:
    """Hands letters to a server, one connection each: a server that drops one holds up no other."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def send(self, message: Message) -> Outcome:
        """Hand one letter over, and say what became of it."""
        try:
            made, to = letter(message, self.server.writer), mail_address(message.address)
        except Refusal:
            return Outcome(State.FAILED, reason="bad_address")
        try:
            connection = self._open()
        except (OSError, smtplib.SMTPException) as error:
            return shut(error)
        return _sent(connection, made, mail_address(self.server.writer.address), to)

    def ask(self, _message: Message) -> Outcome:
        """No server tells what it took: a letter that is uncertain goes out again under the same Message-ID."""
        return Outcome(State.WAITING, reason="lost")

    def _open(self) -> smtplib.SMTP:
        """A connection that is encrypted and logged in as set up."""
        own, context = self.server, ssl.create_default_context(cafile=self.server.ca_file or None)
        connection: smtplib.SMTP
        if own.security == "tls":
            connection = smtplib.SMTP_SSL(own.host, own.port, timeout=own.seconds, context=context)
        else:
            connection = smtplib.SMTP(own.host, own.port, timeout=own.seconds)
        try:
            connection.ehlo()
            if own.security == "starttls":
                connection.starttls(context=context)
                connection.ehlo()
            if own.user:
                connection.login(own.user, own.password)
        except BaseException:
            connection.close()
            raise
        return connection


def shut(error: Exception) -> Outcome:
    """What a connection that did not come about means: the letter waits, and so do all others."""
    code = str(getattr(error, "smtp_code", "") or ("timeout" if timed_out(error) else type(error).__name__))[:40]
    if isinstance(error, smtplib.SMTPAuthenticationError):
        reason = "login_refused" if error.smtp_code not in _LATER else "busy"
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        reason = "tls_missing" if "STARTTLS" in str(error) else "login_refused"
    elif isinstance(error, ssl.SSLError):
        reason = "tls_missing"
    elif timed_out(error):
        reason = "timeout"
    else:
        reason = "unreachable"
    return Outcome(State.WAITING, code, reason, shut=True)


def _sent(connection: smtplib.SMTP, made: EmailMessage, sender: str, to: str) -> Outcome:
    """Hand the letter over on an open connection; an answer to good-bye changes nothing any more."""
    try:
        connection.send_message(made, sender, [to])
    except (OSError, smtplib.SMTPException) as error:
        return _not_sent(error, to)
    finally:
        _leave(connection)
    return Outcome(State.HANDED, "250")


def timed_out(error: Exception) -> bool:
    """Whether the server fell silent; the library tells that as a lost connection."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _not_sent(error: Exception, to: str) -> Outcome:
    """What it means that a letter was not taken: 4xx later, as with greylisting; 5xx this address never."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Outcome(State.FAILED, "SMTPUTF8", "unsupported")
    if timed_out(error):
        # Others would wait as long: they come in the next round, this letter only after its pause.
        return Outcome(State.WAITING, "timeout", "timeout", shut=True)
    code = _code_of(error, to)
    if code == 0:
        return Outcome(State.WAITING, type(error).__name__[:40], "unreachable")
    if isinstance(error, smtplib.SMTPSenderRefused) and code not in _LATER:
        # It is us that the server turns away: no other letter would fare better.
        return Outcome(State.WAITING, str(code), "login_refused", shut=True)
    if code in _LATER:
        return Outcome(State.WAITING, str(code), "busy")
    return Outcome(State.FAILED, str(code), "refused")


def _code_of(error: Exception, to: str) -> int:
    """The server's answer; 0 where it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return int(error.recipients.get(to, (550, b""))[0])
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0 else 0


def _leave(connection: smtplib.SMTP) -> None:
    close: Callable[[], object] = connection.close
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        close()
