"""The one write of the room: officers are told of what waits for them, once each."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.access.deeds import deed
from gridcommons.access.hands import hand_of, holders
from gridcommons.access.pairs import missing_between
from gridcommons.access.rules import Viewer
from gridcommons.notices.models import Notice
from gridcommons.notices.outbox import enqueue
from gridcommons.outlook.awaited import Awaited
from gridcommons.outlook.cautions.queries import cautions_awaited
from gridcommons.outlook.painting.awaiting import colours_awaited
from gridcommons.outlook.releases.queries import withdrawals_awaited
from gridcommons.territory.queries import names_of

_LEADS: Final = {"stood": "colour_of", "scheme": "rules_of", "package": "rules_of", "release": "releases_of"}
"""The fact by which a page is found, of things that stand on a page of their area."""
_TEXTS: Final = {True: "awaited.second", False: "awaited.sign"}


def awaited(at: datetime) -> list[Awaited]:
    """All that waits for somebody's word now."""
    return [*colours_awaited(at), *cautions_awaited(at), *withdrawals_awaited()]


@deed("notices.tell_awaited")
def tell_awaited(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[str]:
    """Tell everybody who may give a word that is waited for, of each thing once; returns whom and of what.

    Told again when the notice is no longer kept and the thing still waits.
    """
    told = []
    for one in awaited(at):
        about = f"awaited:{one.key}"
        known = set(Notice.objects.filter(about=about).values_list("to", flat=True))
        for to in _who(one, at):
            if to not in known:
                _tell(one, to, about, at)
                told.append(f"{to} {one.key}")
    return told


def _who(one: Awaited, at: datetime) -> list[str]:
    """The accounts that may give the word: whoever asked, and who is of their office or line, may not be the second."""
    users = holders(one.deed, one.area_code, at)
    if one.asked_by is not None and one.asked_office is not None:
        own = hand_of(one.asked_by, at, one.asked_office)
        users = [user for user in users if not missing_between(own, hand_of(user, at))]
    return [f"user:{user}" for user in users]


def _tell(one: Awaited, to: str, about: str, at: datetime) -> None:
    place = names_of([one.area_code]).get(one.area_code)
    facts = {
        "what_zh": one.what.zh, "what_en": one.what.en, "place_zh": place.name.zh if place else one.area_code,
        "place_en": place.name.en if place else one.area_code, **_leads_to(one),
    }  # fmt: skip
    enqueue(
        to=to, channel="inside", text_key=_TEXTS[one.asked_by is not None], facts=facts, language="zh-hans",
        area_code=one.area_code, at=at, about=about,
    )  # fmt: skip


def _leads_to(one: Awaited) -> dict[str, str]:
    kind, _colon, number = one.key.partition(":")
    return {_LEADS[kind]: one.area_code} if kind in _LEADS else {kind: number}
