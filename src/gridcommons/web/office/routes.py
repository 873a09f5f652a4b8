"""What the forms of a case offer: offices with the proposed one first, matters and grids to correct, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from gridcommons.access.queries import OfficeFacts, offices_over
from gridcommons.cases.limits import limits
from gridcommons.cases.queries import CasePage
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.matters.rules import admit_report, propose_route, route
from gridcommons.territory.queries import below, names_of, trail
from gridcommons.web.case_words import name_of, office_name
from gridcommons.web.office.steps import Choices, Offered
from gridcommons.web.office.unusual import asked_first
from gridcommons.web.pieces import say
from gridcommons.web.staff import ZONE

CHANNELS: Final[Mapping[str, Words]] = {
    "page": Words("网页", "web page"),
    "open311": Words("Open311 接口", "Open311"),
    "worker": Words("网格员", "grid worker"),
    "desk": Words("窗口", "service desk"),
    "phone": Words("电话", "phone"),
    "import": Words("导入", "import"),
}


def offered(page: CasePage, day: date, language: str) -> Offered:
    """The choices of the forms that this reader has, none where no form asks for them; and what each says first."""
    wanted, sure = {action.key for action in page.may}, asked_first(page)
    made = Offered(language, sure=sure, **_days(page, day))
    if wanted & _CHOOSE_OFFICE:
        usable = _usable(page)
        choices = [(key_of(office), _office_label(office, language)) for office in usable]
        in_charge = key_of(page.handler) if page.handler else ""
        made = replace(made, offices=choices, office=_proposed(page, usable), in_charge=in_charge)
    if "file" in wanted:
        matters = [(m.key, say(m.name, language)) for m in current() if m.for_grid and m.collects_on(day)]
        areas = _areas(page.area_code, language)
        made = replace(made, matters=matters, matter=page.matter.key, areas=areas, area=page.area_code)
    return made


_CHOOSE_OFFICE: Final = frozenset({"dispatch", "appoint", "involve", "park"})


def _days(page: CasePage, day: date) -> dict[str, Any]:
    """The days that stand in forms at first, and the last that may be chosen."""
    known, latest = limits(), {"park.review": str(day + limits().parking)}
    if page.due_at is not None:
        last = str(local_day(page.due_at, ZONE) + known.extension)
        latest |= {"ask_extension.until": last, "grant_extension.until": last}
    wanted = page.apart.wanted_until
    return {"latest": latest, "first": {"grant_extension.until": str(local_day(wanted, ZONE))} if wanted else {}}


def key_of(office: OfficeFacts) -> str:
    """How a form names an office: area and kind, as the deed asks for them."""
    return f"{office.area_code}:{office.kind}"


def _office_label(office: OfficeFacts, language: str) -> str:
    return say(office_name(office), language)


def _usable(page: CasePage) -> list[OfficeFacts]:
    """The offices that can be given a case here: those of command, lowest first; the dispatchers' own desk is none."""
    return [one for one in offices_over(page.area_code) if one.side == "command" and one.kind != "command"]


def _levels(page: CasePage) -> list[str]:
    return [area.level for area in trail(page.area_code)]


def _refused_by(page: CasePage) -> list[str]:
    """The kinds of the offices that sent the case back, each once."""
    back = [step.office.kind for step in page.steps if step.action == "send_back" and step.office]
    known = {step.office for matter in (page.matter,) for step in matter.routes}
    return [kind for kind in dict.fromkeys(back) if kind in known]


def _proposed(page: CasePage, usable: Sequence[OfficeFacts]) -> str:
    """The first office of the matter's routing table that is open here."""
    open_here = {key_of(office) for office in usable}
    ways = route(page.matter, area_levels_available=_levels(page), refused_by=_refused_by(page))
    keys = [f"{CHINA.cut(page.area_code, level)}:{kind}" for level, kind in ways]
    return next((key for key in keys if key in open_here), "")


def _areas(code: str, language: str) -> Choices:
    """The grids of the township, village by village, and the area that the report names if it is none of them."""
    township = CHINA.cut(code, "township")
    villages = names_of({CHINA.cut(code, "village"), code, *(area.code for area in below(township, "village"))})
    groups: dict[str, list[tuple[str, str]]] = {}
    for grid in below(township, "grid"):
        village = villages.get(CHINA.cut(grid.code, "village"))
        label = say(name_of(village), language) if village else township
        groups.setdefault(label, []).append((grid.code, say(name_of(grid), language)))
    listed: list[tuple[str, object]] = list(groups.items())
    if not any(key == code for grids in groups.values() for key, _label in grids):
        listed.insert(0, (code, say(name_of(villages[code]), language) if code in villages else code))
    return listed


def verdict_for(page: CasePage, day: date) -> Verdict | None:
    """Why the case is here and whose it is: of the admission before it is filed, of the routing afterwards."""
    if page.state in {"reported", "void", "settled", "merged"}:
        return admit_report(catalogue=current(), on=day, matter_key=page.matter.key)
    return propose_route(
        page.matter, catalogue=current(), area_levels_available=_levels(page), refused_by=_refused_by(page)
    )
