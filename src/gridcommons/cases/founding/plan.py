"""From files to a plan: sheets recognised, rows understood, each held against what stands. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gridcommons.cases.findings import Findings
from gridcommons.cases.founding import faults
from gridcommons.cases.founding.affairs import calendar_asked, cases_asked, changes_asked, switches_asked
from gridcommons.cases.founding.books import Sent, Table, tables_of
from gridcommons.cases.founding.choices import lists
from gridcommons.cases.founding.ground import areas_asked, county_of, offices_asked, shipped_near
from gridcommons.cases.founding.items import Asked
from gridcommons.cases.founding.manning import places_of, posts_asked, staff_asked
from gridcommons.cases.founding.queries import standing
from gridcommons.cases.founding.rows import Reader, Row, plain_codes
from gridcommons.cases.founding.sheets import Recognised, is_explanation, kinds, recognise
from gridcommons.cases.founding.standing import Standing
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.matters.switching import Decided
from gridcommons.territory.queries import known_codes, served

MOST_CELLS: Final = 4_000_000
"""Filled cells of all sheets together: each takes some 150 bytes while a plan is made."""


@dataclass
class Plan:
    """What the sheets ask for and what was found in them; it can be carried out when no fault was found."""

    county: str = ""
    asked: Asked = field(default_factory=Asked)
    findings: Findings = field(default_factory=Findings)
    tables: list[Table] = field(default_factory=list)
    recognised: list[Recognised] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.findings.faults


def understand(sent: Sequence[Sent], *, county: str = "", at: datetime) -> Plan:
    """The plan of these files for a county (by its code, else by their areas) as it stands at a moment."""
    plan = Plan()
    for one in sent:
        plan.tables += tables_of(one)
        if sum(len(table.cells) for table in plan.tables) > MOST_CELLS:
            raise refuse(faults.TOO_MANY_CELLS, most=f"{MOST_CELLS:,}")
    data = [table for table in plan.tables if not is_explanation(table)]
    if not any(table.cells for table in data):
        raise refuse(faults.NO_SHEETS, name=", ".join(one.name for one in sent)[:200])
    plan.recognised = [found for table in data if (found := recognise(table, plan.findings))]
    known = _known(plan.recognised, county)
    rows = _rows(plan.recognised, Reader(lists(), known), plan.findings)
    coded = rows["areas"] or _with_codes(rows)
    plan.county = county or county_of(coded, "" if coded else _standing_county(), plan.findings)
    if plan.county:
        logins = {row.text(key) for kind in ("staff", "posts") for row in rows[kind] for key in ("login", "manager")}
        plan.asked = _asked(rows, standing(plan.county, logins - {""}, at), plan.findings)
    return plan


def _standing_county() -> str:
    """The county that this house serves already; empty where there is none, or more than one."""
    area = served()
    width = CHINA.width("county")
    return area.code[:width] if area and len(area.code) >= width else ""


def _known(recognised: Sequence[Recognised], county: str) -> set[str]:
    """Codes that damaged ones may be made whole by: those of the sheet of areas, the shipped list, and what stands."""
    listed = {code for found in recognised if found.kind.key == "areas" for code in plain_codes(found)}
    width = CHINA.width("county")
    counties = {code[:width] for code in listed if len(code) >= width} | ({county} if county else set())
    near = {code for one in counties for code in shipped_near(one)}
    return listed | near | known_codes(near)


def _rows(recognised: Sequence[Recognised], reader: Reader, findings: Findings) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {kind.key: [] for kind in kinds()}
    for found in recognised:
        rows[found.kind.key] += reader.rows(found, findings)
    return rows


def _with_codes(rows: dict[str, list[Row]]) -> list[Row]:
    """Rows of the sheet of offices as if they were areas: file by file, the sheet of areas may have gone before."""
    return [
        Row(row.found, row.number, {"code": row.text(key)})
        for kind, key in (
            ("offices", "area"),
            ("matters", "area"),
            ("posts", "grid"),
            ("cases", "area"),
            ("staff", "area"),
        )
        for row in rows[kind]
        if row.text(key)
    ]


def _asked(rows: dict[str, list[Row]], stands: Standing, findings: Findings) -> Asked:
    asked = Asked()
    asked.areas = areas_asked(rows["areas"], stands, findings)
    levels = {code: one.level for code, one in stands.areas.items()} | {one.code: one.level for one in asked.areas}
    codes = frozenset(levels)
    asked.offices = offices_asked(rows["offices"], asked.areas, stands, findings)
    places = places_of(asked.offices, stands)
    asked.staff = staff_asked(rows["staff"], places, codes, stands, findings)
    asked.posts = posts_asked(rows["posts"], asked.staff, levels, stands, findings)
    asked.changes = changes_asked(rows["matters"], stands, findings)
    asked.changes_status = "same" if stands.is_published and asked.changes == stands.changes else "new"
    asked.switches = switches_asked(rows["matters"], codes, stands, findings)
    decided = [Decided(o.matter, o.area, o.is_on, o.since, o.reason) for o in asked.switches if o.status != "same"]
    asked.cases = cases_asked(rows["cases"], places, codes, stands.deciding(decided), findings)
    asked.calendar = calendar_asked(rows["calendar"], stands, findings)
    return asked
