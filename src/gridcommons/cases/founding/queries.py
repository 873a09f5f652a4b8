"""Reads of founding: the county as it stands, what an officer sent in, which trials arrived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from gridcommons.access.deeds import look
from gridcommons.access.joining.queries import roles_with_logins, standing_accounts, standing_managers, states_in
from gridcommons.access.queries import count_keys, offices_in
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.founding.books import Sent
from gridcommons.cases.founding.firsthour import County
from gridcommons.cases.founding.models import CARRYING, UNDER_WAY, CarriedCase, MoveFound, MoveIn, SentSheet, Trial
from gridcommons.cases.founding.sealing import opened
from gridcommons.cases.founding.standing import Standing
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.matters.adapting import adapted
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.queries import changes_in_force, current, decided, is_published
from gridcommons.matters.switching import off_at
from gridcommons.territory.queries import all_under, outlined
from gridcommons.workforce.queries import grids_without_head, standing_posts

_NEEDED_ROLES: Final = ("supervisor", "dispatcher", "grid_worker")


def calendar_path() -> Path:
    """Where the county's own calendar lies."""
    return Path(settings.DATA) / "calendar.toml"


def standing(county: str, logins: Iterable[str], at: datetime) -> Standing:
    """A county as it stands, with the accounts of these login names wherever they serve."""
    path = calendar_path()
    changes = changes_in_force()
    return Standing(
        county=county,
        now=at,
        today=local_day(at, ZONE),
        areas=all_under(county),
        offices={one.key: one for one in offices_in(county)},
        accounts=standing_accounts(logins),
        managers=standing_managers(),
        posts=tuple(standing_posts(county)),
        changes=changes,
        is_published=is_published(adapted(changes)),
        switches=tuple(decided(county)),
        carried=frozenset(bytes(digest) for digest in CarriedCase.objects.values_list("digest", flat=True)),
        calendar=path.read_text(encoding="utf-8") if path.exists() else "",
    )


STAGES: Final[Mapping[str, Words]] = {
    "waiting": Words("等待检查", "waiting to be checked"), "checking": Words("正在检查", "being checked"),
    "checked": Words("已检查", "checked"), "to_carry": Words("等待办理", "waiting to be carried out"),
    "carrying": Words("正在办理", "being carried out"), "done": Words("已办完", "carried out"),
    "failed": Words("没有办成", "went no further"),
}  # fmt: skip


@dataclass(frozen=True)
class MoveFacts:
    """How far a moving in is. `ahead`: how many were asked for before it; `doing`: what is done next.

    `written`: whether rows of these sheets may stand already.
    """

    stage: str
    turn: int
    tries: int
    doing: Words | None
    done: int
    total: int
    written: bool
    faults: int
    asked_at: datetime
    checked_at: datetime | None
    ended_at: datetime | None
    ahead: int = 0

    @property
    def under_way(self) -> bool:
        """Whether the job has something to do."""
        return self.stage in UNDER_WAY

    @property
    def is_carried_out(self) -> bool:
        """Whether the sheets are being carried out, or are about to be: then they are not to be changed."""
        return self.stage in CARRYING


def move_facts(viewer: Viewer) -> MoveFacts | None:
    """How far the viewer's own moving in is; None where nothing was sent in."""
    row = MoveIn.objects.filter(by_key=viewer.key).first()
    if row is None:
        return None
    ahead = MoveIn.objects.filter(stage__in=UNDER_WAY, asked_at__lt=row.asked_at).count()
    return MoveFacts(
        row.stage, row.turn, row.tries, Words(**row.doing) if row.doing else None, row.done, row.total,
        row.written, row.faults, row.asked_at, row.checked_at, row.ended_at, ahead if row.stage in UNDER_WAY else 0,
    )  # fmt: skip


@dataclass(frozen=True)
class SentFacts:
    """A file that waits: its name, size in bytes, and when it was sent in."""

    id: UUID
    name: str
    size: int
    at: datetime


def _own(facts: Mapping[str, Any]) -> Place:
    return Place(parties=frozenset({facts["viewer"].key}))


