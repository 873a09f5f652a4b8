"""Channels of notices. In the demo e-mail and SMS end as files, so that no message leaves the machine."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.notices.models import Notice
from gridcommons.notices.texts import text_of

WayTo = Callable[[Notice], tuple[str, str]]

NO_ADDRESS = refusal_kind(
    "notices.no_address",
    status=409,
    zh="收件人没有留下可用的联系方式。",
    en="The receiver left no address for this channel.",
)


def file_sender(folder: Path, way_to: WayTo) -> Callable[[Notice], None]:
    """A sender that writes each notice as a file: `.eml` for e-mail, `.txt` for SMS.

    `way_to` names channel and address: what the receiver left decides, and only delivery may open it.
    """

    def send(notice: Notice) -> None:
        channel, address = way_to(notice)
        if not address:
            raise refuse(NO_ADDRESS)
        text = text_of(notice.text_key, notice.facts, notice.language)
        folder.mkdir(parents=True, exist_ok=True)
        notice.channel = channel
        if channel == "email":
            (folder / f"{notice.id}.eml").write_bytes(_letter(address, text).as_bytes(policy=SMTP))
        else:
            (folder / f"{notice.id}.txt").write_text(f"{address}\n{text}\n", encoding="utf-8")

    return send


def _letter(address: str, text: str) -> EmailMessage:
    letter = EmailMessage()
    letter["To"], letter["From"], letter["Subject"] = (
        address,
        "noreply@gridcommons.invalid",
        " ".join(text.split())[:60],
    )
    letter.set_content(text)
    return letter
