"""An open case of another system as a case here: its own days, its steps told as those of the former system."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.queries import OfficeFacts, find_office
from gridcommons.access.rules import Viewer
from gridcommons.cases.casting import file_by, handle_by
from gridcommons.cases.codes import case_number, digest_of, track_key, tracking_code
from gridcommons.cases.filing import ADDRESS_LIMIT, TEXT_LIMIT
from gridcommons.cases.former import FORMER, FORMER_SYSTEM, NO_SUPERVISION, CaseItem, Source, kept_as
from gridcommons.cases.models import Case, Step
from gridcommons.cases.publishing import publish
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.kit.ids import uuid7
from gridcommons.matters.catalogue import Catalogue
from gridcommons.people.actions import keep_contact
from gridcommons.people.contacts import Contact

CHANNEL: Final = "import"


def carry(
    item: CaseItem, *, office: OfficeFacts | None, catalogue: Catalogue, source: Source = FORMER_SYSTEM, by: Viewer,
    at: datetime,
) -> Case:  # fmt: skip
    """Write one case with its steps and, sealed, its contact. What an office has already stands as dispatched to it."""
    supervision = find_office(CHINA.cut(item.area, "township"), "supervision")
    if supervision is None:
        raise refuse(NO_SUPERVISION, area=item.area)
    matter, code = catalogue.get(item.matter), tracking_code()
    parties = [track_key(code), *([office.party] if office else [])]
    case = Case(
        id=uuid7(), number=case_number(item.reported_at), track_digest=digest_of(code), matter_key=item.matter,
        edition=catalogue.version, area_code=item.area, state="dispatched" if office else "reported", channel=CHANNEL,
        language=item.language, public=matter.public, text=clean_text(item.text, limit=TEXT_LIMIT),
        address=clean_text(item.address[:ADDRESS_LIMIT], limit=ADDRESS_LIMIT), parties=parties,
        supervision_office_id=supervision.id, reported_at=item.reported_at, carried_at=at, changed_at=at,
        file_by=file_by(matter, item.reported_at), external_id=kept_as(item.number, source.mark),
        lon=item.lon, lat=item.lat,
        contact_id=_contact(item, parties[:1], by, at),
    )  # fmt: skip
    if office is not None:
        case.handler_office_id, case.filed_at = office.id, item.reported_at
        case.due_at = handle_by(matter, item.reported_at)
    case.save(force_insert=True)
    Step.objects.bulk_create(_steps(case, office, track_key(code), source, item.number))
    publish(case, office)
    return case


def _contact(item: CaseItem, parties: list[str], by: Viewer, at: datetime) -> UUID | None:
    if not (item.person or item.phone):
        return None
    return keep_contact(
        contact=Contact(name=item.person, phone=item.phone), area_code=item.area, parties=parties,
        language=item.language, share_with_handler=False, by=by, at=at,
    )  # fmt: skip


def _steps(case: Case, office: OfficeFacts | None, reporter: str, source: Source, number: str) -> list[Step]:
    """Who did what in the former system is not known here, so each duty is somebody of its own there."""
    rows = [("report", "reporter", "", "reported", reporter)]
    if office is not None:
        rows += [
            ("file", "filer", "reported", "filed", f"{FORMER}filer"),
            ("dispatch", "dispatcher", "filed", "dispatched", f"{FORMER}dispatcher"),
        ]
    steps = [
        Step(
            case=case, action=action, duty=duty, from_state=before, to_state=after, at=case.reported_at, by_key=who,
            by_name=source.name, note=f"{source.name} {number}"[:200],
        )
        for action, duty, before, after, who in rows
    ]  # fmt: skip
    steps[0].by_name = steps[0].note = ""
    if office is not None:
        steps[-1].to_office_id = office.id
    return steps
