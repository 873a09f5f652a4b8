"""Which office is told what about a problem: notices in the program, written with the step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from gridcommons.access.queries import find_office
from gridcommons.cases.codes import ZONE
from gridcommons.cases.problems.models import Problem
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import day_text
from gridcommons.kit.words import Words
from gridcommons.matters.queries import matter_name
from gridcommons.notices.outbox import enqueue
from gridcommons.territory.queries import names_of

LANGUAGE: Final = "zh-hans"


def tell(problem: Problem, key: str, to: Iterable[str], at: datetime, *, due: date | None = None) -> None:
    """Put a notice about a problem into the outbox of each party (`office:<id>`)."""
    matter, area = matter_name(problem.matter_key), names_of([problem.area_code]).get(problem.area_code)
    place = area.name if area else Words(problem.area_code, problem.area_code)
    facts = {
        "number": problem.number, "matter_zh": matter.zh, "matter_en": matter.en, "problem": str(problem.pk),
        "place_zh": place.zh, "place_en": place.en, **_day(due, at),
    }  # fmt: skip
    for party in to:
        enqueue(
            to=party, channel="inside", text_key=key, facts=facts, language=LANGUAGE, area_code=problem.area_code, at=at
        )


def _day(due: date | None, at: datetime) -> dict[str, str]:
    year = local_day(at, ZONE).year
    return {f"due_{tongue}": day_text(due, tongue, this_year=year) if due else "–" for tongue in ("zh", "en")}


def keepers(problem: Problem) -> list[str]:
    """The supervision office of the problem's township, which keeps its table; none where there is none."""
    office = find_office(CHINA.cut(problem.area_code, "township"), "supervision")
    return [office.party] if office else []
