"""Writes of the room: officers are told of what waits for them or was declined, receivers of bulletins; once each."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.hands import hand_of, holders
from gridcommons.access.identify import viewer_of
from gridcommons.access.pairs import missing_between
from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.dates import day_words
from gridcommons.kit.words import Words
from gridcommons.notices.models import Notice
from gridcommons.notices.outbox import enqueue
from gridcommons.outlook.awaited import Awaited
from gridcommons.outlook.awaiting import awaited, declined
from gridcommons.outlook.bulletins.queries import fresh_bulletins
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.rules import is_staff
from gridcommons.territory.queries import names_of

_LEADS: Final = {"stood": "colour_of", "scheme": "rules_of", "package": "rules_of", "release": "releases_of"}
"""The fact by which a page is found, of things that stand on a page of their area."""
_TEXTS: Final = {True: "awaited.second", False: "awaited.sign"}


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


@deed("notices.tell_declined")
def tell_declined(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Tell who asked for something that a second person declined it, with the reason, once; returns of how many."""
    told = 0
    for one in declined(at):
        to, about = f"user:{one.asked_by}", f"declined:{one.key}"
        if _still_serves(to, at) and not Notice.objects.filter(about=about, to=to).exists():
            facts = _facts_of(one.key, one.area_code, one.what) | {"reason": one.why}
            enqueue(
                to=to, channel="inside", text_key="awaited.declined", facts=facts, language="zh-hans",
                area_code=one.area_code, at=at, about=about,
            )  # fmt: skip
            told += 1
    return told


@deed("notices.tell_bulletins")
def tell_bulletins(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Tell those who asked for it of each new bulletin, once; returns of how many notices."""
    told = 0
    for one in fresh_bulletins(at):
        about = f"bulletin:{one.id}"
        known = set(Notice.objects.filter(about=about).values_list("to", flat=True))
        place = names_of([one.area_code]).get(one.area_code)
        name = place.name if place else Words(one.area_code, one.area_code)
        day = day_words(one.day, this_year=local_day(at, ZONE).year)
        facts = {
            "bulletin": str(one.id), "place_zh": name.zh, "place_en": name.en, "day_zh": day.zh, "day_en": day.en,
        }  # fmt: skip
        for to in [party for party in one.receivers if party not in known and _still_serves(party, at)]:
            enqueue(
                to=to, channel="inside", text_key="bulletin.made", facts=facts, language="zh-hans",
                area_code=one.area_code, at=at, about=about,
            )  # fmt: skip
            told += 1
    return told


def _still_serves(party: str, at: datetime) -> bool:
    """Whether an account still holds a post: who left reads no bulletin and is told of none."""
    return is_staff(viewer_of(UUID(party.removeprefix("user:"))), at)


def _who(one: Awaited, at: datetime) -> list[str]:
    """The accounts that may give the word: whoever asked, and who is of their office or line, may not be the second."""
    users = holders(one.deed, one.area_code, at)
    if one.asked_by is not None and one.asked_office is not None:
        own = hand_of(one.asked_by, at, one.asked_office)
        users = [user for user in users if not missing_between(own, hand_of(user, at))]
    return [f"user:{user}" for user in users]


def _tell(one: Awaited, to: str, about: str, at: datetime) -> None:
    enqueue(
        to=to, channel="inside", text_key=_TEXTS[one.asked_by is not None],
        facts=_facts_of(one.key, one.area_code, one.what), language="zh-hans", area_code=one.area_code, at=at,
        about=about,
    )  # fmt: skip


def _facts_of(key: str, code: str, what: Words) -> dict[str, str]:
    """What is said of a thing: which, where, and the page that it leads to."""
    place = names_of([code]).get(code)
    kind, _colon, number = key.partition(":")
    leads = {_LEADS[kind]: code} if kind in _LEADS else {kind: number}
    return {
        "what_zh": what.zh, "what_en": what.en, "place_zh": place.name.zh if place else code,
        "place_en": place.name.en if place else code, **leads,
    }  # fmt: skip
