"""Writes of the room: what a run found, once each, with its versions; what officers said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.db import connection

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.outlook.watching.following import closed_of, code_now, found_under
from gridcommons.outlook.watching.models import VERDICTS, Alarm, Cluster, Judgement, WatchRun
from gridcommons.outlook.watching.rules import NO_VERDICT, SCANS, UNKNOWN_WARNING, clean_word, scan_of

JUDGES: Final = "warning.judge"
_LOCK: Final = 5_120_035
_BATCH: Final = 1_000
Row = TypeVar("Row", Alarm, Cluster)


@dataclass(frozen=True)
class NewAlarm:
    """An alarm as a run found it."""

    area_code: str
    county_code: str
    indicator: str
    day: date
    method: str
    count: float
    expected: float
    bound: float
    p: float
    q: float
    excess: float
    place: int
    evidence: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[Mapping[str, str]] = ()

    @property
    def thread(self) -> str:
        """What all its versions share."""
        return f"{self.indicator}|{self.area_code}|{self.day}|{self.method}"


@dataclass(frozen=True)
class NewCluster:
    """A cluster as a run found it."""

    indicator: str
    centre: str
    county_code: str
    areas: tuple[str, ...]
    radius: int
    start: date
    end: date
    count: float
    expected: float
    excess: float
    p_class: str
    notes: Sequence[Mapping[str, str]] = ()

    @property
    def thread(self) -> str:
        """What all its versions share."""
        return f"{self.indicator}|{self.centre}|{self.end}|scan"


@dataclass(frozen=True)
class Watched:
    """What one run came to: the days judged, the areas and series in it, its alarms or clusters."""

    method: str
    first: date
    last: date
    rules: str
    series: int
    judged: int
    unknown: int
    dropped: int
    indicators: tuple[str, ...]
    alarms: tuple[NewAlarm, ...] = ()
    clusters: tuple[NewCluster, ...] = ()
    notes: tuple[Mapping[str, str], ...] = ()


_ALARM_FIGURES: Final = ("count", "expected", "bound", "p", "q", "excess")
_CLUSTER_FIGURES: Final = ("start", "count", "p_class", "areas")


@deed("warning.post", keeps=())
def post_warnings(*, watched: Watched, by: Viewer, at: datetime, purpose: str = "operation") -> WatchRun:
    """Write what a run found; what stands as it was is left, other figures are a new version, the former one is kept.

    An alarm of the days and series judged that is none any more gets a version that says so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if watched.method in SCANS:
        ends = Cluster.objects.filter(
            until__isnull=True, indicator__in=watched.indicators, end__range=(watched.first, watched.last)
        )
        held = found_under(row for row in ends if scan_of(row.centre) == watched.method)
        _write(Cluster, held, {one.thread: one for one in watched.clusters}, _CLUSTER_FIGURES, watched.rules, at)
    else:
        standing = Alarm.objects.filter(
            until__isnull=True, method=watched.method, indicator__in=watched.indicators,
            day__range=(watched.first, watched.last),
        )  # fmt: skip
        new = {one.thread: one for one in watched.alarms}
        _write(Alarm, found_under(standing), new, _ALARM_FIGURES, watched.rules, at)
    found = len(watched.clusters) + len(watched.alarms)
    return WatchRun.objects.create(
        method=watched.method, first=watched.first, last=watched.last, rules=watched.rules, at=at,
        series=watched.series, judged=watched.judged, unknown=watched.unknown, alarms=found, dropped=watched.dropped,
        notes=list(watched.notes),
    )  # fmt: skip


def _write(
    table: type[Row], held: Mapping[str, Row], new: Mapping[str, NewAlarm | NewCluster], figures: Sequence[str],
    rules: str, at: datetime,
) -> None:  # fmt: skip
    """New versions of what changed, and the ends of those that they take the place of."""
    made: list[Row] = []
    for thread, one in new.items():
        before = held.get(thread)
        if before is None or not before.stands or any(_other(before, one, name) for name in figures):
            made.append(_version(table, one, before, rules, at))
    closed = closed_of(held.values())
    for thread, before in held.items():
        if thread not in new and before.stands and before.thread not in closed:
            made.append(_lifted(before, rules, at))
    renewed = {row.thread for row in made}
    ended = [before.pk for before in held.values() if before.thread in renewed]
    table.objects.filter(pk__in=ended).update(until=at)
    table.objects.bulk_create(made, batch_size=_BATCH)


def _other(before: Alarm | Cluster, one: NewAlarm | NewCluster, name: str) -> bool:
    was, now = getattr(before, name), getattr(one, name)
    return bool(([code_now(code) for code in was] != list(now)) if name == "areas" else was != now)


def _version(table: type[Row], one: NewAlarm | NewCluster, before: Row | None, rules: str, at: datetime) -> Row:
    facts = asdict(one) | {"notes": list(one.notes)}
    if isinstance(one, NewCluster):
        facts["areas"] = list(one.areas)
    number = before.version + 1 if before else 1
    return table(
        thread=before.thread if before else one.thread, version=number, stands=True, rules=rules, as_of=at, **facts
    )


def _lifted(before: Row, rules: str, at: datetime) -> Row:
    """The version that says that it is no alarm any more; its figures are those of the alarm that was."""
    names = [one.name for one in before._meta.concrete_fields if one.name not in {"id", "until"}]
    facts = {name: getattr(before, name) for name in names}
    return type(before)(**facts | {"version": before.version + 1, "stands": False, "rules": rules, "as_of": at})


def _of_thread(facts: Mapping[str, Any]) -> Place:
    return Place(in_force().current(_subject(facts["thread"])[0]))


def _subject(thread: str) -> tuple[str, str, str]:
    """Area, indicator and method of an alarm or cluster; refuses one that is none."""
    alarm = Alarm.objects.filter(thread=thread[:100]).first()
    if alarm is not None:
        return alarm.area_code, alarm.indicator, alarm.method
    cluster = Cluster.objects.filter(thread=thread[:100]).first()
    if cluster is None:
        raise refuse(UNKNOWN_WARNING)
    return cluster.centre, cluster.indicator, scan_of(cluster.centre)


@deed("warning.judge", on=_of_thread, keeps=("verdict",))
def judge_warning(
    *, thread: str, verdict: str, word: str = "", by: Viewer, at: datetime, purpose: str = "overview"
) -> Judgement:
    """Say of a warning that it was true, false or known already; the last word of anybody holds, all are kept."""
    if verdict not in VERDICTS:
        raise refuse(NO_VERDICT)
    area, indicator, method = _subject(thread)
    return Judgement.objects.create(
        thread=thread, area_code=area, indicator=indicator, method=method, verdict=verdict, word=clean_word(word),
        at=at, by=by.key,
    )  # fmt: skip
