"""The deeds of reorganising areas, done once each for the diary of article 14."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import shapely

from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.cases.actions import lower_moved, republish_places
from gridcommons.territory.outlines import actions as outlines
from gridcommons.territory.outlines.preparing import Prepared, prepare
from gridcommons.territory.reorganising import actions as plans
from gridcommons.territory.reorganising.queries import hand_overs_of
from gridcommons.territory.reorganising.rules import Change, Target
from gridcommons.territory.schemes import actions as schemes
from gridcommons.territory.schemes.models import Tie
from gridcommons.territory.schemes.reading import Fields, read_edition, shipped
from redrawn_town import member
from town import AT, COUNTY, GRID, NEXT_GRID, TOWNSHIP, Town

SETUP = program("test town")


def of_plans(town: Town, do: Callable[..., Any]) -> None:
    """A township under another code, with a case open in it; and a plan that is given up."""
    first = town.county_officer
    second, day, later = member("second_officer", "county_officer", COUNTY), AT.date(), AT + timedelta(days=1)
    facts = {"area_code": COUNTY, "title": "变更代码", "on_day": day}
    plan = do("areas.draft", lambda: plans.draft_plan(**facts, by=first, at=AT)).pk
    here = {"plan_id": plan, "by": first, "at": AT}
    do("areas.amend", lambda: plans.amend_plan(title="变更代码", on_day=later.date(), **here))
    change = Change("recode", (TOWNSHIP,), (Target("331123009", "妙高街道"),))
    [line] = do("areas.add_lines", lambda: plans.add_lines(changes=[change], **here))
    do("areas.remove_line", lambda: plans.remove_line(line_id=line.pk, **here))
    plans.add_lines(changes=[change], **here)
    there = here | {"by": second}
    do("areas.propose", lambda: plans.propose_plan(**here))
    do("areas.send_back", lambda: plans.send_plan_back(reason="请核对", **there))
    plans.propose_plan(**here)
    do("areas.review", lambda: plans.review_plan(**there))
    do("areas.adopt", lambda: plans.adopt_plan(authority="县政府〔2026〕12号", **there))
    do("areas.stuck", lambda: plans.tell_of_problem(problem="有障碍", **here | {"by": SETUP}))
    do("areas.switch", lambda: plans.put_in_force(plan_id=plan, by=SETUP, at=later))
    do("case.republish", lambda: republish_places(by=SETUP, at=later))
    do("case.lower", lambda: lower_moved(by=SETUP, at=later))
    [handed] = hand_overs_of(plan)
    do("areas.receive", lambda: plans.receive(hand_over_id=handed.id, by=town.supervisor, at=later))
    other = plans.draft_plan(**facts, by=first, at=AT).pk
    do("areas.withdraw", lambda: plans.withdraw_plan(plan_id=other, reason="另行研究", by=first, at=AT))


def of_outlines(town: Town, do: Callable[..., Any]) -> None:
    """A layer with something to decide, adopted and put back, another one dropped; an area of another scheme tied."""
    first, second, later = (
        town.county_officer,
        member("third_officer", "county_officer", COUNTY),
        AT + timedelta(days=2),
    )
    boxes = {GRID: shapely.box(119.26, 28.58, 119.285, 28.60), NEXT_GRID: shapely.box(119.28, 28.58, 119.30, 28.60)}
    made = prepare(
        _layer(boxes), name="l", declared="WGS84", code_field="code", day=AT.date(), under=COUNTY
    )  # fmt: skip
    facts = {"area_code": COUNTY, "prepared": made, "source": "test", "synthetic": True}
    draft = do("outlines.hand_in", lambda: outlines.hand_in(**facts, by=first, at=later)).pk
    here = {"draft_id": draft, "by": second, "at": later}
    do("outlines.decide", lambda: outlines.decide(place=1, answer=GRID, **here))
    do("outlines.adopt", lambda: outlines.adopt(authority="县政府〔2026〕12号", **here))
    do("outlines.put_back", lambda: outlines.put_back(reason="有误", **here | {"by": first}))
    other = outlines.hand_in(**facts, by=first, at=later).pk
    do("outlines.drop", lambda: outlines.drop(draft_id=other, reason="重测", by=first, at=later))
    _sent(first, later, _layer(boxes), made, do)
    edition = read_edition(
        b"code,name,here\n43,Chungbuk,%b\n" % COUNTY.encode(), file="kr.csv", scheme=shipped()["kr-bjd"],
        declared="", fields=Fields(stands_for="here"), known={},
    )  # fmt: skip
    facts = {"edition": edition, "since": AT.date(), "whole": False}
    do("schemes.load", lambda: schemes.load_edition(**facts, by=SETUP, at=later))
    tie = {"tie_id": Tie.objects.get(area_code=COUNTY).pk, "by": first, "at": later}
    do("schemes.confirm_tie", lambda: schemes.confirm_tie(**tie))
    do("schemes.remove_tie", lambda: schemes.remove_tie(**tie))


def _sent(officer: Viewer, at: datetime, raw: bytes, made: Prepared, do: Callable[..., Any]) -> None:
    """A large layer that was read, one that was not, one given up."""
    facts = {"area_code": COUNTY, "raw": raw, "name": "l", "declared": "WGS84", "code_field": "code", "source": "test"}
    first, second, third = (
        do("outlines.send", lambda: outlines.send(**facts, synthetic=True, by=officer, at=at)).pk for _one in range(3)
    )
    do("outlines.reach", lambda: outlines.reach(sent_id=first, stage="reading", by=SETUP, at=at))
    do("outlines.keep", lambda: outlines.keep(sent_id=first, prepared=made, by=SETUP, at=at))
    do("outlines.fail", lambda: outlines.fail(sent_id=second, refused={"zh": "x", "en": "x"}, by=SETUP, at=at))
    do("outlines.give_up", lambda: outlines.give_up(sent_id=third, by=officer, at=at))


def _layer(shapes: dict[str, Any]) -> bytes:
    rows = [
        {"type": "Feature", "properties": {"code": c}, "geometry": shapely.geometry.mapping(s)}
        for c, s in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()
