"""The message that one address gets: one notice, or a digest of several; neutral where anything in it has to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.notices.models import Notice
from gridcommons.notices.policy import packaged_policy
from gridcommons.notices.ready import Ready
from gridcommons.notices.rules import Message
from gridcommons.notices.signing import Link, index_of, sign_link
from gridcommons.notices.texts import house_text
from gridcommons.notices.wording import told, words_of

STOP_PATH: Final = "/notices/stop/"


def compose(
    claimed: Sequence[Notice], ready: Sequence[Ready], *, message: UUID, channel: str, address: str, house: str,
    at: datetime,
) -> Message:  # fmt: skip
    """The message of claimed notices, with the way to stop it. `house`: this house's address, for the link."""
    mine = {one.id: one for one in ready}
    tongue = mine[claimed[0].pk].language
    neutral = any(mine[one.pk].neutral for one in claimed)
    to = claimed[0].to
    # Staff are no contacts: what they get belongs to their post and is stopped where it was ordered.
    stops = bool(house) and channel == "email" and to.startswith("contact:")
    link = f"{house}{STOP_PATH}{sign_link(Link(to, index_of(address)))}" if stops else ""
    body = _body(claimed, tongue, neutral=neutral)
    subject = house_text("subject.neutral" if neutral else "subject", tongue)
    if channel == "email":
        foot = f"\n\n{house_text('foot.email', tongue, link=link)}" if link else ""
        return Message(message, channel, address, subject, body + foot, tongue, at, link)
    return Message(message, channel, address, subject, _short(body, tongue), tongue, at)


def _body(claimed: Sequence[Notice], tongue: str, *, neutral: bool) -> str:
    n = len(claimed)
    if neutral:
        return house_text("neutral", tongue) if n == 1 else house_text("neutral.many", tongue, n=str(n))
    kept = words_of(one.edition for one in claimed)
    told_all = [told(one, kept, tongue) for one in claimed]
    if n == 1:
        return told_all[0]
    most = packaged_policy().digest_limit
    items = "\n".join(f"· {text}" for text in told_all[:most]) + ("\n· …" if n > most else "")
    return house_text("digest", tongue, n=str(n), items=items)


def _short(body: str, tongue: str) -> str:
    """An SMS within its limit, its foot always whole."""
    foot = house_text("foot.sms", tongue)
    room = packaged_policy().sms_limit - len(foot) - 1
    said = body if len(body) <= room else f"{body[: room - 1]}…"
    gap = "" if tongue.startswith("zh") else " "
    return f"{said}{gap}{foot}"
