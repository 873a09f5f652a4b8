"""Pure rules of the books: what a page of the ledger covers, what may be checked, what state a grant is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from gridcommons.access.rules import GrantFacts
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words

SCAN: Final = 20_000
"""How many entries one page looks through at most: a filter that finds little says where to go on."""
MOST_CHECKED: Final = 5_000_000
MOST_WAITING: Final = 5
SOON: Final = timedelta(days=30)
UNUSED_AFTER: Final = timedelta(days=30)

BAD_RANGE = refusal_kind(
    "ledger.bad_range",
    status=400,
    zh="请填写账目编号的范围：从0到{size}，一次最多{most}条。",
    en="Give a range of numbers between 0 and {size}, at most {most} at once.",
)
BUSY = refusal_kind(
    "ledger.busy",
    status=409,
    zh="已有{most}项核对在排队，请等它们完成。",
    en="{most} checks are waiting already; let them be done first.",
)
GRANT_STATES: Final = {
    "in_force": Words("有效", "in force"),
    "soon": Words("即将到期", "ends soon"),
    "coming": Words("尚未开始", "not begun"),
    "ended": Words("已到期", "ended"),
    "revoked": Words("已收回", "taken back"),
}


@dataclass(frozen=True)
class Asked:
    """What a page of the ledger is filtered by; `before` is the number it goes down from."""

    what: str = ""
    area_code: str = ""
    office_accounts: tuple[str, ...] | None = None
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def require_range(first: int, last: int, size: int) -> None:
    """Refuse a range that the sealed ledger does not hold, or that is too long for one check."""
    if not 0 <= first < last <= size or last - first > MOST_CHECKED:
        raise refuse(BAD_RANGE, size=size, most=f"{MOST_CHECKED:,}")


def grant_state(grant: GrantFacts, at: datetime) -> str:
    """revoked, ended, coming, soon or in_force."""
    if grant.revoked_at is not None and grant.revoked_at <= at:
        return "revoked"
    if grant.valid_to is not None and grant.valid_to <= at:
        return "ended"
    if grant.valid_from > at:
        return "coming"
    return "soon" if grant.valid_to is not None and grant.valid_to <= at + SOON else "in_force"


def is_unused(grant: GrantFacts, last_month: date | None, at: datetime) -> bool:
    """Whether a grant in force for a while is of an account that left no entry this month or the one before."""
    running = grant_state(grant, at) in {"in_force", "soon"} and at - grant.valid_from > UNUSED_AFTER
    return running and (last_month is None or last_month < before_month(at.date()))


def before_month(day: date) -> date:
    """The first day of the month before that of a day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