def _subjects(result: list[Any], facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (facts["viewer"].key,)


@look("look.own_sheets", on=_own, subjects=_subjects)
def sent_sheets(*, viewer: Viewer, at: datetime, purpose: str = "own_case") -> list[SentFacts]:
    """The files that the viewer sent in and that wait, oldest first."""
    rows = SentSheet.objects.filter(parties__contains=[viewer.key]).order_by("at", "id")
    return [SentFacts(row.pk, row.name, row.size, row.at) for row in rows.defer("sealed")]


@look("look.own_sheets", on=_own, subjects=_subjects)
def opened_sheets(*, viewer: Viewer, at: datetime, purpose: str = "own_case") -> list[Sent]:
    """The files that the viewer sent in, opened."""
    rows = SentSheet.objects.filter(parties__contains=[viewer.key]).order_by("at", "id")
    return [Sent(row.name, opened(bytes(row.sealed), row.pk)) for row in rows]


@look("look.own_sheets", on=_own, subjects=_subjects)
def sheets_found(*, viewer: Viewer, part: str, at: datetime, purpose: str = "own_case") -> list[bytes]:
    """What the check found in the viewer's own sheets, opened: a part by its name; empty where there is none."""
    rows = MoveFound.objects.filter(move__by_key=viewer.key, part=part).values_list("move_id", "sealed")
    return [opened(bytes(blob), row, part) for row, blob in rows]


def trials(county: str) -> list[Trial]:
    """The trials of a first case in a county, newest first."""
    return list(Trial.objects.filter(county_code__in=in_force().known_as(county)).order_by("-at"))


def county_facts(county: str, at: datetime) -> County:
    """What stands of a county, counted for its first hour; no person is named."""
    day = local_day(at, ZONE)
    under = all_under(county)
    by_level = {level: [c for c, a in under.items() if a.level == level] for level in ("township", "village", "grid")}
    inhabited = {CHINA.cut(grid, "village") for grid in by_level["grid"]}
    open_kinds: defaultdict[str, set[str]] = defaultdict(set)
    for office in offices_in(county):
        open_kinds[office.area_code].add(office.kind)
    newest = {trial.area_code: trial for trial in reversed(trials(county))}
    calendar = WorkingCalendar.load()
    published = _published()
    return County(
        townships={code: under[code].name for code in sorted(by_level["township"])},
        villages=len(by_level["village"]),
        villages_without_grids=len(set(by_level["village"]) - inhabited),
        grids=len(by_level["grid"]),
        outlined=len(outlined(by_level["grid"])),
        grids_without_head=len(grids_without_head(county, by_level["grid"])),
        offices={code: frozenset(kinds) for code, kinds in open_kinds.items()},
        states=states_in(county, at),
        lacking_roles=_lacking(sorted(by_level["township"]), at),
        this_year=day.year,
        calendar_known=frozenset(calendar.years),
        calendar_provisional=frozenset(y for y, block in calendar.years.items() if block.provisional),
        calendar_own=calendar_path().exists(),
        published=published is not None,
        edition=published.edition if published else "–",
        taken=len(published.admitted()) if published else 0,
        switched_off=len(_off(county, day)),
        keys=count_keys("open311"),
        tried=frozenset(CHINA.cut(code, "township") for code in newest),
        not_arrived={code: Words(t.said_zh, t.said_en) for code, t in newest.items() if not t.arrived},
    )


def _published() -> Catalogue | None:
    """The catalogue in force, None where none was published yet."""
    try:
        return current()
    except Refusal:
        return None


def _off(county: str, day: date) -> set[str]:
    """The matters that are switched off somewhere in a county on a day."""
    decisions = decided(county)
    return {one.matter_key for one in decisions if off_at(decisions, one.matter_key, one.area_code, day) is not None}


def _lacking(townships: Iterable[str], at: datetime) -> dict[str, list[Words]]:
    """The roles that a township needs and that nobody with a login holds there."""
    found = {}
    for code in townships:
        held = roles_with_logins(code, at)
        lacking = [ROLES[role].name for role in _NEEDED_ROLES if role not in held]
        if lacking:
            found[code] = lacking
    return found
