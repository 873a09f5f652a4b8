"""What a file of counts would do if it were handed in now: new figures, corrections, what stands already, faults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Reason, refusal_kind, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.masking import mask
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.reported.listing import ReportedCount, listing
from gridcommons.outlook.reported.models import Figure
from gridcommons.outlook.reported.sheets import Places, Row, few, lines_of, understand
from gridcommons.territory.queries import area_on, below

REASON_LENGTH: Final = 200
_SHOWN: Final = 40

NO_REASON = refusal_kind(
    "reported.no_reason",
    status=400,
    zh="这次上报会更正{n}个已上报的数，请写明为什么更正。",
    en="This hand-in corrects {n} figures that stand; say why.",
)
WITHDRAWN_WHY = refusal_kind(
    "reported.withdrawn_why",
    status=400,
    zh="请写明为什么撤回。",
    en="Say why it is withdrawn.",
)
PERSON_IN_REASON = refusal_kind(
    "reported.person_in_reason",
    status=422,
    zh="说明里不能有人名、电话或证件号，请改写后再提交。",
    en="The words must hold no person, phone or document number; write them otherwise.",
)
NOTHING_NEW = refusal_kind(
    "reported.nothing_new",
    status=409,
    zh="这{n}行都已上报过，没有新的数，也没有更正。",
    en="All {n} lines stand already as they are: nothing is new and nothing is corrected.",
)
UNKNOWN_HAND_IN = refusal_kind(
    "reported.unknown_hand_in",
    status=404,
    zh="没有这次上报，或它不在贵单位的范围内。",
    en="There is no such hand-in, or it is not of your areas.",
)
ALREADY_WITHDRAWN = refusal_kind(
    "reported.already_withdrawn",
    status=409,
    zh="这次上报已经撤回。",
    en="This hand-in was withdrawn already.",
)


@dataclass(frozen=True)
class Change:
    """A figure that a hand-in corrects: what stood, and what it says."""

    area_code: str
    day: date
    was: int
    now: int
    was_imported: int | None = None
    now_imported: int | None = None


@dataclass(frozen=True)
class Checked:
    """What a hand-in would do: new figures, corrections, lines that stand already, and everything that is wrong."""

    indicator: ReportedCount
    fresh: tuple[Row, ...]
    changed: tuple[tuple[Row, Change], ...]
    same: int
    faults: tuple[Reason, ...]

    @property
    def lines(self) -> int:
        """How many lines were understood."""
        return len(self.fresh) + len(self.changed) + self.same

    @property
    def changes(self) -> tuple[Change, ...]:
        """The corrections, as many as a page shows."""
        return tuple(change for _row, change in self.changed[:_SHOWN])


def check(*, area_code: str, indicator: str, text: str, at: datetime) -> Checked:
    """What a file would do if it were handed in for an area now. Writes nothing; refuses what is no such file."""
    one, today = listing().get(indicator), local_day(at, ZONE)
    served = area_on(area_code, today).code
    rows, faults = understand(lines_of(text), places_for(one, served), today)
    stands = _standing(indicator, rows)
    fresh, changed, same = [], [], 0
    for row in rows:
        before = stands.get((row.area_code, row.day))
        if before is None:
            fresh.append(row)
        elif before == (row.count, row.imported):
            same += 1
        else:
            was = Change(row.area_code, row.day, before[0], row.count, before[1], row.imported)
            changed.append((row, was))
    return Checked(one, tuple(fresh), tuple(changed), same, few(faults))


def places_for(indicator: ReportedCount, served: str) -> Places:
    """The areas that lines may name: all that stand, those served, those of a level that the count is given for."""
    areas = [area for level in ("city", "county", "township") for area in below("", level)]
    own = [area for area in areas if area.code.startswith(served)]
    names: dict[str, list[str]] = {}
    for area in (*own, *(area for area in areas if not area.code.startswith(served))):
        for name in {area.name_zh, area.name_en} - {""}:
            names.setdefault(name, []).append(area.code)
    inside = {area.code for area in own}
    by_name = {
        name: codes[0]
        for name, codes in names.items()
        if len(codes) == 1 or (codes[0] in inside and codes[1] not in inside)
    }
    fitting = frozenset(area.code for area in areas if area.level in indicator.levels)
    return Places({area.code: area.name_zh for area in areas}, by_name, frozenset(inside), fitting)


def _standing(indicator: str, rows: Sequence[Row]) -> Mapping[tuple[str, date], tuple[int, int | None]]:
    """What stands of the areas and days of these lines, under whichever code."""
    if not rows:
        return {}
    days, lineage = [row.day for row in rows], in_force()
    codes = {raw: row.area_code for row in rows for raw in {row.area_code, *lineage.origins(row.area_code)}}
    found = Figure.objects.filter(
        indicator=indicator, area_code__in=codes, day__range=(min(days), max(days)),
        hand_in__withdrawn_at__isnull=True,
    ).order_by("as_of", "pk")  # fmt: skip
    return {
        (codes[code], day): (count, imported)
        for code, day, count, imported in found.values_list("area_code", "day", "count", "imported")
    }


def clean_words(text: str) -> str:
    """Words that stand on pages of staff; refuses those that name a person."""
    words = clean_text(text, limit=REASON_LENGTH).strip()
    if mask(words).findings:
        raise refuse(PERSON_IN_REASON)
    return words
