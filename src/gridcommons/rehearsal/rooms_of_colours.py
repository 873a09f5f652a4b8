"""Room of colours: a scheme in force for the county's townships, packages, one orange signed, one that waits.

The counts are invented, as everything in the demo; where another room handed counts in already, those are coloured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.packages import templates
from gridcommons.outlook.painting.queries import areas_now, schemes_near
from gridcommons.outlook.painting.rules import State
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.outlook.reported.queries import known
from gridcommons.rehearsal.rooms import JOB, Room, Stage, texts
from gridcommons.territory.queries import AreaFacts, below
from gridcommons.web.grid_tiles import draw_all

_DAYS: Final = 34
_IN_FORCE: Final = 11
"""Days since the scheme was asked for; it holds a day later."""
_ENOUGH: Final = 8_000
"""People of a township from which on an outbreak is told; smaller ones have no case, so that no rate swings."""
_SILENT: Final = 5
"""Days since one township stopped to hand anything in: it turns grey."""
_RISES: Final = (
    ("orange", 8, 170.0), ("waits", 2, 130.0), ("yellow", 9, 52.0),
)  # fmt: skip
"""How townships go: how many days ago it began, and cases per 100,000 over all days since."""


def _colours(stage: Stage) -> None:
    """A scheme by two, eleven days of readings, a signature the day after the first warning, packages by two."""
    said, health = texts()["colours"], stage.who("health")
    today = local_day(stage.now, ZONE)
    scheme = actions.ask_scheme(
        area_code=stage.county, level="township", scheme="default", indicator="cases", reason=said["reason"], by=health,
        at=_morning(today - timedelta(_IN_FORCE)),
    )  # fmt: skip
    asked = _morning(today - timedelta(_IN_FORCE)) + timedelta(hours=1)
    actions.confirm_scheme(scheme_id=scheme.pk, by=stage.who("second"), at=asked)
    towns = below(stage.county, "township")
    if not _is_known(towns, today):
        _hand_in_before(stage, towns, today)
    signed = False
    for n in range(_IN_FORCE - 2, -1, -1):
        day = today - timedelta(n)
        at = _morning(day) if n else max(_morning(day), stage.now - timedelta(minutes=30))
        at = min(at, stage.now)
        actions.paint(scheme_id=scheme.pk, day=day, by=JOB, at=at)
        if not signed and n:
            signed = _sign_first(stage, at + timedelta(hours=3), said["signed"])
    if not signed:
        _sign_first(stage, stage.now - timedelta(minutes=5), said["signed"], of=2)
    _packages(stage, today)
    draw_all(stage.now)


def _morning(day: date) -> datetime:
    """Half past eight of a local day."""
    return datetime(day.year, day.month, day.day, 8, 30, tzinfo=ZONE)


def _is_known(towns: Sequence[AreaFacts], today: date) -> bool:
    held = known("cases", [one.code for one in towns], today - timedelta(_DAYS), today)
    return bool((~np.isnan(held.counts)).any())


def _hand_in_before(stage: Stage, towns: Sequence[AreaFacts], today: date) -> None:
    """Days of the month before at once, then each morning the day before; one township stopped four days ago."""
    large = sorted((one for one in towns if (one.residents or 0) >= _ENOUGH), key=lambda one: one.code)[1:]
    parts = dict(zip([one.code for one in large], _RISES, strict=False))
    silent = next((one.code for one in reversed(towns) if one.code not in parts), "")
    people = {one.code: one.residents or 0 for one in towns}
    early = [today - timedelta(n) for n in range(_DAYS, _IN_FORCE + 1, -1)]
    start = _morning(today - timedelta(_IN_FORCE + 1))
    _send(stage, [_line(code, day, today, parts, people) for day in early for code in people], start)
    for n in range(_IN_FORCE + 1, 0, -1):
        day = today - timedelta(n)
        codes = [code for code in people if code != silent or n > _SILENT]
        at = min(_morning(day + timedelta(1)) - timedelta(hours=1), stage.now - timedelta(minutes=40))
        _send(stage, [_line(code, day, today, parts, people) for code in codes], at)


def _send(stage: Stage, lines: Sequence[str], at: datetime) -> None:
    text = "\n".join(["area,date,count", *lines]) + "\n"
    hand_in(area_code=stage.county, indicator="cases", text=text, by=stage.who("health"), at=at)


def _line(
    code: str, day: date, today: date, parts: Mapping[str, tuple[str, int, float]], people: Mapping[str, int]
) -> str:
    return f"{code},{day},{_cases(day, today, parts.get(code), people[code])}"


def _cases(day: date, today: date, part: tuple[str, int, float] | None, people: int) -> int:
    """The cases of a day: of a rising township its share of what the whole rise comes to, spread over its days."""
    if part is None:
        return 0
    _name, days, rate = part
    since = (day - (today - timedelta(days))).days
    whole = round(rate * people / 100_000)
    return max(0, whole * (since + 1) // days - whole * since // days) if since >= 0 else 0


def _sign_first(stage: Stage, at: datetime, reason: str, of: int = 1) -> bool:
    """Sign the first of what waits, if so many do; returns whether it was done."""
    health = stage.who("health")
    shown, _schemes = areas_now(stage.county, viewer=health, at=at)
    waiting = [one.reading_id for one in shown if one.standing.state is State.WAITING and one.reading_id is not None]
    if len(waiting) >= of:
        actions.sign(reading_id=waiting[0], reason=reason, by=health, at=at)
    return len(waiting) >= of


def _packages(stage: Stage, today: date) -> None:
    """The ready packages of yellow and orange, asked for and confirmed two days ago; red's waits for its second."""
    at = _morning(today - timedelta(2))
    for key in ("default-C", "default-D", "default-E"):
        one = templates()[key]
        row = actions.ask_package(
            area_code=stage.county, scheme=one.scheme, level=one.level, content=one.content, basis=one.basis,
            first=today - timedelta(1), last=today + timedelta(26), source=f"{key}@{one.version}",
            by=stage.who("health"), at=at,
        )  # fmt: skip
        if one.level != "E":
            actions.confirm_package(package_id=row.pk, by=stage.who("second"), at=at + timedelta(hours=1))


def _is_coloured(stage: Stage) -> bool:
    return bool(schemes_near(stage.county, viewer=stage.who("health"), at=stage.now))


ROOMS: Final = (Room(Words("五色图", "colours of areas"), _is_coloured, _colours),)
