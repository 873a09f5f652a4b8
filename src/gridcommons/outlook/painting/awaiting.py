"""What of the colours waits for somebody's word: proposals to be signed, schemes and packages to be confirmed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.outlook.awaited import Awaited
from gridcommons.outlook.painting.models import Package, SchemeInForce
from gridcommons.outlook.painting.rules import State
from gridcommons.outlook.painting.writing import last_stood

_SIGN: Final = {
    State.WAITING: Words("颜色待签字", "a colour to be signed"),
    State.REVIEW: Words("颜色待复核", "a colour to be reviewed"),
}  # fmt: skip


def colours_awaited(at: datetime) -> list[Awaited]:
    """What waits now, of every area: each proposal as long as it is the last word on its area."""
    return [*_proposals(at), *_schemes(), *_packages()]


def _proposals(at: datetime) -> list[Awaited]:
    held = SchemeInForce.objects.filter(holds_from__lte=at).exclude(ended_at__lte=at)
    rows = [found for scheme in held.order_by("pk") for found in last_stood(scheme).items() if found[1].proposal]
    return [
        Awaited(f"stood:{row.pk}", code, "colour.sign", _SIGN.get(State(row.state), _SIGN[State.WAITING]))
        for code, row in rows
    ]


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
