"""What a received form causes: a visit, facts of a household, a case. A plain table of functions, by kind of form.

Called inside the deed that understands submissions: what is caused and that it was understood are committed together,
and what is read again causes the same again, not a second one. Each form is asked for itself and says what it causes as
plain values; what many forms cause is looked up and written at once, by the same few statements as for one.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.queries import find_office
from gridcommons.access.rules import Viewer
from gridcommons.cases.actions import report_case
from gridcommons.cases.codes import ZONE
from gridcommons.cases.filing import Report
from gridcommons.collection import households, telling
from gridcommons.collection.asking import KNOWN, OUTCOMES, STILL, Question
from gridcommons.collection.devices.rules import held_since
from gridcommons.collection.forms.queries import VersionFacts
from gridcommons.collection.sunset import PASSABLE, require_in_time
from gridcommons.collection.visits.actions import Calling, record_visits
from gridcommons.collection.visits.writing import Called
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.load.admission.queries import LastDay, last_days
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.queries import current
from gridcommons.people.homes.queries import HouseholdPlace
from gridcommons.workforce.queries import worker_ids

CLOCK_OFF: Final = "clock_off"
NO_SUCH_TIME: Final = "no_such_time"
_AHEAD: Final = timedelta(days=366)
"""So far ahead a household may ask to be called on."""
SENDERS: Final = frozenset({"grid_worker", "supervisor"})
"""Roles whose holders send forms: from the phone, or from the desk for a form on paper."""

NO_SUCH_HOUSEHOLD = refusal_kind(
    "intake.no_such_household",
    status=422,
    zh="表单里的住户已不在登记中，请核对后更正。",
    en="The household of this form is not on record any more; find out and correct it.",
)
HANDED_OVER = refusal_kind(
    "intake.handed_over",
    status=422,
    zh="这户不在填表人今天的网格里（可能已移交）。请核对后放行；不应采用的，请搁置。",
    en="The household lies in no grid of whoever filled this in today (perhaps handed over). Check it and let "
    "it pass, or set it aside if it is not to count.",
)
NO_OUTCOME = refusal_kind(
    "intake.no_outcome",
    status=422,
    zh="没有写明走访结果。",
    en="It does not say how the visit ended.",
)
NO_AREA = refusal_kind(
    "intake.no_area",
    status=422,
    zh="看不出是哪个网格：没有选住户，而填表人今天不在任何网格。",
    en="It does not say in which grid: no household was chosen, and whoever filled it in serves no grid today.",
)


@dataclass(frozen=True)
class Understood:
    """A submission with answers of the right types. `at(path)`: an answer as text. `pictures`: read when wanted.

    `area_code`: where its sender served when it came. `former`: the others of its chain of corrections. `was_read`:
    it was understood once, when hand-over and last day were asked for: these are not asked again of what is read again.
    """

    submission_id: UUID
    root: str
    version: VersionFacts
    at: Callable[[str], str]
    worker: Viewer
    received_at: datetime
    pictures: Callable[[str], bytes | None]
    area_code: str = ""
    former: tuple[UUID, ...] = ()
    was_read: bool = False
    case_id: UUID | None = None
    waived: frozenset[str] = frozenset()
    late_days: int = 60
    grace_days: int = 14

    def meant(self, means: str) -> str:
        """The answer to the question that means this, as text; empty where none is asked or answered."""
        return next((self.at(one.path) for one in self.version.questions if one.means == means), "")


@dataclass
class Caused:
    """What came of it."""

    household_id: UUID | None = None
    dwelling_id: UUID | None = None
    area_code: str = ""
    case_id: UUID | None = None
    told: int = 0
    notes: list[str] = field(default_factory=list)
    visits: list[Called] = field(default_factory=list)
    facts: list[telling.Told] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    """Facts that it says and that were erased by right: not taken, and not to be kept in its answers either."""


@dataclass(frozen=True)
class Ground:
    """What is looked up for many forms at once: where households lie, whose accounts the workers are, who owns what."""

    places: Mapping[UUID, HouseholdPlace]
    workers: Mapping[UUID, UUID]
    matters: Catalogue
    owner: Callable[[str, str], UUID | None]
    ends: Mapping[str, Sequence[LastDay]]


def cause(found: Sequence[Understood], *, by: Viewer, at: datetime) -> list[Caused | Refusal]:
    """Do all that forms of these kinds cause; a refusal for one that cannot be, so that it is held for a person."""
    ground = _ground(found, by, at)
    answers = [_asked(one, ground, at) for one in found]
    done = [one for one in answers if isinstance(one, Caused)]
    calling = [Calling(called, by) for one in done for called in one.visits]
    if calling:
        _require_all(record_visits(each=calling, at=at))
    _tell(found, answers, by, at)
    return answers


def _require_all(done: Sequence[object]) -> None:
    for one in done:
        if isinstance(one, Refusal):
            raise one


def _tell(found: Sequence[Understood], answers: Sequence[Caused | Refusal], by: Viewer, at: datetime) -> None:
    """Hand on the facts of all, in the order in which they came."""
    done = {one.submission_id: got for one, got in zip(found, answers, strict=True) if isinstance(got, Caused)}
    chains = {one.submission_id: one.former for one in found if one.submission_id in done and _spoke_before(one)}
    told = [fact for one in done.values() for fact in one.facts]
    for said_in, key in telling.tell(told=told, chains=chains, by=by, at=at, purpose="operation"):
        done[said_in].erased.add(key)
        done[said_in].told -= 1


def _spoke_before(found: Understood) -> bool:
    return found.was_read or bool(found.former)


def _asked(found: Understood, ground: Ground, at: datetime) -> Caused | Refusal:
    """What one form causes; its refusal where it cannot be."""
    caused = Caused(case_id=found.case_id)
    try:
        _place(found, caused, ground, at)
        _in_time(found, caused, ground)
        for one in CAUSES[found.version.form.kind]:
            one(found, caused, ground, at)
    except Refusal as refusal:
        return refusal
    return caused


def _ground(found: Sequence[Understood], by: Viewer, at: datetime) -> Ground:
    chosen = {home for one in found if (home := _household_of(one)) is not None}
    places = households.places_of(household_ids=chosen, viewer=by, at=at, purpose="operation") if chosen else {}
    users = {user for one in found if (user := one.worker.user_id) is not None}
    ends = last_days({one.version.form.key for one in found})
    return Ground(places, worker_ids(users), current(), functools.cache(_owner), ends)


def _household_of(found: Understood) -> UUID | None:
    return household_chosen(found.at, found.version.questions)


def household_chosen(answer: Callable[[str], str], questions: Iterable[Question]) -> UUID | None:
    """The household that the answers by path choose, whether there is one or not."""
    try:
        return UUID(_chosen(answer, questions))
    except ValueError:
        return None


def _chosen(answer: Callable[[str], str], questions: Iterable[Question]) -> str:
    return next((answer(one.path) for one in questions if _chooses_household(one)), "")


def _place(found: Understood, caused: Caused, ground: Ground, at: datetime) -> None:
    """The household and the grid that a form is about."""
    if not _chosen(found.at, found.version.questions):
        caused.area_code = found.area_code if found.was_read else _own_area(found.worker, at)
        return
    caused.household_id = _household_of(found)
    place = ground.places.get(caused.household_id) if caused.household_id else None
    if place is None:
        raise refuse(NO_SUCH_HOUSEHOLD)
    may_pass = found.was_read or HANDED_OVER in found.waived
    if not may_pass and not serves(found.worker, place.area_code, at):
        raise refuse(HANDED_OVER)
    caused.area_code, caused.dwelling_id = place.area_code, place.dwelling_id


def _in_time(found: Understood, caused: Caused, ground: Ground) -> None:
    """Hold what was filled in after the form's last day, or came long after it; the phone's own day tells."""
    if found.was_read:
        return
    came, text = local_day(found.received_at, ZONE), _dated(found)
    day = date.fromisoformat(text) if text else None
    believed = day if day and came - timedelta(days=found.late_days) <= day <= came + timedelta(days=1) else None
    require_in_time(
        ground.ends.get(found.version.form.key, ()), caused.area_code, filled=believed, came=came,
        grace=found.grace_days, waived=found.waived,
    )  # fmt: skip


def _dated(found: Understood) -> str:
    """The day that the phone wrote when the form was filled in; empty where the form takes none."""
    return next((found.at(one.path) for one in found.version.questions if one.kind == "today"), "")


def _chooses_household(asked: Question) -> bool:
    return asked.kind == "select_one_from_file" and asked.name == "household"


def areas_of(worker: Viewer, at: datetime) -> tuple[str, ...]:
    """The areas that whoever sends forms serves at a moment, by today's codes."""
    held = [g for role, g in worker.roles_at(at) if g is not None and role.key in SENDERS and g.is_local]
    return tuple(sorted({code for grant in held for code in grant.areas_now}))


