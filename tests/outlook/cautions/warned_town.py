"""The painted town on the day on which its township was signed orange, with those who warn the public."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from gridcommons.kit.words import Words
from gridcommons.outlook.cautions import actions
from gridcommons.outlook.cautions.actions import Draft
from gridcommons.outlook.cautions.grounds import ground_of
from gridcommons.outlook.cautions.models import Caution
from gridcommons.outlook.cautions.templates import Said, filled, templates
from gridcommons.outlook.painting.actions import sign
from gridcommons.outlook.painting.queries import area_now
from outlook.painting.painted_town import DAY, Painted, cases, draw_townships, morning, paint_town, run_job
from town import OTHER_TOWNSHIP, TOWNSHIP, Town

NEXT = DAY + timedelta(1)
AT = morning(NEXT, 13)
HOUSE = "https://grid.example"
COLOUR = f"colour:{TOWNSHIP}"


def warned_town(town: Town, *, signed: bool = True) -> Painted:
    """Day t: orange is proposed; day t + 1 at eleven: signed."""
    draw_townships()
    painted = paint_town(town)
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY, 8))
    run_job(morning(DAY))
    cases(DAY, {TOWNSHIP: 3, OTHER_TOWNSHIP: 0}, painted.health, morning(NEXT, 8))
    run_job(morning(NEXT))
    if signed:
        now = area_now(TOWNSHIP, viewer=painted.health, at=morning(NEXT, 10))
        sign(reading_id=now.reading_id, reason="流调支持", by=painted.health, at=morning(NEXT, 11))
    return replace(painted, town=Town(town.cast | {"health": painted.health, "second": painted.second}))


def colour_draft(painted: Painted, **changes: Any) -> Draft:
    """The draft that the template makes of the township's orange."""
    ground = ground_of(COLOUR, (), painted.health, AT)
    last = DAY + timedelta(7)
    said = filled(templates().get("orange"), ground.slots, last)
    return replace(Draft("orange", ground.codes, last, said, COLOUR), **changes)


def hand_draft(last: date, **changes: Any) -> Draft:
    """A warning of water by hand."""
    said = filled(templates().get("water"), {"area": Words("妙高街道", "Miaogao")}, last)
    return replace(Draft("water", (TOWNSHIP,), last, said), **changes)


def ask(painted: Painted, draft: Draft | None = None, at: Any = AT) -> Caution:
    """Asked for by the health officer."""
    return actions.ask_caution(draft=draft or colour_draft(painted), by=painted.health, at=at)


def issue(painted: Painted, row: Caution, at: Any = AT) -> Caution:
    """Issued by the second person."""
    return actions.issue_caution(caution_id=row.pk, house=HOUSE, by=painted.second, at=at)


def words(text: str) -> Said:
    """Other words, the same in every part."""
    return Said(*(Words(f"{text}{n}", f"{text} {n}") for n in "甲乙丙丁"))
