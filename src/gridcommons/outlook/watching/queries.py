"""Reads of the room: the worklist of warnings, one with its versions, how often they were false; for colours and pages.

Numbers of areas alone. Those who read no cases of an area see its figures by classes (charter 4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from gridcommons.access.queries import display_names
from gridcommons.access.rules import Place, Viewer, missing
from gridcommons.access.scope import lying_in
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.outlook.detectors.discovery import trust_of
from gridcommons.outlook.reported.actions import HANDS_IN
from gridcommons.outlook.rules import is_local, require_staff
from gridcommons.outlook.watching.actions import JUDGES
from gridcommons.outlook.watching.following import CLOSED, closed_of, code_now, code_of
from gridcommons.outlook.watching.listing import Watched, watching
from gridcommons.outlook.watching.models import Alarm, Cluster, Judgement, WatchRun
from gridcommons.outlook.watching.rules import SCAN, SCANS, UNKNOWN_WARNING, Answers, answers_of, scan_of
from gridcommons.outlook.watching.runs import LOOKED_BACK, Run, day_of, runs_of
from gridcommons.territory.queries import AreaFacts, names_of

LATELY: Final = 14
"""Days of which the worklist shows warnings."""
ANSWERED_IN: Final = 180
"""Days over which the share of false ones is measured."""
PAGE: Final = 20
STATES: Final = ("open", "true", "false", "known", "lifted", "all")
SCAN_HOLDS: Final = 3
"""So many days after a scan its answer "no cluster here" is taken; older ones say nothing."""
NO_FIGURE: Final = -1.0
_PURPOSES: Final = ("overview", "service")


@dataclass(frozen=True)
class Said:
    """What an officer said of a warning."""

    verdict: str
    word: str
    at: datetime
    by: str


@dataclass(frozen=True)
class WarningFacts:
    """An alarm or a cluster as it stands. `exact`: the viewer sees its figures as they are, others by classes.

    `areas`: of a cluster, the townships in it; `start`: its first day, of an alarm that goes on the first of its run,
    with `days` above the bound and `begun`, the thread of that first day. `weight`: the score times the trust that
    feedback has earned the method for this series.
    """

    thread: str
    area: AreaFacts
    indicator: Watched
    method: str
    day: date
    start: date
    count: float
    expected: float
    bound: float
    p: float
    q: float
    weight: float
    version: int
    stands: bool
    rules: str
    as_of: datetime
    notes: tuple[Words, ...]
    evidence: Mapping[str, Any]
    exact: bool
    may_judge: bool
    said: Said | None
    areas: tuple[AreaFacts, ...] = ()
    radius: int = 0
    p_class: str = ""
    days: int = 1
    begun: str = ""

    @property
    def state(self) -> str:
        """Open, true, false, known; lifted where a correction took it away."""
        return "lifted" if not self.stands else self.said.verdict if self.said else "open"

    @property
    def is_cluster(self) -> bool:
        """Whether it is one of the scan."""
        return self.method in SCANS


@dataclass(frozen=True)
class Wish:
    """What the worklist is asked for: an area (all below it), a series, a state."""

    area_code: str
    indicator: str = ""
    state: str = "open"


@dataclass(frozen=True)
class Worklist:
    """A page of warnings, how many there are by state, the last run of each kind, the share of false ones by series."""

    rows: tuple[WarningFacts, ...]
    total: int
    by_state: Mapping[str, int]
    runs: Mapping[str, WatchRunFacts]
    answers: Mapping[tuple[str, str], Answers]


@dataclass(frozen=True)
class WatchRunFacts:
    """How a run went."""

    method: str
    first: date
    last: date
    at: datetime
    rules: str
    series: int
    judged: int
    unknown: int
    alarms: int
    dropped: int
    notes: tuple[Words, ...]


def worklist(*, wish: Wish, viewer: Viewer, at: datetime, day: date, first: int = 0, most: int = PAGE) -> Worklist:
    """The warnings of the last days, open ones first, the weightiest first; refuses whoever is no member of staff."""
    require_staff(viewer, at)
    rows = warnings(wish=wish, viewer=viewer, at=at, day=day)
    by_state = {state: sum(row.state == state for row in rows) for state in STATES}
    by_state["all"] = len(rows)
    shown = [row for row in rows if wish.state in {"all", row.state}]
    page = tuple(shown[first : first + most])
    return Worklist(page, len(shown), by_state, last_runs(), answers(at))


def warnings(*, wish: Wish, viewer: Viewer, at: datetime, day: date) -> list[WarningFacts]:
    """All standing warnings of the last days of an area and a series, in the order of the worklist."""
    since = day - timedelta(days=LATELY - 1)
    held = watching().of
    alarms = Alarm.objects.filter(
        lying_in("area_code", [wish.area_code]), until__isnull=True, day__gte=since - LOOKED_BACK, indicator__in=held
    )
    clusters = Cluster.objects.filter(
        lying_in("centre", [wish.area_code]), until__isnull=True, end__gte=since - LOOKED_BACK, indicator__in=held
    )
    if wish.indicator:
        alarms, clusters = alarms.filter(indicator=wish.indicator), clusters.filter(indicator=wish.indicator)
    rows: list[Alarm | Cluster] = [*alarms, *(one for one in clusters if _may_know(one, viewer, at))]
    runs = runs_of(rows)
    shown = [run.last for run in runs] + [one for one in rows if not one.stands]
    found = _facts([one for one in shown if day_of(one) >= since], viewer, at, runs)
    return sorted(found, key=_order)


_STATE_ORDER: Final = {"open": 0, "true": 1, "known": 2, "false": 3, "lifted": 4}


def _order(row: WarningFacts) -> tuple[object, ...]:
    return (_STATE_ORDER[row.state], not row.is_cluster, -row.day.toordinal(), -row.weight, row.thread)


def _facts(
    rows: Sequence[Alarm | Cluster], viewer: Viewer, at: datetime, runs: Iterable[Run] = ()
) -> list[WarningFacts]:
    lineage, by_thread = in_force(), {thread: run for run in runs for thread in run.days}
    said = _said({row.thread for row in rows}, by_thread)
    codes = {code_of(row) for row in rows} | {code for row in rows if isinstance(row, Cluster) for code in row.areas}
    areas = names_of({now for code in codes for now in (code_now(code), lineage.current(code))})
    closed = closed_of(rows)
    told = answers(at)
    rights = {code: (is_local(viewer, code, at), _may(viewer, HANDS_IN, code, at), _may(viewer, JUDGES, code, at))
              for code in {code_of(row) for row in rows}}  # fmt: skip
    return [
        _one(
            row,
            areas[code_now(code_of(row))],
            rights[code_of(row)],
            said.get(row.thread),
            told,
            areas,
            by_thread.get(row.thread),
            is_closed=row.thread in closed,
        )
        for row in rows
        if code_now(code_of(row)) in areas
    ]


def _may_know(row: Cluster, viewer: Viewer, at: datetime) -> bool:
    """Whether somebody hears of a cluster: one of grids is for those alone who read the cases there (charter 4)."""
    return scan_of(row.centre) == SCAN or is_local(viewer, row.centre, at)


def _may(viewer: Viewer, deed: str, code: str, at: datetime) -> bool:
    return any(not missing(viewer, deed=deed, place=Place(code), purpose=one, at=at) for one in _PURPOSES)


def _one(
    row: Alarm | Cluster, area: AreaFacts, rights: tuple[bool, bool, bool], said: Said | None,
    told: Mapping[tuple[str, str], Answers], areas: Mapping[str, AreaFacts], run: Run | None = None, *,
    is_closed: bool = False,
) -> WarningFacts:  # fmt: skip
    of = watching().get(row.indicator)
    local, hands_in, judges = rights
    method = scan_of(row.centre) if isinstance(row, Cluster) else row.method
    counted = told.get((row.indicator, method), Answers())
    weight = row.excess * float(trust_of(counted.true, counted.false))
    notes = (*(Words(note["zh"], note["en"]) for note in row.notes), *([CLOSED] if is_closed else []))
    common: dict[str, Any] = {
        "thread": row.thread, "area": area, "indicator": of, "method": method, "count": row.count,
        "expected": row.expected, "weight": weight, "version": row.version, "stands": row.stands, "rules": row.rules,
        "as_of": row.as_of, "notes": notes, "exact": local or (hands_in and of.source == "handed_in"),
        "may_judge": judges, "said": said,
    }  # fmt: skip
    run = run or Run((row,))
    if isinstance(row, Alarm):
        days = [day for day in run.days.values() if day <= row.day]
        return WarningFacts(
            **common, day=row.day, start=days[0], bound=row.bound, p=row.p, q=row.q, evidence=row.evidence,
            days=len(days), begun=run.rows[0].thread,
        )  # fmt: skip
    lineage = in_force()
    inside = tuple(areas[now] for code in row.areas if (now := lineage.current(code)) in areas)
    return WarningFacts(
        **common, day=row.end, start=row.start, bound=NO_FIGURE, p=NO_FIGURE, q=NO_FIGURE, evidence={}, areas=inside,
        radius=row.radius, p_class=row.p_class, begun=run.rows[0].thread,
    )  # fmt: skip


def _said(threads: Collection[str], runs: Mapping[str, Run]) -> dict[str, Said]:
    """The last word on each, said of it or of another day of its run."""
    wanted = {*threads, *(thread for one in threads if one in runs for thread in runs[one].days)}
    rows = list(Judgement.objects.filter(thread__in=wanted).order_by("at", "pk"))
    names = display_names({row.by for row in rows})
    found: dict[str, Said] = {}
    for row in rows:
        word = Said(row.verdict, row.word, row.at, names.get(row.by, row.by))
        run = runs.get(row.thread)
        reached = run.reached(row.thread, row.verdict) if run else (row.thread,)
        found |= dict.fromkeys(reached, word)
    return found


@dataclass(frozen=True)
class History:
    """One warning with all its versions, the latest first, and all that was said of it."""

    now: WarningFacts
    versions: tuple[WarningFacts, ...]
    said: tuple[Said, ...]


def history(*, thread: str, viewer: Viewer, at: datetime) -> History:
    """One warning; refuses one that is none, and whoever is no member of staff."""
    require_staff(viewer, at)
    rows: list[Alarm | Cluster] = [*Alarm.objects.filter(thread=thread[:100]).order_by("-version")]
    clusters = [] if rows else Cluster.objects.filter(thread=thread[:100]).order_by("-version")
    rows = rows or [one for one in clusters if _may_know(one, viewer, at)]
    runs = [run for run in runs_of(_beside(rows)) if rows[0].thread in run.days]
    told = _facts(rows, viewer, at, runs)
    if not told:
        raise refuse(UNKNOWN_WARNING)
    threads = [rows[0].thread, *(thread for run in runs for thread in run.days)]
    words = list(Judgement.objects.filter(thread__in=threads).order_by("-at", "-pk"))
    names = display_names({row.by for row in words})
    said = tuple(Said(row.verdict, row.word, row.at, names.get(row.by, row.by)) for row in words)
    return History(told[0], tuple(told), said)


def _beside(rows: Sequence[Alarm | Cluster]) -> list[Alarm | Cluster]:
    """What stands of the same area and series about the same time: its run lies among it."""
    if not rows:
        return []
    one, day = rows[0], day_of(rows[0])
    span = (day - LOOKED_BACK, day + LOOKED_BACK)
    if isinstance(one, Cluster):
        held = Cluster.objects.filter(
            centre__in=in_force().known_as(one.centre), indicator=one.indicator, until__isnull=True
        )
        return list(held.filter(end__range=span))
    same = {"area_code__in": in_force().known_as(one.area_code), "indicator": one.indicator, "method": one.method}
    return list(Alarm.objects.filter(**same, until__isnull=True, day__range=span))


def answers(at: datetime) -> dict[tuple[str, str], Answers]:
    """By series and method, what officers said of its warnings over the last half year; the last word on each."""
    since = at - timedelta(days=ANSWERED_IN)
    last: dict[str, Judgement] = {}
    for row in Judgement.objects.filter(at__gte=since, at__lte=at).order_by("at", "pk"):
        last[row.thread] = row
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in last.values():
        kinds[row.indicator, row.method].append(row.verdict)
    return {kind: answers_of(verdicts) for kind, verdicts in kinds.items()}


def last_runs() -> dict[str, WatchRunFacts]:
    """The last run of each method; none before the first."""
    rows = WatchRun.objects.order_by("method", "-at").distinct("method")
    return {
        row.method: WatchRunFacts(
            row.method, row.first, row.last, row.at, row.rules, row.series, row.judged, row.unknown, row.alarms,
            row.dropped, tuple(Words(note["zh"], note["en"]) for note in row.notes),
        )
        for row in rows
    }  # fmt: skip


def scanned_by(at: datetime) -> bool:
    """Whether the space-time scan had looked by a moment, and lately: of one that stopped nothing is known."""
    return WatchRun.objects.filter(method="scan", at__lte=at, at__gt=at - timedelta(SCAN_HOLDS)).exists()


@dataclass(frozen=True)
class Standing:
    """An alarm or cluster by area, day and series, for colours and what joins warnings."""

    area_code: str
    indicator: str
    day: date
    method: str
    p_class: str = ""


def standing_alarms(codes: Sequence[str], first: date, last: date, at: datetime | None = None) -> list[Standing]:
    """The alarms of areas over days first..last that were not said to be false; `at`: as they stood at a moment."""
    rows = _at(Alarm.objects.filter(lying_in("area_code", codes), day__range=(first, last), stands=True), at)
    lineage, false = in_force(), _false(at)
    return [
        Standing(lineage.current(row.area_code), row.indicator, row.day, row.method)
        for row in rows
        if row.thread not in false
    ]


def standing_clusters(codes: Sequence[str], first: date, last: date, at: datetime | None = None) -> list[Standing]:
    """The clusters of townships whose last day lies in first..last, one for each area in them; as `standing_alarms`."""
    rows = _at(Cluster.objects.filter(end__range=(first, last), stands=True), at)
    lineage, false, wanted = in_force(), _false(at), set(codes)
    return [
        Standing(now, row.indicator, row.end, "scan", row.p_class)
        for row in rows
        if row.thread not in false and scan_of(row.centre) == SCAN
        for now in {part for code in row.areas for part in lineage.spread(code)}
        if now in wanted or any(now.startswith(code) for code in wanted)
    ]


def _at(rows: Any, at: datetime | None) -> Any:
    if at is None:
        return rows.filter(until__isnull=True)
    return rows.filter(as_of__lte=at).exclude(until__lte=at)


def _false(at: datetime | None) -> set[str]:
    rows = Judgement.objects.order_by("at", "pk")
    rows = rows.filter(at__lte=at) if at is not None else rows
    last = dict(rows.values_list("thread", "verdict"))
    return {thread for thread, verdict in last.items() if verdict == "false"}
