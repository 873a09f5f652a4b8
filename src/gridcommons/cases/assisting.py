"""Several offices on one case: one is responsible, the others assist, each with a part of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.queries import OfficeFacts, find_office, office_at
from gridcommons.access.rules import Viewer
from gridcommons.cases.models import Case, Part, Step
from gridcommons.cases.stepping import Moved, load, take
from gridcommons.cases.transitions import PROGRAM
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.matter import LAST_RESORT, LAST_RESORT_WITHOUT_TOWNSHIP
from gridcommons.territory.succession import area_now

_PART: Final = 1_000
_BODY: Final = 200
_NEXT: Final = timedelta(microseconds=1)
"""After the step before it: steps of one moment have no order."""

ELSEWHERE = refusal_kind(
    "case.office_elsewhere",
    status=409,
    zh="不能派给这个单位：只能派给本地或上级的处置单位。",
    en="This office cannot be given the case: only a handling office of this place or of one above it can.",
)
IN_CHARGE = refusal_kind(
    "case.already_in_charge",
    status=409,
    zh="这个单位是承办单位，不能又当协办单位。请选别的单位。",
    en="This office is in charge of the case and cannot assist in it as well. Choose another one.",
)


def usable(case_id: UUID, area: str, kind: str) -> OfficeFacts:
    """A handling office of the case's place or of one above it; refuses any other."""
    office = office_at(area, kind)
    area_code = _lies(case_id)
    if office.side != "command" or not within(area_code, (office.area_code,)):
        raise refuse(ELSEWHERE)
    return office


def _lies(case_id: UUID) -> str:
    return area_now(Case.objects.values_list("area_code", flat=True).get(pk=case_id), case_id)


def last_resort(case_id: UUID) -> OfficeFacts:
    """The government of the place: the township's, the county's where there is no township's; refuses where none is."""
    area_code = _lies(case_id)
    township = find_office(CHINA.cut(area_code, "township"), LAST_RESORT)
    return township or office_at(CHINA.cut(area_code, "county"), LAST_RESORT_WITHOUT_TOWNSHIP)


def involve_office(case_id: UUID, office: OfficeFacts, part: str, by: Viewer, at: datetime) -> Case:
    """Give an assisting office its part; one that assists already gets it in new words."""
    case, _steps = load(case_id)
    if case.handler_office_id == office.id:
        raise refuse(IN_CHARGE)
    text = clean_text(part, limit=_PART)
    facts = {"text": text, "named_at": at, "done_at": None}
    Part.objects.update_or_create(case=case, office_id=office.id, defaults=facts)
    moved = Moved(note=text, given={"assists": str(office.id)}, named=office)
    return take(case_id=case_id, action="involve", by=by, at=at, moved=moved)


def contributed(case_id: UUID, evidence: str, is_done: bool, by: Viewer, at: datetime) -> Case:
    """What an assisting office did; `is_done`: it says that its part is done."""
    case = take(case_id=case_id, action="contribute", by=by, at=at, moved=Moved(note=evidence))
    if is_done:
        last = case.steps.filter(action="contribute", office__isnull=False).order_by("-at", "-id")[0]
        Part.objects.filter(case=case, office=last.office, done_at__isnull=True).update(done_at=at)
    return case


def end_parts(case: Case) -> None:
    """Say on the life line of a closed case which parts end with it: whoever was in charge answered for the whole."""
    after = case.changed_at + _NEXT
    for part in case.parts.filter(done_at__isnull=True).order_by("named_at", "id"):
        Step.objects.create(
            case=case, action="part_over", duty=PROGRAM, from_state=case.state, to_state=case.state, at=after,
            by_key=f"{PROGRAM}:closing", by_name="", to_office_id=part.office_id,
        )  # fmt: skip


def body_named(body: str) -> Moved:
    """The body in charge, as the government that coordinates names it."""
    text = clean_text(body, limit=_BODY)
    return Moved(note=text, sets={"body": text})
