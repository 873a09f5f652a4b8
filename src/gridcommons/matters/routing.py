"""To whom a case of a matter goes: the routing table, the area's levels, and who sent it back already. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import LAST_RESORT, LAST_RESORT_WITHOUT_TOWNSHIP, Matter, Route
from gridcommons.matters.wording import edition_of

ROUTE_RULE: Final = "matters.route"
LEVEL_NAMES: Final = {
    "county": Words(zh="县级", en="county"),
    "township": Words(zh="乡镇级", en="township"),
    "village": Words(zh="村级", en="village"),
    "grid": Words(zh="网格", en="grid"),
}


def route(
    matter: Matter, *, area_levels_available: Collection[str], refused_by: Collection[str] = ()
) -> list[tuple[str, str]]:
    """The offices to turn to as (level, office key), in order, without those that sent it back.

    The last one cannot send it back: the township government, or the county's where an area has no townships.
    """
    return [(step.level, step.office) for step in _steps(matter, area_levels_available, refused_by)]


def propose_route(
    matter: Matter, *, catalogue: Catalogue, area_levels_available: Collection[str], refused_by: Collection[str] = ()
) -> Verdict:
    """To whom a case of this matter goes next, and why."""
    steps = _steps(matter, area_levels_available, refused_by)
    office = catalogue.department(steps[0].office)
    level = LEVEL_NAMES[steps[0].level]
    back = [catalogue.department(key).name for key in refused_by]
    because = [
        Because(
            Words(
                zh=f"“{matter.name.zh}”的流转表指向{office.name.zh}（{level.zh}）：{office.remit.zh}。",
                en=f"The routes of “{matter.name.en}” lead to {office.name.en} ({level.en}): {office.remit.en}.",
            ),
            matter.legal_basis,
        ),
        *_note_reason(steps[0], matter),
        *_sent_back_reason(back),
        *_last_resort_reason(len(steps) == 1),
    ]
    return Verdict(
        answer=Answer.YES,
        subject=Words(zh=f"派往{office.name.zh}", en=f"Goes to {office.name.en}"),
        because=tuple(because),
        rule=ROUTE_RULE,
        version=edition_of(catalogue, matter),
        owner=catalogue.owner,
        contest=Words(
            zh="收到的单位如认为不属于自己职责，可写明理由退回；派遣人据此改派。",
            en="The receiving office may send it back with reasons; the dispatcher then sends it on.",
        ),
    )


def _steps(matter: Matter, levels: Collection[str], refused_by: Collection[str]) -> list[Route]:
    """The routing table for an area: levels it has, offices that have not refused, the last resort always last."""
    resort = Route("township", LAST_RESORT) if "township" in levels else Route("county", LAST_RESORT_WITHOUT_TOWNSHIP)
    usable = [step for step in matter.routes if step.level in levels and step.office not in refused_by]
    return [*(step for step in usable if step.office != LAST_RESORT), resort]


def _note_reason(step: Route, matter: Matter) -> list[Because]:
    """For what part of the matter the table names this office, if it says so."""
    return [Because(step.note, matter.legal_basis)] if step.note is not None else []


def _sent_back_reason(back: Sequence[Words]) -> list[Because]:
    """Who has said already that it is not theirs."""
    if not back:
        return []
    words = Words(
        zh=f"{'、'.join(name.zh for name in back)}已退回。",
        en=f"{', '.join(name.en for name in back)} sent it back.",
    )
    return [Because(words, Words(zh="流转记录", en="record of the case"))]


def _last_resort_reason(last: bool) -> list[Because]:
    """Why the territory's government has it when nobody else does."""
    if not last:
        return []
    words = Words(
        zh="没有其他单位可派，由属地政府兜底协调，并确定一个责任单位，不得再退回。",
        en="No other office is left: the territory's government coordinates it, names one body in charge, "
        "and cannot send it back.",
    )
    return [Because(words, Words(zh="属地兜底规则", en="rule of the last resort"))]