def granted_as(worker: Viewer, area_code: str, at: datetime) -> str:
    """The code by which an area was granted to whoever sends forms: it may have had another one then."""
    held = [g for role, g in worker.roles_at(at) if g is not None and role.key in SENDERS and g.is_local]
    codes = (code for grant in held for code in grant.included)
    return next((code for code in codes if in_force().follow(code) == area_code), "")


def areas_since(worker: Viewer, since: datetime, at: datetime) -> tuple[str, ...]:
    """The areas that they served at some time between two moments, by today's codes."""
    held = [grant for grant in worker.grants if grant.role in SENDERS and held_since(grant, since, at)]
    return tuple(sorted({code for grant in held for code in grant.areas_now}))


def serves(worker: Viewer, area_code: str, at: datetime) -> bool:
    """Whether whoever sends forms serves an area at a moment."""
    held = [g for role, g in worker.roles_at(at) if g is not None and role.key in SENDERS and g.is_local]
    return any(grant.covers(area_code) for grant in held)


def _own_area(worker: Viewer, at: datetime) -> str:
    areas = areas_of(worker, at)
    if not areas:
        raise refuse(NO_AREA)
    return areas[0]


def _day(found: Understood, caused: Caused) -> date:
    """The day of the visit: as the form says it, unless the phone's clock is plainly wrong; then the day it came."""
    came = local_day(found.received_at, ZONE)
    said = found.meant("visit.day") or _dated(found)
    if not said:
        return came
    day = _as_day(said)
    if day and came - timedelta(days=found.late_days) <= day <= came + timedelta(days=1):
        return min(day, came)
    caused.notes.append(CLOCK_OFF)
    return came


