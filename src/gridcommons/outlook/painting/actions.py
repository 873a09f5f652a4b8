"""Writes of the room: schemes put in force by two, the day's colours, signatures, packages, past epidemics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.outlook.colours.scheme import scheme_named, scheme_text
from gridcommons.outlook.painting import rules
from gridcommons.outlook.painting.asking import (
    UNKNOWN,
    clean_reason,
    confirmed_by,
    office_of_officer,
    require_colourable,
    require_inputs,
    user_of,
)
from gridcommons.outlook.painting.following import areas_of, first_read
from gridcommons.outlook.painting.former import Last, lasts
from gridcommons.outlook.painting.keeping import rules_of_row, schemes_naming
from gridcommons.outlook.painting.models import Decision, Package, Past, Reading, SchemeInForce, Stood
from gridcommons.outlook.painting.packages import Content, require_sound
from gridcommons.outlook.painting.pasts import digest_of, require_past
from gridcommons.outlook.painting.writing import (
    Day,
    decide,
    end_of,
    scheme_at,
    stand_on,
    write_day,
)
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import names_of

_MOST_ANEW: Final = 30
_Asked = TypeVar("_Asked", SchemeInForce, Package)


def _there(facts: Mapping[str, Any]) -> Place:
    CHINA.level_of(facts["area_code"])
    return Place(facts["area_code"])


def _of_scheme(facts: Mapping[str, Any]) -> Place:
    code = SchemeInForce.objects.filter(pk=facts["scheme_id"]).values_list("area_code", flat=True).first()
    if code is None:
        raise refuse(UNKNOWN)
    return Place(code)


def _of_reading(facts: Mapping[str, Any]) -> Place:
    code = Reading.objects.filter(pk=facts["reading_id"]).values_list("area_code", flat=True).first()
    if code is None:
        raise refuse(UNKNOWN)
    return Place(code)


def _of_package(facts: Mapping[str, Any]) -> Place:
    code = Package.objects.filter(pk=facts["package_id"]).values_list("area_code", flat=True).first()
    if code is None:
        raise refuse(UNKNOWN)
    return Place(code)


@deed("colour.ask_scheme", on=_there, keeps=("level", "scheme", "indicator"))
def ask_scheme(
    *, area_code: str, level: str, scheme: str, indicator: str, reason: str, given: Mapping[str, str] | None = None,
    by: Viewer, at: datetime, purpose: str = "overview",
) -> SchemeInForce:  # fmt: skip
    """Ask for a scheme to colour the areas of one level below an area; it colours nothing before another confirms."""
    said, found = clean_reason(reason), scheme_named(scheme)
    require_inputs(found, indicator, given or {})
    require_colourable(area_code, level)
    if SchemeInForce.objects.filter(
        area_code__in=in_force().known_as(area_code), level=level, confirmed_at__isnull=True, ended_at__isnull=True
    ).exists():
        raise refuse(rules.WAITS_ALREADY)
    office = office_of_officer(by, "colour.ask_scheme", area_code, at)
    return SchemeInForce.objects.create(
        area_code=area_code, level=level, scheme=found.key, version=found.version, text=scheme_text(scheme),
        indicator=indicator, given=dict(given or {}), reason=said, asked_at=at, asked_by=user_of(by),
        asked_office=office.id,
    )  # fmt: skip


@deed("colour.confirm_scheme", on=_of_scheme)
def confirm_scheme(*, scheme_id: UUID, by: Viewer, at: datetime, purpose: str = "oversight") -> SchemeInForce:
    """Put a scheme in force as the second person, of another office and line; it is public a day before it holds.

    The scheme that held there until now ends when this one begins.
    """
    row = scheme_at(scheme_id)
    if row.confirmed_at is not None or row.ended_at is not None:
        raise refuse(rules.NOT_WAITING)
    row.confirmed_office = confirmed_by(row.asked_by, row.asked_office, by, "colour.confirm_scheme", at)
    rules_of_row(row)
    row.confirmed_at, row.confirmed_by, row.holds_from = at, user_of(by), at + rules.AHEAD
    former = SchemeInForce.objects.filter(
        area_code__in=in_force().known_as(row.area_code),
        level=row.level,
        confirmed_at__isnull=False,
        ended_at__isnull=True,
    )
    former.update(ended_at=row.holds_from, ended_by=by.key, ended_why=row.reason)
    row.save()
    return row


@deed("colour.decline_scheme", on=_of_scheme, keeps=("why",))
def decline_scheme(
    *, scheme_id: UUID, why: str, by: Viewer, at: datetime, purpose: str = "oversight"
) -> SchemeInForce:  # fmt: skip
    """Not confirm a scheme as the second person, with the reason; it may be asked for anew."""
    return _declined(scheme_at(scheme_id), "colour.decline_scheme", why, by, at)


def _declined(row: _Asked, deed: str, why: str, by: Viewer, at: datetime) -> _Asked:
    """Ends what waits by the second person's word: of the same office and line as who asked, it is none."""
    if row.confirmed_at is not None or row.ended_at is not None:
        raise refuse(rules.NOT_WAITING)
    row.declined_office = confirmed_by(row.asked_by, row.asked_office, by, deed, at)
    row.ended_at, row.ended_by, row.ended_why = at, by.key, clean_reason(why)
    row.save()
    return row


