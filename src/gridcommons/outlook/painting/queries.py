"""Reads of the room: which schemes hold, how areas stand and stood, what waits for a signature, packages, pasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q

from gridcommons.access.rules import Place, Viewer, missing
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.awaited import user_named
from gridcommons.outlook.colours.scheme import GREY, Scheme
from gridcommons.outlook.painting.acting import Officer, officers
from gridcommons.outlook.painting.asking import UNKNOWN
from gridcommons.outlook.painting.following import holding_at, near_by, once, shared_out
from gridcommons.outlook.painting.former import lasts
from gridcommons.outlook.painting.keeping import lost_words, scheme_of_row, shipped_version, text_of_row
from gridcommons.outlook.painting.models import Decision, Past, Reading, SchemeInForce, Stood
from gridcommons.outlook.painting.renewed import unread_of
from gridcommons.outlook.painting.rules import Standing, State
from gridcommons.outlook.painting.told import level_words, verdict_of
from gridcommons.outlook.painting.writing import end_of
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.rules import is_local, require_staff
from gridcommons.territory.queries import AreaFacts, names_of

SIGN = "colour.sign"
PUBLIC_LEVELS = ("county", "township")
_MOST_MISSED = 7


@dataclass(frozen=True)
class SchemeLine:
    """A scheme in force, ahead, waiting or ended, as pages need it.

    `text`: its rules whole; `lost`: what is said where they are lost. `shipped`: the version that the program ships,
    where that is another one.
    """

    id: UUID
    area: AreaFacts
    level: str
    scheme: Scheme
    indicator: str
    given: dict[str, str]
    reason: str
    asked_at: datetime
    asked: Officer
    confirmed_at: datetime | None
    confirmed: Officer | None
    holds_from: datetime | None
    ended_at: datetime | None
    text: str = ""
    lost: Words | None = None
    shipped: str = ""
    declined: Officer | None = None
    ended_why: str = ""

    def state(self, at: datetime) -> str:
        """`waiting`, `ahead`, `in_force`, `ended` or `declined` at a moment."""
        if self.ended_at is not None and self.ended_at <= at:
            return "declined" if self.declined else "ended"
        if self.holds_from is None:
            return "waiting"
        return "ahead" if self.holds_from > at else "in_force"


def _in_force_at(at: datetime) -> Q:
    return Q(in_force__holds_from__lte=at) & (Q(in_force__ended_at__isnull=True) | Q(in_force__ended_at__gt=at))


def holding(at: datetime) -> list[UUID]:
    """The schemes that hold at a moment: what the daily job paints."""
    return list(
        SchemeInForce.objects.filter(holding_at(at)).order_by("area_code", "level").values_list("id", flat=True)
    )


def days_to_paint(scheme_id: UUID, today: date) -> date:
    """From which day on a scheme has to read: the day after its last reading, a week back at most, else today."""
    last = Reading.objects.filter(in_force_id=scheme_id).aggregate(last=Max("day"))["last"]
    return today if last is None else min(today, max(last + timedelta(1), today - timedelta(_MOST_MISSED)))


def schemes_ahead(code: str, at: datetime) -> list[SchemeLine]:
    """The schemes of an area, above or below it, that are published and hold later, the next one first; for anybody."""
    way = [*CHINA.ancestors(code), code]
    rows = SchemeInForce.objects.filter(holds_from__gt=at, ended_at__isnull=True)
    return _lines(list(rows.filter(Q(area_code__in=way) | Q(area_code__startswith=code)).order_by("holds_from")))


def schemes_near(code: str, *, viewer: Viewer, at: datetime) -> list[SchemeLine]:
    """All schemes of an area, above and below it, ended ones too, the latest first; for members of staff."""
    require_staff(viewer, at)
    rows = SchemeInForce.objects.filter(near_by(code)).order_by("-asked_at")
    return _lines(list(rows))


def _lines(rows: Sequence[SchemeInForce]) -> list[SchemeLine]:
    areas = names_of({row.area_code for row in rows})
    who = officers([(row.asked_by, row.asked_office) for row in rows]
                    + [(row.confirmed_by, row.confirmed_office) for row in rows]
                    + [(user_named(row.ended_by), row.declined_office) for row in rows])  # fmt: skip
    return [
        SchemeLine(
            row.pk, areas[row.area_code], row.level, scheme_of_row(row), row.indicator, row.given, row.reason,
            row.asked_at, who[row.asked_by, row.asked_office], row.confirmed_at,
            who[row.confirmed_by, row.confirmed_office] if row.confirmed_by else None, row.holds_from, row.ended_at,
            text_of_row(row), lost_words(row), _other_version(row),
            who[user_named(row.ended_by), row.declined_office] if row.declined_office else None, row.ended_why,
        )
        for row in rows
    ]  # fmt: skip


def _other_version(row: SchemeInForce) -> str:
    found = shipped_version(row.scheme)
    return found if found != row.version else ""


@dataclass(frozen=True)
class DecisionFacts:
    """What a named officer decided: `answer` signed or refused; the office as it was called then."""

    level: str
    answer: str
    reason: str
    at: datetime
    until: date
    name: str
    office: Words


@dataclass(frozen=True)
class AreaNow:
    """How an area stands today. `since`: when it came to stand so. `exact`: the viewer reads the figures themselves."""

    area: AreaFacts
    in_force: UUID
    scheme: Scheme
    standing: Standing
    since: datetime
    reading_id: UUID | None
    day: date
    as_of: date | None
    hatched: bool
    step: str
    decision: DecisionFacts | None
    exact: bool
    verdict: Verdict
    proposed: Verdict | None
    notes: tuple[Words, ...]
    why: str
    lost: Words | None

    @property
    def colour(self) -> str:
        """The colour by its name; grey where it is unknown."""
        found = next((one for one in self.scheme.levels if one.key == self.standing.level), None)
        return found.colour if found else GREY

    @property
    def name(self) -> Words:
        """What the level is called by its scheme."""
        return level_words(self.scheme, self.standing.level)

    @property
    def proposal(self) -> Words | None:
        """What the level is called that waits for a signature."""
        return level_words(self.scheme, self.standing.proposal) if self.standing.proposal else None


def areas_now(
    code: str, *, level: str = "", viewer: Viewer, at: datetime, public: bool = False
) -> tuple[list[AreaNow], list[SchemeLine]]:
    """How the coloured areas within one stand, and the schemes that say so; `level`: those of one level alone.

    `public`: for everybody, without figures; else for members of staff.
    """
    if not public:
        require_staff(viewer, at)
    found: dict[str, AreaNow] = {}
    used = []
    for row, areas in shared_out(code, at, [level] if level else []):
        if public and row.level not in PUBLIC_LEVELS:
            continue
        found |= {one.area.code: one for one in _now(row, areas, viewer, at, public=public)}
        used.append(row)
    return sorted(found.values(), key=lambda one: (len(one.area.code), one.area.code)), _lines(used)


def area_now(code: str, *, viewer: Viewer, at: datetime, public: bool = False) -> AreaNow:
    """How one area stands; refuses one that no scheme colours."""
    area = names_of([code]).get(code)
    shown, _schemes = areas_now(code, level=area.level if area else "", viewer=viewer, at=at, public=public)
    found = next((one for one in shown if one.area.code == code), None)
    if found is None:
        raise refuse(UNKNOWN)
    return found


def _now(
    row: SchemeInForce, areas: Sequence[AreaFacts], viewer: Viewer, at: datetime, *, public: bool
) -> list[AreaNow]:
    today, held = local_day(at, ZONE), lasts(row, [one.code for one in areas])
    made = []
    for area in areas:
        last = held.get(area.code)
        if last is None:
            made.append(_unread(row, area, at))
            continue
        scheme, reading, was, seen, now = last.scheme, last.reading, last.stood, last.seen(today), last.standing(today)
        exact = not public and reads_figures(area.code, viewer, at)
        word = _word(was, now)
        decision = _decision(word) if word else None
        since = max(was.at, end_of(seen.since - timedelta(1))) if seen.since else was.at
        signer = decision.office if decision else None
        made.append(AreaNow(
            area, row.pk, scheme, now, since, reading.pk, reading.day, reading.as_of, reading.hatched, reading.step,
            decision, exact, verdict_of(scheme, now, reading, seen, exact=exact, signer=signer),
            verdict_of(scheme, now, reading, seen, exact=exact, proposal=True) if now.proposal and not public else None,
            tuple(Words(one["zh"], one["en"]) for one in reading.notes) if exact else (), reading.why,
            lost_words(last.row),
        ))  # fmt: skip
    return made


def _unread(row: SchemeInForce, area: AreaFacts, at: datetime) -> AreaNow:
    """An area that the rules did not read yet, as it is now: unknown, with the reason."""
    found = unread_of(row, area, at)
    return AreaNow(
        area, row.pk, found.scheme, Standing(), found.since, None, local_day(at, ZONE), None, False, "first", None,
        False, found.verdict, None, (), "", lost_words(row),
    )  # fmt: skip


def _word(was: Stood, now: Standing) -> Decision | None:
    """The decision by which an area stands: the signature, where another level was refused beside it."""
    last = was.decision
    if last is None or now.level != now.signed or not now.signed or last.answer == "signed":
        return last
    rows = Decision.objects.filter(area_code__in=in_force().known_as(was.area_code), at__lte=was.at)
    rows = rows.filter(reading__in_force__level=was.in_force.level, answer="signed", level=now.signed)
    return rows.order_by("-at", "-pk").first()


def reads_figures(code: str, viewer: Viewer, at: datetime) -> bool:
    """Whether a viewer reads the figures of an area as they are: who signs there, and who serves the place."""
    signs = not missing(viewer, deed=SIGN, place=Place(code), purpose="overview", at=at)
    return signs or is_local(viewer, code, at)


def _decision(row: Decision) -> DecisionFacts:
    return DecisionFacts(
        row.level,
        row.answer,
        row.reason,
        row.at,
        row.until,
        row.name,
        Words(row.office_zh, row.office_en or row.office_zh),
    )


def is_coloured(code: str, at: datetime) -> bool:
    """Whether an area has a colour that everybody may see."""
    if CHINA.level_of(code).key not in PUBLIC_LEVELS:
        return False
    return Stood.objects.filter(_in_force_at(at), area_code__in=once(code)).exists()


@dataclass(frozen=True)
class Step:
    """A step in how an area stood: since when, which level and why, by whose word."""

    at: datetime
    level: str
    name: Words
    colour: str
    state: State
    proposal: Words | None
    decision: DecisionFacts | None
    lost: Words | None


def history(code: str, *, most: int = 60, skip: int = 0) -> tuple[list[Step], int]:
    """How an area stood, the latest first, and how many steps there are; holds no figure, so it is everybody's."""
    known = in_force().known_as(code)
    rows = Stood.objects.filter(area_code__in=known).select_related("in_force", "decision").order_by("-at", "-id")
    found = []
    for row in rows[skip : skip + most]:
        scheme = scheme_of_row(row.in_force)
        level = next((one for one in scheme.levels if one.key == row.level), None)
        own = row.decision if row.decision and row.decision.at == row.at else None
        found.append(Step(
            row.at, row.level, level_words(scheme, row.level), level.colour if level else GREY, State(row.state),
            level_words(scheme, row.proposal) if row.proposal else None, _decision(own) if own else None,
            lost_words(row.in_force),
        ))  # fmt: skip
    return found, rows.count()


