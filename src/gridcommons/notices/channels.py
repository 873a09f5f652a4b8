"""Channels of notices. In the demo e-mail and SMS end as files, so that no message leaves the machine.

Outside the demo a channel has to be set up; until then such a notice fails, and nothing of it is written anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from uuid import UUID

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
NO_CHANNEL = refusal_kind(
    "notices.no_channel",
    status=503,
    zh="没有设置短信或电子邮件通道，这条通知没有发出。",
    en="No channel is set up for SMS or e-mail; this notice was not sent.",
)


def no_sender(_notice: Notice) -> None:
    """Where no channel is set up: nobody is told, and nothing says that anybody was."""
    raise refuse(NO_CHANNEL)


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


def forget_files(folder: Path, gone: Iterable[UUID], *, before: datetime) -> int:
    """Remove the files of notices that are gone and all written by then; a file holds an address. Returns how many."""
    names = {str(one) for one in gone}
    old = [file for file in folder.glob("*") if file.stem in names or file.stat().st_mtime <= before.timestamp()]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _letter(address: str, text: str) -> EmailMessage:
    letter = EmailMessage()
    letter["To"], letter["From"], letter["Subject"] = (
        address,
        "noreply@gridcommons.invalid",
        " ".join(text.split())[:60],
    )
    letter.set_content(text)
    return letter