def _as_day(text: str) -> date | None:
    """A day as it is written; None where it is none, as in a form that nobody could read."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _visit(found: Understood, caused: Caused, ground: Ground, _at: datetime) -> None:
    """A visit, where the form says how it ended."""
    outcome = found.meant("visit.outcome")
    asked = any(one.means == "visit.outcome" for one in found.version.questions)
    if not asked:
        return
    if outcome not in OUTCOMES:
        raise refuse(NO_OUTCOME)
    form, user = found.version.form, found.worker.user_id
    matter = ground.matters.get(form.matter_key)
    called = Called(
        caused.household_id, caused.area_code, _day(found, caused), form.key, outcome,
        matter.minutes, ground.workers.get(user) if user else None, found.submission_id, found.root, form.matter_key,
        ground.owner(CHINA.cut(caused.area_code, "county"), matter.owner),
        wanted_at=_wanted(found, caused, outcome), no_more=found.meant("visit.no_more") == "yes",
    )  # fmt: skip
    caused.visits.append(called)


def _wanted(found: Understood, caused: Caused, outcome: str) -> datetime | None:
    """The moment that a household asked for, of an appointment alone; a time without a zone is the area's.

    One that is long past or years ahead is no appointment: the visit stands, and a note says that no time was taken.
    """
    said = found.meant("visit.wanted_at") if outcome == "appointment" else ""
    if not said:
        return None
    moment = datetime.fromisoformat(said)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    if found.received_at - timedelta(days=found.late_days) <= moment <= found.received_at + _AHEAD:
        return moment
    caused.notes.append(NO_SUCH_TIME)
    return None


def _owner(county: str, kind: str) -> UUID | None:
    """The office of a county that owns a matter."""
    office = find_office(county, kind)
    return office.id if office else None


def _facts(found: Understood, caused: Caused, _ground: Ground, at: datetime) -> None:
    """The facts that were given or confirmed; refuses one that the part that keeps them would not take."""
    if caused.household_id is None:
        return
    told = said_of(found, caused.household_id, caused.dwelling_id)
    telling.require_fit(told, at)
    caused.facts, caused.told = told, len(told)


def said_of(found: Understood, household_id: UUID, dwelling_id: UUID | None) -> list[telling.Told]:
    """What a form says of a household and its dwelling, whether anybody asks it or not."""
    home, day = Caused(household_id, dwelling_id), _day(found, Caused())
    return [one for asked in found.version.questions if asked.is_shown for one in _told(asked, found, home, day)]


def _told(asked: Question, found: Understood, caused: Caused, day: date) -> list[telling.Told]:
    value = found.at(asked.path)
    confirmed = not value and found.at(f"{asked.path}{STILL}") == "yes"
    value = value or (found.at(f"{asked.path}{KNOWN}") if confirmed else "")
    kind = asked.fact.partition(".")[0]
    subject = {"household": caused.household_id, "dwelling": caused.dwelling_id}.get(kind)
    if not value or subject is None:  # of single persons a form about a household says nothing: it knows not of whom
        return []
    said = found.submission_id, day, found.worker.key, found.received_at
    return [telling.Told(kind, subject, asked.fact, value, *said, confirmed=confirmed)]


def _case(found: Understood, caused: Caused, _ground: Ground, at: datetime) -> None:
    """A case of the form's matter or the one that was chosen, reported by whoever filled it in, where it says what."""
    text = found.meant("case.text")
    if not text or caused.case_id is not None:
        return
    lat, lon = _point(found.meant("case.place"))
    named = [found.at(one.path) for one in found.version.questions if one.means == "case.photo"]
    photos = tuple(held for name in named if name and (held := found.pictures(name)) is not None)
    report = Report(
        found.meant("case.matter") or found.version.form.matter_key, text, lon=lon, lat=lat,
        area_code=caused.area_code if lat is None else "", address=found.meant("case.address"), photos=photos,
        external_id=hashlib.sha256(found.root.encode()).hexdigest(),
    )  # fmt: skip
    made = report_case(report=report, channel="worker", by=found.worker, at=at)
    caused.case_id = made.case_id


def _point(text: str) -> tuple[float | None, float | None]:
    """Latitude and longitude of the thing reported; nothing where its place was not taken."""
    numbers = [float(part) for part in text.split()[:2]]
    return (numbers[0], numbers[1]) if numbers else (None, None)


Cause = Callable[[Understood, Caused, Ground, datetime], None]
MAY_PASS: Final = frozenset({HANDED_OVER}) | PASSABLE
"""Why something is held that a person may let pass without changing an answer."""
_ALL: Final[tuple[Cause, ...]] = (_visit, _facts, _case)
CAUSES: Final[Mapping[str, tuple[Cause, ...]]] = {
    "visit": _ALL,
    "household": _ALL,
    "hazard": _ALL,
    "request": _ALL,
}
"""By kind of form, in this order. Each does what the form's questions mean: kinds differ in what they cannot lack.

What may still be refused when it is written, such as a case, comes last.
"""
