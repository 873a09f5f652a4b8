"""Who is told of a glass, an export and a reading by one, in which words: written inside the deed that tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.glass.queries import glass_named
from gridcommons.access.glass.rules import GlassFacts
from gridcommons.access.handout.queries import handout_named
from gridcommons.access.handout.rules import HandoutFacts
from gridcommons.access.hands import hand_of, holders
from gridcommons.access.pairs import missing_between
from gridcommons.access.queries import offices
from gridcommons.cases.codes import ZONE
from gridcommons.cases.models import Case
from gridcommons.kit.dates import moment_text
from gridcommons.matters.queries import matter_as_of
from gridcommons.notices.outbox import enqueue
from gridcommons.territory.queries import names_of
from gridcommons.territory.succession import area_now

_STAFF: Final = "zh-hans"
"""An inbox speaks its reader's language anyway."""


def tell_of_glass(glass: GlassFacts, stage: str, before: str, at: datetime) -> None:
    """A request goes to who may confirm; an opened glass to officers, auditors and who asked; its end to auditors."""
    facts = {
        "glass": str(glass.id), "number": glass.number or "–", "reason": glass.reason[:200],
        **_place(glass.area_code), **_office(glass.office_id), **_until(glass.ends_at(), at),
    }  # fmt: skip
    if stage == "asked":
        seconds = seconds_to(glass.asked_by, glass.office_id, "glass.confirm", glass.area_code, at)
        _inside(seconds, "glass.asked", facts, glass.area_code, at)
    elif stage == "opened":
        _inside([glass.asked_by], "glass.confirmed", facts, glass.area_code, at)
        _inside(_watchers(glass.area_code, at), "glass.opened", facts, glass.area_code, at)
    elif stage == "ended":
        if before != "opened":
            _inside(_watchers(glass.area_code, at), "glass.opened", facts, glass.area_code, at)
        _inside(holders("glass.review", glass.area_code, at), "glass.ended", facts, glass.area_code, at)
    elif glass.ended_by != f"user:{glass.asked_by}":
        _inside([glass.asked_by], "glass.declined", facts, glass.area_code, at)


def tell_of_handout(handout: HandoutFacts, state: str, at: datetime) -> None:
    """A request goes to who may confirm, the word to who asked, the taking to officers and auditors."""
    area = handout.area_code
    facts = {
        "handout": str(handout.id), "number": handout.number, "reason": handout.reason[:200],
        **_office(handout.office_id), **_until(handout.ends_at(), at),
    }  # fmt: skip
    if state == "waiting":
        seconds = seconds_to(handout.asked_by, handout.office_id, "handout.confirm", area, at)
        _inside(seconds, "handout.asked", facts, area, at)
    elif state == "ready":
        _inside([handout.asked_by], "handout.confirmed", facts, area, at)
    elif state == "taken":
        _inside(_watchers(area, at), "handout.taken", facts, area, at)


def tell_reporter(case: Case, mark: str, at: datetime) -> None:
    """The reporter of a case that was read through a glass or left the house in an export: who, why, what to do."""
    found = glass_named(mark) or handout_named(mark)
    if found is None:
        return
    office_id, reason = found
    matter = matter_as_of(case.edition, case.matter_key).name
    key = "glass.read" if mark.startswith("glass:") else "handout.read"
    facts = {
        "case": str(case.pk), "number": case.number, "matter_zh": matter.zh, "matter_en": matter.en,
        "reason": reason[:200], **_office(office_id),
    }  # fmt: skip
    for party in case.parties:
        if party.startswith("user:"):
            _one(party, key, facts, case.language, area_now(case.area_code, case.pk), at)
    if case.contact_id is not None:
        enqueue(
            to=f"contact:{case.contact_id}", channel="sms", text_key=key, facts=facts, language=case.language,
            area_code=area_now(case.area_code, case.pk), at=at, private=not case.public,
        )  # fmt: skip


def seconds_to(asker: UUID, office: UUID, deed: str, area_code: str, at: datetime) -> list[UUID]:
    """The accounts that may be the second person to somebody at an area: of another office and line."""
    own = hand_of(asker, at, office)
    return [user for user in holders(deed, area_code, at) if not missing_between(own, hand_of(user, at))]


def _watchers(area_code: str, at: datetime) -> list[UUID]:
    return list(dict.fromkeys([*holders("access.grant", area_code, at), *holders("glass.review", area_code, at)]))


def _inside(to: Iterable[UUID], key: str, facts: dict[str, str], area_code: str, at: datetime) -> None:
    for user in to:
        _one(f"user:{user}", key, facts, _STAFF, area_code, at)


def _one(to: str, key: str, facts: dict[str, str], language: str, area_code: str, at: datetime) -> None:
    enqueue(to=to, channel="inside", text_key=key, facts=facts, language=language, area_code=area_code, at=at)


def _office(office_id: UUID) -> dict[str, str]:
    found = offices([office_id]).get(office_id)
    return {"office_zh": found.name_zh, "office_en": found.name_en} if found else {"office_zh": "–", "office_en": "–"}


def _place(code: str) -> dict[str, str]:
    found = names_of([code]).get(code)
    return {"place_zh": found.name.zh, "place_en": found.name.en} if found else {"place_zh": code, "place_en": code}


def _until(until: datetime, now: datetime) -> dict[str, str]:
    return {f"until_{tongue}": moment_text(until, tongue, zone=ZONE, now=now) for tongue in ("zh", "en")}