@deed("colour.drop_scheme", on=_of_scheme, keeps=("why",))
def drop_scheme(*, scheme_id: UUID, why: str, by: Viewer, at: datetime, purpose: str = "overview") -> SchemeInForce:
    """Take down a scheme that waits for its second person; one in force ends only when another takes its place."""
    row = scheme_at(scheme_id)
    if row.confirmed_at is not None or row.ended_at is not None:
        raise refuse(rules.NOT_WAITING)
    row.ended_at, row.ended_by, row.ended_why = at, by.key, clean_reason(why)
    row.save()
    return row


@deed("colour.paint", keeps=("day",))
def paint(*, scheme_id: UUID, day: date, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Read a day by the scheme in force and bring areas to how they stand; a second run adds nothing.

    Of a day gone by what was known at its end counts. Returns how many readings were added.
    """
    row = scheme_at(scheme_id)
    made = write_day(row, Day(day, at, min(at, end_of(day))))
    stand_on(row, day, at)
    return len(made)


@deed("colour.make_anew", on=_there, keeps=("first",))
def make_anew(
    *, area_code: str, scheme_id: UUID, first: date, reason: str, by: Viewer, at: datetime, purpose: str = "overview"
) -> SchemeInForce:
    """Read the colours of an area anew from a day on, because figures were corrected; the former readings stay."""
    said, today = clean_reason(reason), local_day(at, ZONE)
    row = scheme_at(scheme_id)
    begun, area = first_read(row, area_code), [one for one in areas_of(row, at) if one.code == area_code]
    if begun is None or not area or first > today:
        raise refuse(UNKNOWN)
    day = max(first, begun, today - timedelta(_MOST_ANEW))
    while day <= today:
        write_day(row, Day(day, at, at, area, said))
        day += timedelta(1)
    stand_on(row, today, at, [area_code])
    return row


@deed("colour.sign", on=_of_reading, keeps=("reading_id",))
def sign(
    *, reading_id: UUID, reason: str, shown: str = "", by: Viewer, at: datetime, purpose: str = "overview"
) -> Stood:
    """Sign the colour that the rules propose: it stands from now for the days of the scheme, then it is due for review.

    By a named officer of an office that serves the area. Nobody signs another colour than the one proposed: one that
    changed since it was `shown` is refused; without that word it has to be the one that was read.
    """
    return _decided(reading_id, "signed", shown, reason, by, at)


@deed("colour.refuse", on=_of_reading, keeps=("reading_id",))
def refuse_colour(
    *, reading_id: UUID, reason: str, shown: str = "", by: Viewer, at: datetime, purpose: str = "overview"
) -> Stood:
    """Not sign what is proposed, with the reason: what was signed goes on, else what needs no signature."""
    return _decided(reading_id, "refused", shown, reason, by, at)


def _decided(reading_id: UUID, answer: str, shown: str, reason: str, by: Viewer, at: datetime) -> Stood:
    said = clean_reason(reason)
    reading = Reading.objects.select_related("in_force").get(pk=reading_id)
    row, today = scheme_at(reading.in_force_id), local_day(at, ZONE)
    code = in_force().follow(reading.area_code)
    if not code:
        raise refuse(rules.NOTHING_PROPOSED)
    office = office_of_officer(by, f"colour.{'sign' if answer == 'signed' else 'refuse'}", code, at)
    scheme, last = rules_of_row(row), _last(row, code, at)
    now = last.standing(today) if last else rules.Standing()
    if last is None or last.reading.pk != reading.pk or now.proposal != (shown or reading.level):
        raise refuse(rules.NOTHING_PROPOSED)
    until = today + timedelta(scheme.valid_days)
    after = (rules.sign if answer == "signed" else rules.refuse_to_sign)(scheme, now, today)
    decision = Decision(
        reading=reading, area_code=code, level=now.proposal, answer=answer, reason=said, at=at,
        until=until, by=user_of(by), name=by.name[:100],
        office=office.id, office_zh=office.name_zh[:120], office_en=office.name_en[:160],
    )  # fmt: skip
    return decide(after, reading, decision, at)


def _last(row: SchemeInForce, code: str, at: datetime) -> Last | None:
    """How an area stands by the scheme that holds now: a word on one that ended counts until another has read it."""
    held = row
    if row.ended_at is not None and row.ended_at <= at:
        known = in_force().known_as(row.area_code)
        after = SchemeInForce.objects.filter(area_code__in=known, level=row.level, holds_from__lte=at)
        held = after.order_by("-holds_from").first() or row
    return lasts(held, [code]).get(code)


@deed("package.ask", on=_there, keeps=("scheme", "level", "first", "last"))
def ask_package(
    *, area_code: str, scheme: str, level: str, content: Content, basis: str, first: date, last: date,
    source: str = "", by: Viewer, at: datetime, purpose: str = "overview",
) -> Package:  # fmt: skip
    """Ask for a package of measures to be bound to a colour of a scheme in an area, for thirty days at most."""
    found, said = schemes_naming([(scheme, level)])[scheme, level], clean_reason(basis)
    if rules.level_of(found, level) is None or area_code not in names_of([area_code]):
        raise refuse(rules.NO_LEVEL, scheme=scheme, level=level)
    require_sound(content)
    rules.require_span(first, last, local_day(at, ZONE))
    waiting = Package.objects.filter(
        area_code=area_code, scheme=scheme, level=level, confirmed_at__isnull=True, ended_at__isnull=True
    )
    if waiting.exists():
        raise refuse(rules.WAITS_ALREADY)
    office = office_of_officer(by, "package.ask", area_code, at)
    return Package.objects.create(
        area_code=area_code, scheme=scheme, level=level, content=content.as_dict(), places=list(content.places),
        basis=said, source=source[:100], first=first, last=last, asked_at=at, asked_by=user_of(by),
        asked_office=office.id,
    )  # fmt: skip


@deed("package.confirm", on=_of_package)
def confirm_package(*, package_id: UUID, by: Viewer, at: datetime, purpose: str = "oversight") -> Package:
    """Publish a package as the second person, of another office and line; it holds a day later at the earliest."""
    row = Package.objects.select_for_update().get(pk=package_id)
    if row.confirmed_at is not None or row.ended_at is not None:
        raise refuse(rules.NOT_WAITING)
    rules.require_span(row.first, row.last, min(row.first, local_day(at, ZONE)))
    row.confirmed_office = confirmed_by(row.asked_by, row.asked_office, by, "package.confirm", at)
    row.confirmed_at, row.confirmed_by = at, user_of(by)
    row.holds_from = max(at + rules.AHEAD, end_of(row.first - timedelta(1)))
    row.save()
    return row


@deed("package.decline", on=_of_package, keeps=("why",))
def decline_package(*, package_id: UUID, why: str, by: Viewer, at: datetime, purpose: str = "oversight") -> Package:
    """Not publish a package as the second person, with the reason; it may be asked for anew."""
    return _declined(Package.objects.select_for_update().get(pk=package_id), "package.decline", why, by, at)


@deed("package.end", on=_of_package, keeps=("why",))
def end_package(*, package_id: UUID, why: str, by: Viewer, at: datetime, purpose: str = "overview") -> Package:
    """End a package early, or take down one that waits; what it closed is open from now on."""
    row = Package.objects.select_for_update().get(pk=package_id)
    if row.ended_at is not None:
        raise refuse(rules.NOT_WAITING)
    row.ended_at, row.ended_by, row.ended_why = at, by.key, clean_reason(why)
    row.save()
    return row


@deed("past.keep", keeps=("name",))
def keep_past(*, name: str, counts: str, people: str, by: Viewer, at: datetime, purpose: str = "overview") -> Past:
    """Keep the counts of a past epidemic for replay; the same file again is the one that is kept."""
    called = clean_reason(name, limit=80)
    require_past(counts, people)
    row, _new = Past.objects.get_or_create(
        digest=digest_of(counts, people),
        defaults={"name": called, "counts": counts, "people": people, "added_at": at, "added_by": by.key},
    )
    return row


@deed("past.drop", keeps=("past_id",))
def drop_past(*, past_id: UUID, by: Viewer, at: datetime, purpose: str = "overview") -> UUID:
    """Take a past epidemic off the list; no colour of today rests on it."""
    if not Past.objects.filter(pk=past_id).delete()[0]:
        raise refuse(UNKNOWN)
    return past_id
