"""Areas and offices as the sheets ask for them, checked row by row against one another and what stands. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Final

from gridcommons.cases.cells import even
from gridcommons.cases.findings import Findings, Spot
from gridcommons.cases.former import Status
from gridcommons.cases.founding import objections
from gridcommons.cases.founding.choices import SUPERVISION_KINDS, lists
from gridcommons.cases.founding.items import AreaItem, OfficeItem
from gridcommons.cases.founding.rows import Row
from gridcommons.cases.founding.standing import Standing
from gridcommons.kit.codes import CHINA, free_codes
from gridcommons.kit.errors import Reason, Refusal, refuse, worded
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.routing import LEVEL_NAMES
from gridcommons.territory.divisions import Division, read_divisions
from gridcommons.territory.names import english_name, grid_name
from gridcommons.territory.pinyin import sort_key

MOST_GRIDS: Final = 999
_COUNTY: Final = "county"
_DESK_LEVELS: Final[Mapping[str, tuple[str, ...]]] = {
    "supervision": ("township", "county"), "command": ("township", "county"), "review": ("county",),
}  # fmt: skip


@cache
def shipped() -> Mapping[str, Division]:
    """The list of Zhejiang that comes with the program, by code."""
    return {one.code: one for one in read_divisions()}


@cache
def shipped_near(county: str) -> frozenset[str]:
    """The codes of the shipped list in a county and above it."""
    return frozenset(code for code in shipped() if code.startswith(county) or county.startswith(code))


def county_of(rows: Sequence[Row], said: str, findings: Findings) -> str:
    """The county that moves in: the one said, else the one that the codes lie in; empty, with the fault, if unclear."""
    if said:
        return said
    width = CHINA.width(_COUNTY)
    coded = [(row, row.text("code")[:width]) for row in rows if len(row.text("code")) >= width]
    found = Counter(county for _row, county in coded)
    if not found:
        findings.add(rows[0].spot("code") if rows else Spot(""), refuse(objections.NO_COUNTY).reasons[0])
        return ""
    (meant, most), *others = found.most_common()
    if 2 * most > len(coded):  # strays are faults of their own rows; the others are checked all the same
        return meant
    stray = next(row for row, county in coded if county == others[0][0])
    stray.fault(findings, "code", refuse(objections.TWO_COUNTIES, codes=", ".join(sorted(found)[:5])).reasons[0])
    return ""


@dataclass
class _Areas:
    """The areas under way: by code, with the row that each was first given in."""

    standing: Standing
    findings: Findings
    wanted: dict[str, AreaItem]
    rows: dict[str, Row]

    def known(self, code: str) -> bool:
        return code in self.wanted or code in self.standing.areas


def areas_asked(rows: Sequence[Row], standing: Standing, findings: Findings) -> list[AreaItem]:
    """The areas of the sheet, those taken from the shipped list, and the grids that villages count; parents first."""
    under_way = _Areas(standing, findings, {}, {})
    for row in rows:
        if row.text("listed") == "yes":
            _take_listed(row, under_way)
    for row in rows:
        _take_row(row, under_way)
    _take_above(under_way)
    for row in rows:
        _check_parent(row, under_way)
        _take_counted(row, under_way)
    return sorted(under_way.wanted.values(), key=lambda one: (len(one.code), one.code))


def _take_listed(row: Row, ways: _Areas) -> None:
    code = row.text("code")
    if code not in shipped():
        row.fault(ways.findings, "listed", refuse(objections.NOT_LISTED, code=code).reasons[0])
        return
    above = [one for one in CHINA.ancestors(code) if one in shipped()]
    for one in [*above, *(held for held in shipped() if held.startswith(code))]:
        _want_listed(shipped()[one], ways)


def _want_listed(one: Division, ways: _Areas) -> None:
    status: Status = "same" if one.code in ways.standing.areas else "new"
    ways.wanted.setdefault(
        one.code, AreaItem(one.code, one.level, one.name, one.parent, sort_key=one.sort_key, status=status)
    )


def _take_row(row: Row, ways: _Areas) -> None:
    code, name, county = row.text("code"), row.text("name"), ways.standing.county
    first = ways.rows.get(code)
    if first is not None:
        row.fault(ways.findings, "code", refuse(objections.CODE_TWICE, code=code, row=first.number).reasons[0])
        return
    ways.rows[code] = row
    if not (code.startswith(county) or county.startswith(code)):
        row.fault(ways.findings, "code", refuse(objections.OUTSIDE, code=code, county=county).reasons[0])
        return
    if CHINA.level_of(code).key == "grid" and code.endswith("000"):
        row.fault(ways.findings, "code", refuse(objections.SERIAL_ZERO, code=code).reasons[0])
        return
    held = ways.standing.areas.get(code)
    listed = ways.wanted.get(code)
    if held is not None and held.name_zh != name:
        facts = {"code": code, "standing": held.name_zh, "given": name}
        row.fault(ways.findings, "name", refuse(objections.AREA_RENAMED, **facts).reasons[0])
        return
    figures = (row["households"], row["residents"])
    status: Status = "new" if held is None else "same"
    if held is not None and any(
        f is not None and f != g for f, g in zip(figures, (held.households, held.residents), strict=True)
    ):
        status = "changed"
    level = CHINA.level_of(code).key
    ways.wanted[code] = AreaItem(code, level, name, listed.parent if listed else "", *figures, sort_key(name), status)


def _take_above(ways: _Areas) -> None:
    """The county and the areas above it come from the list where the sheet leaves them out."""
    county = ways.standing.county
    for code in [*CHINA.ancestors(county), county]:
        if not ways.known(code) and code in shipped():
            _want_listed(shipped()[code], ways)
    for code, one in list(ways.wanted.items()):
        above = [c for c in CHINA.ancestors(code) if ways.known(c)]
        ways.wanted[code] = AreaItem(**{**vars(one), "parent": above[-1] if above else ""})


def _check_parent(row: Row, ways: _Areas) -> None:
    code, given = row.text("code"), row.text("parent")
    one = ways.wanted.get(code)
    if one is None or ways.rows.get(code) is not row:
        return
    needed = CHINA.ancestors(code)[-1:] if one.level == "grid" else CHINA.ancestors(code)[-1:-3:-1]
    if given and given not in CHINA.ancestors(code):
        right = one.parent or (needed[0] if needed else "")
        row.fault(
            ways.findings, "parent", refuse(objections.PARENT_WRONG, code=code, right=right, given=given).reasons[0]
        )
    elif needed and not any(ways.known(above) for above in needed):
        row.fault(ways.findings, "code", refuse(objections.PARENT_UNKNOWN, code=code, parent=needed[0]).reasons[0])


def _take_counted(row: Row, ways: _Areas) -> None:
    """As many grids as a village counts, those that stand or are listed included, by the lowest free numbers."""
    code, count = row.text("code"), row["grids"]
    if not count or ways.rows.get(code) is not row:
        return
    if CHINA.level_of(code).key != "village":
        row.fault(ways.findings, "grids", refuse(objections.GRIDS_ELSEWHERE).reasons[0])
        return
    if count > MOST_GRIDS:
        row.fault(ways.findings, "grids", refuse(objections.TOO_MANY_GRIDS, count=count).reasons[0])
        return
    width = CHINA.width("grid")
    used = {c for c in (*ways.standing.areas, *ways.wanted) if len(c) == width and c.startswith(code)}
    for grid in sorted(used & set(ways.standing.areas) - set(ways.wanted))[:count]:
        held = ways.standing.areas[grid]
        ways.wanted[grid] = AreaItem(grid, "grid", held.name_zh, code, sort_key=sort_key(held.name_zh), status="same")
    for grid in islice(free_codes(code, used), max(0, count - len(used))):
        name = grid_name(row.text("name"), int(grid[-3:]))
        ways.wanted[grid] = AreaItem(grid, "grid", name, code, sort_key=sort_key(name))


def offices_asked(
    rows: Sequence[Row], areas: Iterable[AreaItem], standing: Standing, findings: Findings
) -> list[OfficeItem]:
    """The offices of the sheet, each at an area that is known and at the level of its kind."""
    names = {code: one.name_zh for code, one in standing.areas.items()} | {one.code: one.name for one in areas}
    seen: dict[str, Row] = {}
    called: dict[str, Row] = {}
    asked = []
    for row in rows:
        item = _office(row, names, standing)
        reasons = list(_against_office(item, names, standing.county))
        if not reasons and (first := seen.get(item.key)):
            reasons = [("kind", refuse(objections.OFFICE_TWICE, code=item.area, row=first.number))]
        elif not reasons and (first := called.get(even(item.name_zh))):
            reasons = [("name", refuse(objections.OFFICE_NAME_TWICE, name=item.name_zh, row=first.number))]
        for key, refusal in reasons:
            row.fault(findings, key, refusal.reasons[0])
        seen.setdefault(item.key, row)
        called.setdefault(even(item.name_zh), row)
        if not reasons:
            asked.append(item)
            _tell_changes(row, item, standing, findings)
    return asked


def _tell_changes(row: Row, item: OfficeItem, standing: Standing, findings: Findings) -> None:
    """What of an office that stands becomes other than it is, before somebody signs it."""
    held = standing.offices.get(item.key)
    pairs = (("name", "name_zh"), ("name_en", "name_en"), ("phone", "phone"))
    for key, fact in pairs if held is not None else ():
        before, now = getattr(held, fact), getattr(item, fact)
        if before != now:
            reason = refuse(objections.OFFICE_CHANGES, name=item.name_zh, before=before or "–", now=now or "–").reasons[
                0
            ]
            findings.add(row.spot(key), reason, "note", row.found.kind.field(key).heading, now)


def _office(row: Row, names: Mapping[str, str], standing: Standing) -> OfficeItem:
    area, kind = row.text("area"), row.text("kind")
    held = standing.offices.get(f"{area}:{kind}")
    words = next(one.words for one in lists()["office_kinds"] if one.key == kind)
    english = row.text("name_en") or (held.name_en if held else f"{words.en}, {english_name(names.get(area, area))}")
    phone = row.text("phone") or (held.phone if held else "")
    side = "supervision" if kind in SUPERVISION_KINDS else "command"
    status: Status = "new"
    if held is not None:
        same = (held.name_zh, held.name_en, held.phone) == (row.text("name"), english, phone)
        status = "same" if same else "changed"
    return OfficeItem(area, kind, side, row.text("name"), english[:160], phone, status)


def _against_office(item: OfficeItem, names: Mapping[str, str], county: str) -> Iterable[tuple[str, Refusal]]:
    if not item.area.startswith(county):
        yield "area", refuse(objections.OUTSIDE, code=item.area, county=county)
    elif item.area not in names:
        yield "area", refuse(objections.UNKNOWN_AREA, code=item.area)
    elif CHINA.level_of(item.area).key not in _levels_of(item.kind):
        words = next(one.words for one in lists()["office_kinds"] if one.key == item.kind)
        reason = worded(objections.OFFICE_LEVEL, kind=words, level=LEVEL_NAMES.get(_levels_of(item.kind)[0], words))
        yield "area", Refusal((Reason(reason.code, (*reason.facts, ("code", item.area))),))


def _levels_of(kind: str) -> tuple[str, ...]:
    if kind in _DESK_LEVELS:
        return _DESK_LEVELS[kind]
    return (shipped_catalogue().department(kind).level,)
