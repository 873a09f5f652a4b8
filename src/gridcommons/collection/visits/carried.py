"""Visits as a kind of things that links to departments' own systems carry: typed once, at the door.

A link has them of the matters that its office owns. Neither a door nor a person leaves: a household goes under a name
that this one link knows it by, so that the system over there sees that it was the same one again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.partners.content import Value
from gridcommons.cases.partners.kinds import Kind, Standing, carries
from gridcommons.cases.partners.policy import Field
from gridcommons.collection.visits.models import Visit
from gridcommons.collection.visits.queries import number_of, visit_for
from gridcommons.kit.words import Words

VISIT: Final = "visit"
_FIELDS: Final = {
    "number": Words("走访编号", "number of the visit"), "matter": Words("事项类别代码", "matter code"),
    "matter_name": Words("事项类别", "matter"), "form": Words("表单代码", "form code"),
    "day": Words("走访日期", "day of the visit"), "outcome": Words("结果代码", "outcome code"),
    "outcome_name": Words("结果", "how it ended"), "area_code": Words("网格代码", "grid code"),
    "area_name": Words("所在区域", "place by name"), "minutes": Words("办理用时（分钟）", "minutes of work"),
    "household": Words("住户在本对接中的代号", "name of the household, for this link alone"),
}  # fmt: skip
_CAREFUL: Final = frozenset({"outcome", "outcome_name", "household"})
_SAMPLE: Final[dict[str, Value]] = {
    "number": "V019AB3C4D5E6F70", "matter": "home_fire_safety", "matter_name": "家庭消防安全",
    "form": "home_fire_safety",
    "day": "2026-11-02", "outcome": "done", "outcome_name": "已见面", "area_code": "331123001008001",
    "area_name": "妙高街道腾龙社区第1网格", "minutes": 12.0, "household": "0123456789abcdef0123456789abcdef",
}  # fmt: skip


def _standing(chain: UUID) -> Standing | None:
    rows = list(Visit.objects.filter(chain=chain).order_by("is_current"))
    if not rows:
        return None
    last = rows[-1]
    office = next((UUID(key.removeprefix("office:")) for key in last.parties), None)
    return Standing(number_of(chain), last.matter_key, office, last.is_current and office is not None)


def _values(chain: UUID, link: str, terms: Any, viewer: Viewer, at: datetime) -> dict[str, Value]:
    return visit_for(chain=chain, link=link, terms=terms, viewer=viewer, at=at)


carries(Kind(
    VISIT, {key: Field(key, name, careful=key in _CAREFUL) for key, name in _FIELDS.items()}, _SAMPLE, _standing,
    _values,
))  # fmt: skip
