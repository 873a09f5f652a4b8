"""The cast of admission: two departments, three desks, the county's review, and workers with time to give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from collection.workbooks import xlsform
from gridcommons.access.actions import add_user, grant, open_office
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.collection.xlsform import read_xlsform
from gridcommons.load.admission.actions import decide, propose_form, propose_matter, review
from gridcommons.load.admission.models import Decision, Proposal
from gridcommons.load.admission.rules import DESKS
from gridcommons.matters.linting.knowing import KnownFact, known_by_key
from gridcommons.workforce.actions import add_worker, assign
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID

SETUP = program("test town")
NOW = AT + timedelta(hours=1)
UNTIL = date(2027, 6, 30)
OFFICES = {
    "fire_rescue": "消防救援大队", "justice": "司法局", "staff_council": "职工代表会", "data_office": "网信办",
    "admission_review": "准入评审会",
}  # fmt: skip
CAST = {
    "officer": ("department_officer", "fire_rescue"), "colleague": ("department_officer", "fire_rescue"),
    "other_officer": ("department_officer", "housing_construction"), "law": ("law_reviewer", "justice"),
    "second_law": ("law_reviewer", "justice"), "staff_council": ("staff_reviewer", "staff_council"),
    "data_protection": ("data_reviewer", "data_office"), "own_law": ("law_reviewer", "fire_rescue"),
    "decider": ("admission_reviewer", "admission_review"), "own_decider": ("admission_reviewer", "fire_rescue"),
}  # fmt: skip
ROWS = (
    ("select_one yes_no", "stairs_lit", "楼道灯亮吗？", "Is the stairway lit?"),
    ("text", "remark", "还有要说的吗？", "Anything else?"),
)
ENTRY: dict[str, Any] = {
    "name": {"zh": "消防通道检查", "en": "Fire lane check"},
    "description": {"zh": "消防通道是否畅通。", "en": "Whether fire lanes are clear."},
    "keywords": {"zh": ["消防通道检查"], "en": ["fire lane check"]},
    "class": "order", "kind": "assist",
    "legal_basis": {"zh": "《消防法》第二十八条", "en": "Fire Protection Law, article 28"},
    "purpose": {"zh": "发生火灾时能进得去。", "en": "So that help gets through in a fire."},
    "owner": "fire_rescue", "minutes": 30, "clock": "working", "file_within": "1d", "handle_within": "5d",
    "routes": [
        {"level": "county", "office": "fire_rescue"}, {"level": "township", "office": "township_government"},
    ],
    "settle_on_spot": True, "public": False, "place": "public_space", "verify": "on_site", "icon": "flame",
    "valid_from": "2026-11-02", "review_date": "2027-06-30", "since_version": "1",
}  # fmt: skip


@dataclass(frozen=True)
class Admitting:
    """The cast by name, and one call for each step."""

    cast: Mapping[str, Viewer] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Viewer:
        try:
            return self.cast[name]
        except KeyError:
            raise AttributeError(name) from None

    def propose(
        self, key: str = "fire_lanes", per_year: int = 100, drops: Sequence[str] = (), by: str = "officer",
        at: datetime = NOW, **entry: Any,
    ) -> Proposal:  # fmt: skip
        """A matter proposed by the fire department."""
        return propose_matter(
            area_code=COUNTY, key=key, entry={**ENTRY, **entry}, per_year=per_year, reason="去年有三起火灾受阻",
            drops=drops, by=self.cast[by], at=at,
        )  # fmt: skip

    def propose_form(
        self, *rows: Sequence[str], known: Sequence[KnownFact] = (), key: str = "fire_visit", per_year: int = 100,
        matter_key: str = "dwellings_rentals", by: str = "officer",
    ) -> Proposal:  # fmt: skip
        """A form proposed for the matter of rented homes."""
        more: dict[str, Any] = {"known": known, "key": key, "per_year": per_year, "matter_key": matter_key, "by": by}
        return self.propose_book(xlsform(*(rows or ROWS)), **more)

    def propose_book(
        self, book: bytes, *, known: Sequence[KnownFact] = (), key: str = "fire_visit", per_year: int = 100,
        matter_key: str = "dwellings_rentals", by: str = "officer", drops: Sequence[str] = (),
    ) -> Proposal:  # fmt: skip
        """A workbook proposed as it is."""
        return propose_form(
            area_code=COUNTY, key=key, matter_key=matter_key, name_zh="入户走访", name_en="Home visit", workbook=book,
            workbook_name="visit.xlsx", form=read_xlsform(book), known=known_by_key(known), per_year=per_year,
            reason="每年一次", drops=drops, by=self.cast[by], at=NOW,
        )  # fmt: skip

    def reviewed(self, proposal: Proposal) -> Proposal:
        """The same once all three desks agreed."""
        for desk in DESKS:
            review(proposal_id=proposal.pk, desk=desk, answer="agrees", by=self.cast[desk], at=NOW)
        return proposal

    def decide(self, proposal: Proposal, answer: str = "admit", until: date | None = UNTIL, **more: Any) -> Decision:
        """A decision of the county's review."""
        given = {"by": self.decider, "at": NOW + timedelta(hours=1), **more}
        return decide(proposal_id=proposal.pk, answer=answer, until=until, **given)


def admitting(workers: int = 6) -> Admitting:
    """Offices, accounts and workers beside the town's own."""
    for kind, name in OFFICES.items():
        open_office(
            key=f"{COUNTY}:{kind}", area_code=COUNTY, kind=kind, side="command", name_zh=name,
            name_en=kind.replace("_", " "), by=SETUP, at=AT - timedelta(days=30),
        )  # fmt: skip
    post_workers(workers)
    return Admitting({name: _member(name, *facts) for name, facts in CAST.items()})


def post_workers(number: int) -> None:
    """So many employed workers, spread over the three grids."""
    for n in range(number):
        worker = add_worker(name=f"网格员{n}", employment="employed", by=SETUP, at=AT)
        assign(
            worker_id=worker.pk, grid_code=(GRID, NEXT_GRID, FAR_GRID)[n % 3], post="full_time",
            since=date(2026, 11, 1), by=SETUP, at=AT,
        )  # fmt: skip


def _member(name: str, role: str, kind: str) -> Viewer:
    user: UUID = add_user(username=name, display_name=name, hashed="!", by=SETUP, at=AT - timedelta(days=30)).id
    office = office_at(COUNTY, kind).id
    wanted = GrantFacts(role, (COUNTY,), (), ROLES[role].purposes, AT - timedelta(days=10), None, office)
    grant(to=user, wanted=wanted, by=SETUP, at=AT - timedelta(days=10))
    return viewer_of(user)
