"""What of the colours waits for somebody's word: proposals to be signed, schemes and packages to be confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.outlook.awaited import Awaited, Declined
from gridcommons.outlook.painting.following import areas_of
from gridcommons.outlook.painting.former import lasts
from gridcommons.outlook.painting.models import Package, SchemeInForce, Stood
from gridcommons.outlook.painting.rules import Standing, State
from gridcommons.outlook.periods import ZONE

_SIGN: Final = {
    State.WAITING: Words("颜色待签字", "a colour to be signed"),
    State.REVIEW: Words("颜色待复核", "a colour to be reviewed"),
}  # fmt: skip


def colours_awaited(at: datetime) -> list[Awaited]:
    """What waits now, of every area: each proposal as long as it is the last word on its area, by today."""
    return [*_proposals(at), *_schemes(), *_packages()]


def _proposals(at: datetime) -> list[Awaited]:
    held = SchemeInForce.objects.filter(holds_from__lte=at).exclude(ended_at__lte=at)
    return [one for row in held.order_by("pk") for one in _proposed(row, at)]


def _proposed(row: SchemeInForce, at: datetime) -> list[Awaited]:
    found, today = [], local_day(at, ZONE)
    for code, last in lasts(row, [one.code for one in areas_of(row, at)]).items():
        now = last.standing(today)
        if now.proposal and (last.stood.proposal or now.state is State.REVIEW):
            said = _SIGN.get(now.state, _SIGN[State.WAITING])
            found.append(Awaited(_key(code, last.stood, now), code, "colour.sign", said))
    return found


def _key(code: str, stood: Stood, now: Standing) -> str:
    """What waits, the same by the clock at midnight and by the job in the morning: it is told once."""
    return f"stood:{code}:{now.proposal}:{now.until}" if now.state is State.REVIEW else f"stood:{stood.pk}"


def _schemes() -> list[Awaited]:
    rows = SchemeInForce.objects.filter(confirmed_at__isnull=True, ended_at__isnull=True).order_by("asked_at")
    what = Words("五色图方案的确认", "confirming a scheme of colours")
    return [
        Awaited(f"scheme:{row.pk}", row.area_code, "colour.confirm_scheme", what, row.asked_by, row.asked_office)
        for row in rows
    ]


def _packages() -> list[Awaited]:
    rows = Package.objects.filter(confirmed_at__isnull=True, ended_at__isnull=True).order_by("asked_at")
    what = Words("措施的确认", "confirming a package of measures")
    return [
        Awaited(f"package:{row.pk}", row.area_code, "package.confirm", what, row.asked_by, row.asked_office)
        for row in rows
    ]


def colours_declined(since: datetime) -> list[Declined]:
    """The schemes and packages that a second person did not confirm, of every area."""
    kinds = (
        ("scheme", SchemeInForce, Words("五色图方案", "scheme of colours")),
        ("package", Package, Words("措施", "package of measures")),
    )
    return [
        Declined(f"{kind}:{row.pk}", row.area_code, what, row.asked_by, row.ended_why)
        for kind, table, what in kinds
        for row in table.objects.filter(declined_office__isnull=False, ended_at__gt=since).order_by("ended_at", "pk")
    ]
