"""Links when areas are reorganised: both sides are told which office a link serves now, or that it is paused."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from gridcommons.access.hands import hand_of, holders
from gridcommons.cases.partners.acting import agreed_links
from gridcommons.cases.partners.models import Link
from gridcommons.cases.partners.serving import is_over, served_by, successor_of
from gridcommons.kit.lineage import holding
from gridcommons.kit.words import Words
from gridcommons.notices.outbox import enqueue
from gridcommons.territory.reorganising.touching import Carried, Moving, Touched, carries, touches


@touches
def touched(moving: Moving) -> Iterator[Touched]:
    """The links whose offices end."""
    for link in _ending(moving):
        yield Touched("links", "ends", Words(link.name, link.name), area=link.area_code)


@carries
def carried(moving: Moving) -> Iterator[Carried]:
    """Tell those who agreed on a link, and those who answer for it in its office."""
    for link in _ending(moving):
        with holding(lambda: moving.before):
            people = _people(link, moving)
        with holding(lambda: moving.after):
            _tell(link, people, moving)
    yield from ()


def _ending(moving: Moving) -> list[Link]:
    with holding(lambda: moving.before):
        standing = [link for link in agreed_links(moving.at) if not is_over(link)]
    with holding(lambda: moving.after):
        return [link for link in standing if is_over(link)]


def _people(link: Link, moving: Moving) -> list[UUID]:
    """The two who agreed, who may draft a link there, and who works with it in an office that it serves."""
    at, served = moving.at, set(served_by(link))
    inside = [one for one in holders("partner.by_hand", link.area_code, at) if hand_of(one, at).offices & served]
    agreed = [one for one in (link.asked_by_id, link.confirmed_by_id) if one is not None]
    return list(dict.fromkeys([*agreed, *holders("partner.draft", link.area_code, at), *inside]))


def _tell(link: Link, people: list[UUID], moving: Moving) -> None:
    heir = successor_of(link)
    facts = {
        "link": str(link.pk), "name": link.name, "office_zh": link.office.name_zh, "office_en": link.office.name_en
    }  # fmt: skip
    facts |= {"heir_zh": heir.name_zh, "heir_en": heir.name_en} if heir else {}
    for user in people:
        enqueue(
            to=f"user:{user}", channel="inside", text_key="partner.follows" if heir else "partner.paused", facts=facts,
            language="zh-hans", area_code=moving.after.current(link.area_code), at=moving.at,
        )  # fmt: skip
