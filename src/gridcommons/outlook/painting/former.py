"""What an area goes on from: its last row and reading, under whatever code and by whichever scheme they were made.

An area keeps its standing when it gets another code, and when two officers put its scheme in force anew. Until the
scheme that holds has read it, it stands as it stood before; one of which nothing was ever read is unknown, not absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gridcommons.kit.lineage import in_force
from gridcommons.outlook.colours.scheme import GREY, Scheme
from gridcommons.outlook.painting.ageing import Seen, seen_on, standing_of, unread_on
from gridcommons.outlook.painting.keeping import scheme_of_row
from gridcommons.outlook.painting.models import Reading, SchemeInForce, Stood
from gridcommons.outlook.painting.reading import Before
from gridcommons.outlook.painting.rules import Standing, State, by_today
from gridcommons.territory.queries import ends_of


@dataclass(frozen=True)
class Last:
    """The last row and reading of an area, and the scheme that made them. `unread`: there are none yet, it is grey."""

    row: SchemeInForce
    stood: Stood
    reading: Reading
    unread: bool = False

    @property
    def scheme(self) -> Scheme:
        """The scheme that its levels are of."""
        return scheme_of_row(self.row)

    def seen(self, day: date) -> Seen:
        """How its reading holds on a day."""
        return unread_on(self.reading, day) if self.unread else seen_on(self.scheme, self.reading, day)

    def standing(self, day: date) -> Standing:
        """How the area stands on a day."""
        return by_today(self.scheme, standing_of(self.stood), self.seen(day).level, day)


def own_code(code: str) -> str:
    """The code that an area has today; as it was filed where it is no more."""
    return in_force().follow(code) or code


def filed_as(codes: Iterable[str]) -> dict[str, str]:
    """Every code under which rows of these areas stand, each with the code of today."""
    return {raw: code for code in codes for raw in (code, *in_force().origins(code))}


def lasts(
    row: SchemeInForce, codes: Iterable[str], until: datetime | None = None, day: date | None = None
) -> dict[str, Last]:
    """How the areas of a scheme stood last, up to a moment: by that scheme, else by the one that held before it.

    `day`: of a past day, areas that did not stand yet bear the colour of what they came out of.
    """
    raws = filed_as(codes)
    found = _lasts([row], raws, until)
    lacking = {raw: code for raw, code in raws.items() if code not in found}
    if lacking:
        found |= _lasts(before_it(row), lacking, until)
    if day is not None and in_force():
        found |= _of_wholes(row, set(raws.values()) - set(found), until, day)
    return found


def _of_wholes(row: SchemeInForce, codes: set[str], until: datetime | None, day: date) -> dict[str, Last]:
    """How what these areas came out of stood, where it still did on a day; of several the highest level."""
    rows = [row, *before_it(row)]
    held = Stood.objects.filter(in_force__in=rows).order_by().values_list("area_code", flat=True).distinct()
    gone = [raw for raw in held if not in_force().follow(raw)]
    ended = {raw for raw, end in ends_of(gone).items() if day < end}
    stood = _lasts(rows, {raw: raw for raw in ended}, until)
    found: dict[str, Last] = {}
    for raw, last in sorted(stood.items(), key=lambda one: _place(one[1])):
        found |= dict.fromkeys(codes & set(in_force().spread(raw)), last)
    return found


def _place(last: Last) -> int:
    return next((n for n, one in enumerate(last.scheme.levels) if one.key == last.stood.level), -1)


def before_it(row: SchemeInForce) -> list[SchemeInForce]:
    """The schemes that coloured areas of the same level before this one."""
    if row.holds_from is None:
        return []
    rows = SchemeInForce.objects.filter(level=row.level, holds_from__lt=row.holds_from).exclude(pk=row.pk)
    return list(rows.order_by("-holds_from"))


def _lasts(rows: list[SchemeInForce], raws: dict[str, str], until: datetime | None) -> dict[str, Last]:
    if not rows or not raws:
        return {}
    schemes = {row.pk: row for row in rows}
    stood = Stood.objects.filter(in_force__in=schemes, area_code__in=raws).select_related("decision")
    read = Reading.objects.filter(in_force__in=schemes, area_code__in=raws)
    if until is not None:
        stood, read = stood.filter(at__lte=until), read.filter(made_at__lte=until)
    latest: dict[str, Stood] = {}
    for one in stood.order_by("area_code", "-at", "-id").distinct("area_code"):
        code = raws[one.area_code]
        if code not in latest or (one.at, one.pk) > (latest[code].at, latest[code].pk):
            latest[code] = one
    readings: dict[tuple[object, str], Reading] = {}
    keys = ("in_force", "area_code")
    for reading in read.order_by(*keys, "-day", "-revision").distinct(*keys):
        key = reading.in_force_id, raws[reading.area_code]
        if key not in readings or reading.day >= readings[key].day:
            readings[key] = reading
    return {
        code: Last(schemes[one.in_force_id], one, readings[one.in_force_id, code])
        for code, one in latest.items() if (one.in_force_id, code) in readings
    }  # fmt: skip


def has_begun(row: SchemeInForce, until: datetime) -> bool:
    """Whether anything was read by a moment where a scheme colours: before that there is no map."""
    own = filed_as([own_code(row.area_code)])
    rows = Stood.objects.filter(in_force__area_code__in=own, in_force__level=row.level, at__lte=until)
    return rows.exists()


def unread(row: SchemeInForce, code: str, at: datetime, day: date) -> Last:
    """An area that a scheme colours and that nothing was read of yet: unknown."""
    stood = Stood(in_force=row, area_code=code, at=at, day=day, level=GREY, state=State.UNKNOWN)
    reading = Reading(
        in_force=row, area_code=code, day=day, revision=0, level=GREY, run=0, rule=f"{row.scheme}@{row.version}/grey",
        step="first", hatched=False, facts={}, inputs={}, because=[], review_on=day + timedelta(1), known_at=at,
        made_at=at,
    )  # fmt: skip
    return Last(row, stood, reading, unread=True)


# --- Going on by another scheme ------------------------------------------------------------------------------------


def _same_levels(scheme: Scheme, former: Scheme) -> set[str]:
    """The levels that mean the same in both: of the same scheme, by key and colour."""
    if scheme.key != former.key:
        return set()
    return {one.key for one in scheme.levels} & {
        one.key for one in former.levels for own in scheme.levels if (own.key, own.colour) == (one.key, one.colour)
    }


def standing_from(scheme: Scheme, row: SchemeInForce, last: Last | None) -> Standing:
    """How an area stood, for a scheme to go on from; nothing where the former one's levels meant something else."""
    if last is None:
        return Standing()
    held = standing_of(last.stood)
    named = {held.level, held.signed, held.refused} - {"", GREY}
    return held if last.row.pk == row.pk or named <= _same_levels(scheme, last.scheme) else Standing()


def readings_before(scheme: Scheme, row: SchemeInForce, codes: Iterable[str], day: date) -> dict[str, Before]:
    """What each area goes on from by the rules: its last reading of an earlier day, of the former scheme if need be."""
    raws = filed_as(codes)
    found = _before([row], raws, day)
    lacking = {raw: code for raw, code in raws.items() if code not in found}
    if lacking and (former := before_it(row)):
        for code, one in _before(former, lacking, day).items():
            if one.held in _same_levels(scheme, scheme_of_row(one.in_force)):
                found[code] = one
    return {code: Before(one.held, one.run, one.as_of) for code, one in found.items()}


def _before(rows: list[SchemeInForce], raws: dict[str, str], day: date) -> dict[str, Reading]:
    read = Reading.objects.filter(in_force__in=rows, area_code__in=raws, day__lt=day).select_related("in_force")
    found: dict[str, Reading] = {}
    for one in read.order_by("area_code", "-day", "-made_at", "-revision").distinct("area_code"):
        code = raws[one.area_code]
        if code not in found or one.day > found[code].day:
            found[code] = one
    return found
