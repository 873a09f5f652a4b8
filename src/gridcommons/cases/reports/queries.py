"""Reads of the room: the schedules that a viewer receives or makes, their editions and failures, one file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models.functions import Length

from gridcommons.access.queries import display_names
from gridcommons.access.rules import Viewer
from gridcommons.cases.reports.models import Edition, Schedule
from gridcommons.cases.reports.rules import UNKNOWN_REPORT, makes, reads
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.outlook.rules import require_staff

PAGE = 50


@dataclass(frozen=True)
class EditionFacts:
    """An edition in a list. `current`: no later one corrects it."""

    id: UUID
    term: str
    number: int
    made_at: datetime
    as_of: datetime
    sha256: str
    size: int
    current: bool


@dataclass(frozen=True)
class FailureFacts:
    """What failed: the period, why, since when, how often, and when it was made after all."""

    term: str
    reason: str
    since: datetime
    last_at: datetime
    tries: int
    solved_at: datetime | None


@dataclass(frozen=True)
class ScheduleFacts:
    """A schedule in a list. `failing`: a report of it could not be made and was not made since."""

    id: UUID
    name: str
    area_code: str
    kind: str
    form: str
    hour: int
    receivers: int
    made_at: datetime
    ended_at: datetime | None
    last: EditionFacts | None
    failing: bool
    mine: bool


@dataclass(frozen=True)
class SchedulePage:
    """One schedule with its editions, newest first, what failed, and the names of its receivers for who makes it."""

    facts: ScheduleFacts
    indicators: tuple[str, ...]
    language: str
    by_mail: bool
    editions: tuple[EditionFacts, ...]
    failures: tuple[FailureFacts, ...]
    receivers: tuple[str, ...]
    may_end: bool


def schedules(*, viewer: Viewer, at: datetime) -> list[ScheduleFacts]:
    """The reports that a viewer receives, makes or audits; those that still run first."""
    require_staff(viewer, at)
    rows = [row for row in Schedule.objects.order_by("name", "id") if reads(viewer, row.area_code, row.receivers, at)]
    return sorted((_facts(row, viewer, at) for row in rows), key=lambda one: one.ended_at is not None)


def _facts(row: Schedule, viewer: Viewer, at: datetime) -> ScheduleFacts:
    last = row.editions.defer("data").order_by("-made_at", "-number").first()
    area = in_force().follow(row.area_code) or row.area_code
    return ScheduleFacts(
        row.pk, row.name, area, row.kind, row.form, row.hour, len(row.receivers), row.made_at, row.ended_at,
        _edition(last, 0, current=True) if last else None,
        row.ended_at is None and row.failures.filter(solved_at__isnull=True).exists(),
        makes(viewer, row.area_code, at),
    )  # fmt: skip


def _edition(row: Edition, size: int, *, current: bool) -> EditionFacts:
    return EditionFacts(row.pk, row.term, row.number, row.made_at, row.as_of, row.sha256, size, current)


def schedule_page(*, schedule_id: UUID, viewer: Viewer, at: datetime) -> SchedulePage:
    """One report with all its editions; who neither receives, makes nor audits it does not find it."""
    row = _readable(schedule_id, viewer, at)
    editions = list(row.editions.defer("data").annotate(size=Length("data")).order_by("-term", "-number"))
    newest: dict[str, int] = {}
    for one in editions:
        newest[one.term] = max(one.number, newest.get(one.term, 0))
    failures = [
        FailureFacts(f.term, f.reason, f.since, f.last_at, f.tries, f.solved_at)
        for f in row.failures.order_by("-last_at")[:PAGE]
    ]
    mine = makes(viewer, row.area_code, at)
    names = display_names(row.receivers) if mine else {}
    return SchedulePage(
        _facts(row, viewer, at), tuple(row.indicators), row.language, row.by_mail,
        tuple(_edition(e, e.size, current=e.number == newest[e.term]) for e in editions), tuple(failures),
        tuple(names.get(key, key) for key in row.receivers) if mine else (), mine and row.ended_at is None,
    )  # fmt: skip


def _readable(schedule_id: UUID, viewer: Viewer, at: datetime) -> Schedule:
    require_staff(viewer, at)
    row = Schedule.objects.filter(pk=schedule_id).first()
    if row is None or not reads(viewer, row.area_code, row.receivers, at):
        raise refuse(UNKNOWN_REPORT)
    return row


@dataclass(frozen=True)
class File:
    """A file to be handed out: its bytes, their hash, its name and form."""

    data: bytes
    sha256: str
    name: str
    form: str


def edition_file(*, edition_id: UUID, viewer: Viewer, at: datetime) -> File:
    """The file of one edition, exactly as it was made."""
    found = Edition.objects.filter(pk=edition_id).select_related("schedule").first()
    if found is None:
        raise refuse(UNKNOWN_REPORT)
    row = _readable(found.schedule_id, viewer, at)
    name = f"report-{row.area_code}-{found.term}-{found.number}.{row.form}"
    return File(bytes(found.data), found.sha256, name, row.form)


@dataclass(frozen=True)
class Running:
    """A schedule that runs, with the hash of the last figures of every period made."""

    id: UUID
    area_code: str
    indicators: tuple[str, ...]
    kind: str
    form: str
    language: str
    hour: int
    made_at: datetime
    contents: Mapping[str, str]

    @property
    def made(self) -> tuple[str, ...]:
        """The keys of the periods that were made."""
        return tuple(self.contents)


def running() -> list[Running]:
    """The schedules that have not ended, for the job."""
    rows = Schedule.objects.filter(ended_at__isnull=True).order_by("made_at", "id")
    return [
        Running(
            row.pk, row.area_code, tuple(row.indicators), row.kind, row.form, row.language, row.hour, row.made_at,
            dict(row.editions.order_by("number").values_list("term", "content")),
        )
        for row in rows
    ]  # fmt: skip


def kept_files() -> Iterator[tuple[UUID, str, bytes]]:
    """Every edition with its hash and bytes, to be checked; a few are in memory at a time."""
    for row in Edition.objects.order_by("made_at").iterator(chunk_size=5):
        yield row.pk, row.sha256, bytes(row.data)
