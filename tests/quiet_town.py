"""The town with independent offices: reviewers of the county and of the city, mediators, a posted grid worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gridcommons.access.actions import NewOffice, grant, open_office
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.queries import OfficeFacts, office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.cases.complaints.actions import Filed, NewComplaint, file_complaint
from gridcommons.cases.complaints.subjects import Choice
from gridcommons.cases.mediation.actions import Coded, consent, enter, invite, request_mediation, take_on
from gridcommons.cases.mediation.keys import holder as party
from gridcommons.cases.mediation.opening import NewMediation
from gridcommons.people.contacts import Contact
from gridcommons.workforce.actions import add_worker, assign
from town import AT, COUNTY, GRID, TOWNSHIP, VILLAGE, Town, _user

QUIET = ("complaint.", "mediation.")
"""Deeds of the quiet rooms begin so."""
QUIET_LOOKS = frozenset({
    "look.complaints", "look.complaint", "look.own_complaint", "look.complainant", "look.questions", "look.mediations",
    "look.mediation", "look.own_mediation",
})  # fmt: skip
CITY = "3311"
SETUP = program("quiet town")
SAID = "他在楼道里当着邻居骂我是钉子户"
TOLD = "院墙占了我家半米地"
NAMES = ("测试甲方", "测试乙方")
PHONES = ("10012340001", "10012340002")
_OFFICES = ((COUNTY, "review"), (CITY, "review"), (TOWNSHIP, "mediation"), (COUNTY, "mediation"))


@dataclass(frozen=True)
class Quiet:
    """The town, its independent staff by name, and the posted worker's id."""

    town: Town
    staff: dict[str, Viewer]
    worker_id: UUID

    def __getattr__(self, name: str) -> Viewer:
        if name in self.staff:
            return self.staff[name]
        found: Viewer = getattr(self.town, name)
        return found


def quieten(town: Town) -> Quiet:
    """Open the independent offices, staff them, and post the worker in the grid."""
    for area, kind in _OFFICES:
        new = NewOffice(f"{area}:{kind}", area, kind, "independent", f"{area}{kind}室", f"{kind} office of {area}")
        open_office(**vars(new), by=SETUP, at=AT - timedelta(days=30))
    staff = {
        "reviewer": independent("reviewer", "reviewer", COUNTY, "review"),
        "second_reviewer": independent("second_reviewer", "reviewer", COUNTY, "review"),
        "city_reviewer": independent("city_reviewer", "reviewer", CITY, "review"),
        "mediator": independent("mediator", "mediator", TOWNSHIP, "mediation"),
        "other_mediator": independent("other_mediator", "mediator", TOWNSHIP, "mediation"),
    }
    worker = add_worker(
        name="任测试", employment="employed", user_id=town.worker.user_id, work_phone="10000000001", by=SETUP, at=AT
    )
    assign(worker_id=worker.pk, grid_code=GRID, post="full_time", since=AT.date(), by=SETUP, at=AT)
    return Quiet(town, staff, worker.pk)


def independent(name: str, role: str, area: str, kind: str) -> Viewer:
    """Somebody who serves an independent office."""
    return granted(viewer_of(_user(name)), role, area, kind)


def granted(viewer: Viewer, role: str, area: str, kind: str) -> Viewer:
    """The viewer with a role at an office more."""
    assert viewer.user_id is not None
    since = AT - timedelta(days=10)
    wanted = GrantFacts(role, (area,), (), ROLES[role].purposes, since, None, office_at(area, kind).id)
    grant(to=viewer.user_id, wanted=wanted, by=SETUP, at=since)
    return viewer_of(viewer.user_id)


def about_worker(quiet: Quiet) -> Choice:
    """The worker as chosen from the posting of the grid."""
    return Choice(GRID, post="full_time", worker_id=quiet.worker_id)


def complained(quiet: Quiet, choice: Choice | None = None, **more: Any) -> Filed:
    """A complaint by nobody in particular, about the worker unless another subject is given."""
    facts: dict[str, Any] = {"contact": Contact(name=NAMES[0], phone=PHONES[0]), "may_ask": True} | more
    new = NewComplaint(choice or about_worker(quiet), facts.pop("text", SAID), **facts)
    return file_complaint(complaint=new, by=quiet.town.public, at=AT)


def dispute(words: str = TOLD) -> NewMediation:
    """A dispute between two neighbours."""
    one, other = (Contact(name=name, phone=phone) for name, phone in zip(NAMES, PHONES, strict=True))
    return NewMediation("neighbours", VILLAGE, (one, other), words)


def requested(quiet: Quiet) -> Coded:
    """Mediation asked for by the first party."""
    return request_mediation(new=dispute(), by=quiet.town.public, at=AT)


OWN_B = "BBBB-CCCC-DDDD"


def joined(quiet: Quiet, made: Coded) -> str:
    """The second party invited by the mediator, and in with a code of its own."""
    code = invite(mediation_id=made.id, letter="b", by=quiet.mediator, at=AT).code
    enter(code=code, own_code=OWN_B, by=party(code, OWN_B), at=AT)
    return OWN_B


def talking(quiet: Quiet, at: datetime) -> tuple[UUID, str, str]:
    """A mediation to which both parties consented, with their codes."""
    made = requested(quiet)
    take_on(mediation_id=made.id, declared=True, by=quiet.mediator, at=at)
    other = joined(quiet, made)
    for code in (made.code, other):
        consent(mediation_id=made.id, wants=True, by=party(code), at=at)
    return made.id, made.code, other


def office(area: str, kind: str) -> OfficeFacts:
    """An office of the town."""
    return office_at(area, kind)
