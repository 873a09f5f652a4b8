"""The town with a level above it: a county command office with a coordinator, and short ways to a state of a case."""

from __future__ import annotations

from datetime import datetime, timedelta

from gridcommons.access.actions import add_user, grant, open_office
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.cases.actions import Reported, accept, close, dispatch, feed_back, file_case, report_case
from gridcommons.cases.filing import Report
from gridcommons.cases.queries import CasePage, case_page, tracked_case, with_code
from gridcommons.notices.models import Notice
from town import AT, COUNTY, HERE, TOWNSHIP, Town

SETUP = program("test town")
JOB = program("test job")
RAISED = "coordinator"


def member(name: str, role: str, area: str, office_area: str, kind: str) -> Viewer:
    """One more of the cast."""
    user = add_user(username=name, display_name=name, hashed="!", by=SETUP, at=AT - timedelta(days=30)).id
    office = office_at(office_area, kind).id
    facts = GrantFacts(role, (area,), (), ROLES[role].purposes, AT - timedelta(days=10), None, office)
    grant(to=user, wanted=facts, by=SETUP, at=AT - timedelta(days=10))
    return viewer_of(user)


def raise_town(town: Town) -> Town:
    """The town with its county's command office, a coordinator there and somebody of the township's government."""
    open_office(
        key=f"{COUNTY}:command", area_code=COUNTY, kind="command", side="command", name_zh="县综合指挥中心",
        name_en="County command centre", by=SETUP, at=AT - timedelta(days=30),
    )  # fmt: skip
    more = {
        "coordinator": member("coordinator", "coordinator", COUNTY, COUNTY, "command"),
        "official": member("official", "handler", TOWNSHIP, TOWNSHIP, "township_government"),
        "water": member("water", "handler", COUNTY, COUNTY, "water_utility"),
        "county_official": member("county_official", "handler", COUNTY, COUNTY, "county_government"),
    }
    return Town({**town.cast, **more})


def hours(number: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=number)


def reported(town: Town, at: datetime = AT, *, by: str = "public", **more: object) -> Reported:
    """A lamp reported by somebody passing."""
    facts: dict[str, object] = {"matter_key": "street_lamps", "text": "路灯不亮", "lon": HERE[0], "lat": HERE[1]}
    report = Report(**(facts | more))  # type: ignore[arg-type]
    return report_case(report=report, channel="page", by=getattr(town, by), at=at)


def filed(town: Town, at: datetime = AT, **more: object) -> Reported:
    """A filed case."""
    made = reported(town, at, **more)
    file_case(case_id=made.case_id, by=town.supervisor, at=at + hours(0.1))
    return made


def handling(town: Town, at: datetime = AT, **more: object) -> Reported:
    """A case that urban management has in hand."""
    made = filed(town, at, **more)
    dispatch(
        case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=at + hours(0.2)
    )  # fmt: skip
    accept(case_id=made.case_id, by=town.handler, at=at + hours(0.3))
    return made


def closed(town: Town, at: datetime = AT, **more: object) -> Reported:
    """A case that was checked and closed two hours after its report."""
    made = handling(town, at, **more)
    end(town, made, at + hours(1))
    return made


def end(town: Town, made: Reported, at: datetime) -> None:
    """Feed back and close."""
    feed_back(case_id=made.case_id, evidence="灯泡已更换", by=town.handler, at=at)
    close(case_id=made.case_id, check="到现场看过，灯亮了", by=town.worker, at=at + hours(1))


def page_of(made: Reported, viewer: Viewer, at: datetime, purpose: str = "service") -> CasePage:
    """The page of a case as staff see it."""
    return case_page(case_id=made.case_id, viewer=viewer, at=at, purpose=purpose)


def own_page(town: Town, made: Reported, at: datetime) -> CasePage:
    """The page of a case as its reporter sees it."""
    return tracked_case(code=made.code, viewer=mine(town, made), at=at)


def mine(town: Town, made: Reported) -> Viewer:
    """Whoever holds the code of a report."""
    return with_code(town.public, made.code)


def told(viewer: Viewer, made: Reported, at: datetime) -> list[str]:
    """Keys of the notices about a case that lie in the inboxes of a viewer's offices and account."""
    from gridcommons.access.scope import viewing

    with viewing(viewer, at):
        rows = Notice.objects.filter(facts__case=str(made.case_id), to__in=viewer.parties_at(at)).order_by("id")
        return list(rows.values_list("text_key", flat=True))