@dataclass(frozen=True)
class ReadingFacts:
    """A reading of a day, with what it rests on."""

    id: UUID
    day: date
    revision: int
    level: Words
    step: str
    rule: str
    known_at: datetime
    why: str


def readings_of(code: str, *, viewer: Viewer, at: datetime, most: int = 30) -> list[ReadingFacts]:
    """What the rules read of an area, day by day, every revision, the latest first; for members of staff."""
    require_staff(viewer, at)
    rows = Reading.objects.filter(area_code__in=in_force().known_as(code)).select_related("in_force")
    rows = rows.order_by("-day", "-made_at", "-revision")[:most]
    return [
        ReadingFacts(
            row.pk, row.day, row.revision, level_words(scheme_of_row(row.in_force), row.level), row.step, row.rule,
            row.known_at, row.why,
        )
        for row in rows
    ]  # fmt: skip


# --- Past epidemics ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PastFacts:
    """A past epidemic that was uploaded."""

    id: UUID
    name: str
    counts: str
    people: str
    added_at: datetime


def pasts(*, viewer: Viewer, at: datetime) -> list[PastFacts]:
    """The past epidemics that were uploaded, by name; for members of staff."""
    require_staff(viewer, at)
    return [PastFacts(row.pk, row.name, row.counts, row.people, row.added_at) for row in Past.objects.order_by("name")]
