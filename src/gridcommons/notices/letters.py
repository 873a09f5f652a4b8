"""E-mail as it is written: plain text and the same as HTML, with the headers that mail programs want."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.notices.rules import Message

_SUBJECT: Final = 78
WRITING: Final = SMTP.clone(utf8=False)

BAD_ADDRESS = refusal_kind(
    "notices.bad_address",
    status=422,
    zh="这个地址不能用来发邮件。",
    en="No e-mail can be sent to this address.",
)


@dataclass(frozen=True)
class From:
    """Who writes: the address and the name shown beside it."""

    address: str
    name_zh: str = ""
    name_en: str = ""

    def name(self, language: str) -> str:
        """The name in a reader's language."""
        return self.name_zh if language.startswith("zh") else self.name_en


def mail_address(text: str) -> str:
    """An address as SMTP takes it: its domain in ASCII; refuses line breaks and what is no address."""
    local, at, domain = text.rpartition("@")
    if not local or not at or any(sign.isspace() or not sign.isprintable() or sign in '<>,;:"\\' for sign in text):
        raise refuse(BAD_ADDRESS)
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise refuse(BAD_ADDRESS) from None


def message_id(message: Message, writer: From) -> str:
    """The Message-ID: of the message, not of the try, so that a letter sent twice is known as one."""
    return f"<{message.id}@{mail_address(writer.address).rpartition('@')[2]}>"


def letter(message: Message, writer: From) -> EmailMessage:
    """The letter of a message; refuses an address that cannot be one."""
    to, sender = mail_address(message.address), mail_address(writer.address)
    made = EmailMessage(policy=WRITING)
    made["From"] = _shown(writer.name(message.language), sender)
    # An address with signs beyond ASCII before the @ is known to the envelope alone until the server takes UTF-8.
    made["To"] = to
    made["Subject"] = one_line(message.subject)[:_SUBJECT]
    made["Date"] = format_datetime(message.at)
    made["Message-ID"] = message_id(message, writer)
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    if message.link:
        made["List-Unsubscribe"] = f"<{message.link}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(message.text + "\n", cte="base64" if not message.text.isascii() else None)
    made.add_alternative(_html(message), subtype="html", cte="base64")
    made["Content-Language"] = _tongue(message)
    return made


def _shown(name: str, address: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(one_line(name), local, domain)


def one_line(text: str) -> str:
    """A text on one line, as a header needs it."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _tongue(message: Message) -> str:
    return "zh-Hans" if message.language.startswith("zh") else "en"


def _html(message: Message) -> str:
    """The text as HTML: nothing in it can be markup, and only our own link leads anywhere."""
    lines = "<br>\n".join(escape(line) for line in message.text.splitlines())
    if message.link:
        said = escape(message.link)
        lines = lines.replace(said, f'<a href="{said}">{said}</a>')
    return (
        f'<!doctype html>\n<html lang="{_tongue(message)}"><meta charset="utf-8"><body><p>{lines}</p></body></html>\n'
    )
