"""Writes of the room: warnings asked for, followed, issued by a second person or taken down."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import cap, sign
from gridcommons.outlook.categories import require_category
from gridcommons.outlook.cautions import rules
from gridcommons.outlook.cautions.grounds import COLOUR, Ground, codes_now, ground_of, named_now, require_fitting
from gridcommons.outlook.cautions.keeping import raw_of, signing_key
from gridcommons.outlook.cautions.messages import alert_of, before, outlines_of
from gridcommons.outlook.cautions.models import Caution
from gridcommons.outlook.cautions.templates import Said, said_of, templates
from gridcommons.outlook.painting.asking import clean_reason, confirmed_by, office_of_officer, user_of
from gridcommons.outlook.periods import ZONE

ASKS: Final = "caution.ask"
ISSUES: Final = "caution.issue"
DECLINES: Final = "caution.decline"
_LOCK: Final = 5_120_039


@dataclass(frozen=True)
class Draft:
    """What an officer wants to be said, where, until which day, and on what it rests (empty: on their own word).

    `category`: what it is about; empty: as the series of the alarm or the template has it.
    """

    template: str
    codes: tuple[str, ...]
    last: date
    said: Said
    ground: str = ""
    exercise: bool = False
    category: str = ""


def _of_draft(facts: Mapping[str, Any]) -> Place:
    return Place(rules.require_area(facts["draft"].codes))


def _of_caution(facts: Mapping[str, Any]) -> Place:
    return Place(_row(facts["caution_id"]).area_code)


def _row(caution_id: UUID, *, lock: bool = False) -> Caution:
    rows = Caution.objects.select_for_update() if lock else Caution.objects.all()
    row = rows.filter(pk=caution_id).first()
    if row is None:
        raise refuse(rules.UNKNOWN)
    return row


@deed("caution.ask", on=_of_draft)
def ask_caution(*, draft: Draft, by: Viewer, at: datetime, purpose: str = "overview") -> Caution:
    """Ask for a warning to the public; nothing is said before a second person issues it.

    Refuses one whose ground does not hold, whose words are not said in both languages, or of which one waits or is in
    force already.
    """
    template, area = templates().get(draft.template), rules.require_area(draft.codes)
    ground = ground_of(draft.ground, draft.codes, by, at)
    require_fitting(template, ground)
    if ground.name and set(draft.codes) != set(ground.codes):
        raise refuse(rules.WRONG_AREA)
    rules.require_days(draft.last, local_day(at, ZONE), templates().most_days, ground.until)
    category = require_category(draft.category or ground.category_of(template))
    said = rules.clean_said(draft.said)
    rules.require_last_named(said, draft.last, local_day(at, ZONE))
    if ground.name and _stands_on(ground.name, at):
        raise refuse(rules.WAITS_ALREADY)
    return Caution.objects.create(
        **_asked(area, by, at), kind="Alert", codes=list(draft.codes), template=template.key,
        version=templates().version, category=category, exercise=draft.exercise, said=said.as_dict(),
        expires=rules.end_of(draft.last),
        **_of_ground(ground),
    )  # fmt: skip


def _asked(area: str, by: Viewer, at: datetime) -> dict[str, Any]:
    office = office_of_officer(by, ASKS, area, at)
    return {
        "area_code": area, "county_code": CHINA.cut(area, "county"), "asked_at": at, "asked_by": user_of(by),
        "asked_office": office.id, "name": by.name[:100], "office_zh": office.name_zh[:120],
        "office_en": office.name_en[:160],
    }  # fmt: skip


def _of_ground(ground: Ground) -> dict[str, str]:
    return {
        "ground": ground.name, "colour": ground.colour, "decision": ground.decision, "rule": ground.rule[:100],
    }  # fmt: skip


def _stands_on(name: str, at: datetime) -> bool:
    """Whether a warning on this ground waits, or is in force."""
    names = _names_of(name)
    rows = Caution.objects.filter(ground__in=names, dropped_at__isnull=True, expires__gt=at).exclude(kind="Cancel")
    followed = set(Caution.objects.filter(former__in=rows, issued_at__isnull=False).values_list("former_id", flat=True))
    return any(row.pk not in followed for row in rows)


def _names_of(ground: str) -> list[str]:
    """A ground by all names that it ever had."""
    kind, colon, key = ground.partition(":")
    return [f"{kind}{colon}{raw}" for raw in in_force().known_as(key)] if kind == COLOUR else [ground]


@deed("caution.amend", on=_of_caution)
def amend_caution(
    *, caution_id: UUID, said: Said, last: date, category: str = "", by: Viewer, at: datetime,
    purpose: str = "overview",
) -> Caution:  # fmt: skip
    """Ask for an update of a warning in force: other words, last day or category; the second person issues it."""
    row = _in_force(caution_id, at)
    ground = ground_of(row.ground, tuple(row.codes), by, at)
    rules.require_days(last, local_day(at, ZONE), templates().most_days, ground.until)
    about = require_category(category or row.category)
    words = rules.clean_said(said)
    rules.require_last_named(words, last, local_day(at, ZONE))
    facts = {"category": about, "expires": rules.end_of(last)}
    return _following(row, "Update", words, by, at, **facts, **_of_ground(ground))


@deed("caution.call_off", on=_of_caution)
def call_off_caution(*, caution_id: UUID, why: Words, by: Viewer, at: datetime, purpose: str = "overview") -> Caution:
    """Ask for a warning in force to be called off, with the reason in both languages; the second person issues it."""
    row = _in_force(caution_id, at)
    words = rules.clean_said(rules.called_off(said_of(row.said), why))
    held = {name: getattr(row, name) for name in ("category", "ground", "colour", "decision", "rule", "expires")}
    return _following(row, "Cancel", words, by, at, **held)


def _in_force(caution_id: UUID, at: datetime) -> Caution:
    """A message that can be followed: issued, not over, the last of its warning, and nothing waits."""
    row = _row(caution_id, lock=True)
    followed = Caution.objects.filter(former=row, dropped_at__isnull=True).exists()
    if row.issued_at is None or row.kind == "Cancel" or followed or row.expires <= at:
        raise refuse(rules.NOT_IN_FORCE)
    return row


def _following(row: Caution, kind: str, said: Said, by: Viewer, at: datetime, **facts: Any) -> Caution:
    codes = codes_now(row.codes)
    area = row.area_code if codes == row.codes else rules.require_area(codes)
    return Caution.objects.create(
        **_asked(area, by, at), **facts, kind=kind, first_id=row.first_id or row.pk, former=row, codes=codes,
        template=row.template, version=templates().version, exercise=row.exercise, said=said.as_dict(),
    )  # fmt: skip


@deed("caution.issue", on=_of_caution)
def issue_caution(*, caution_id: UUID, house: str, by: Viewer, at: datetime, purpose: str = "oversight") -> Caution:
    """Issue a message as the second person, of another office and line: it is signed and public from now.

    `house`: the address of this program. Refuses one whose ground holds no more; a cancellation needs none.
    """
    row = _row(caution_id, lock=True)
    if row.issued_at is not None or row.dropped_at is not None or row.expires <= at:
        raise refuse(rules.NOT_WAITING)
    row.issued_office = confirmed_by(row.asked_by, row.asked_office, by, ISSUES, at)
    row.codes = codes_now(row.codes)
    if row.kind != "Cancel" and not _is_held(row, ground_of(row.ground, tuple(row.codes), by, at)):
        raise refuse(rules.NO_GROUND)
    row.issued_at, row.issued_by = at.replace(microsecond=0), user_of(by)
    _publish(row, house, row.issued_at)
    row.save()
    return row


@deed("caution.decline", on=_of_caution, keeps=("why",))
def decline_caution(*, caution_id: UUID, why: str, by: Viewer, at: datetime, purpose: str = "oversight") -> Caution:
    """Not issue a message as the second person, with the reason: it was never public and may be asked for anew."""
    row = _row(caution_id, lock=True)
    if row.issued_at is not None or row.dropped_at is not None:
        raise refuse(rules.NOT_WAITING)
    row.declined_office = confirmed_by(row.asked_by, row.asked_office, by, DECLINES, at)
    row.dropped_at, row.dropped_by, row.dropped_why = at, by.key[:100], clean_reason(why)
    row.save()
    return row


def _is_held(row: Caution, ground: Ground) -> bool:
    """Whether a message rests on what it was asked for, under whichever code its area goes on."""
    held = (named_now(row.ground), row.colour, row.decision.partition("-")[2], row.rule)
    return held == (ground.name, ground.colour, ground.decision.partition("-")[2], ground.rule[:100])


def _publish(row: Caution, house: str, sent: datetime) -> None:
    """Give the message its number and address, write it, sign its bytes."""
    former = before(row)
    row.identifier = _number(row.county_code, local_day(sent, ZONE))
    # Of a warning all messages name one sender: receivers tell by it what belongs together.
    row.sender = former[0].sender if former else f"{row.county_code}@{urlsplit(house).hostname or 'gridcommons'}"[:120]
    row.web = f"{house}/warnings/{row.identifier}"[:200] if house.startswith("http") else ""
    key = signing_key()
    row.message = cap(alert_of(row, sent, outlines=outlines_of(tuple(row.codes)), former=former))
    row.signature, row.key = sign(row.message, key), raw_of(key)
    row.sha256 = hashlib.sha256(row.message).hexdigest()


def _number(county: str, day: date) -> str:
    """The next number of a county's day; one at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    start = f"GC-{county}-{day:%Y%m%d}-"
    return f"{start}{Caution.objects.filter(identifier__startswith=start).count() + 1:04}"


@deed("caution.drop", on=_of_caution)
def drop_caution(*, caution_id: UUID, why: str, by: Viewer, at: datetime, purpose: str = "overview") -> Caution:
    """Take down a message that waits for its second person; one that is public ends by a cancellation alone."""
    row = _row(caution_id, lock=True)
    if row.issued_at is not None or row.dropped_at is not None:
        raise refuse(rules.NOT_WAITING)
    row.dropped_at, row.dropped_by, row.dropped_why = at, by.key[:100], clean_reason(why)
    row.save()
    return row
