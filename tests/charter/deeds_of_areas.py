"""The deeds of reorganising areas, done once each for the diary of article 14."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from gridcommons.access.identify import program
from gridcommons.territory.reorganising import actions as plans
from gridcommons.territory.reorganising.queries import hand_overs_of
from gridcommons.territory.reorganising.rules import Change, Target
from redrawn_town import member
from town import AT, COUNTY, TOWNSHIP, Town

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
    [handed] = hand_overs_of(plan)
    do("areas.receive", lambda: plans.receive(hand_over_id=handed.id, by=town.supervisor, at=later))
    other = plans.draft_plan(**facts, by=first, at=AT).pk
    do("areas.withdraw", lambda: plans.withdraw_plan(plan_id=other, reason="另行研究", by=first, at=AT))
