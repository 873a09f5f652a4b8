"""Opening a case: its row, its number and code, its first step; and correcting matter and place before it is filed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gridcommons.access.queries import find_office, offices
from gridcommons.access.rules import Viewer
from gridcommons.cases.casting import actors, file_by, person_of
from gridcommons.cases.codes import ZONE, case_number, digest_of, track_key, tracking_code
from gridcommons.cases.evidence import keep_photo
from gridcommons.cases.filing import Placed, Report, area_of, checked
from gridcommons.cases.models import Case
from gridcommons.cases.publishing import publish, unpin, withdraw
from gridcommons.cases.rules import ActorFacts
from gridcommons.cases.stepping import first_step
from gridcommons.cases.telling import tell
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refusal_kind, worded
from gridcommons.kit.ids import uuid7
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.matters.rules import require_admitted
from gridcommons.notices.actions import keep_wish
from gridcommons.people.actions import keep_contact
from gridcommons.territory.queries import names_of
from gridcommons.territory.succession import area_now, codes_held, unplace

NOT_SERVED = refusal_kind(
    "area.not_served",
    status=422,
    zh="本平台不受理“{area_zh}”的事项，没有任何内容被保存；请拨打当地12345，或向当地乡镇反映。",
    en="This house takes no reports for “{area_en}”, and nothing was kept: call 12345 there, or turn to that township.",
)


@dataclass(frozen=True)
class Reported:
    """What a reporter gets back: the public number, and the code that opens the case to them."""

    case_id: UUID
    number: str
    code: str
    area_code: str


def open_case(report: Report, *, channel: str, by: Viewer, at: datetime) -> Reported:
    """Write a report as a case with all that goes with it; called inside its deed."""
    placed = checked(report, at)
    code, case_id = tracking_code(report.once), uuid7()
    who = replace(by, parties=by.parties | {track_key(code)})
    staff = [actor for actor in actors(by, placed.area_code, (), at) if "finder" in actor.duties]
    parties = [track_key(code), *([by.key] if by.user_id and not staff else [])]
    contact_id = None
    if not report.contact.is_empty:
        contact_id = keep_contact(
            contact=report.contact, area_code=placed.area_code, parties=parties, language=report.language,
            share_with_handler=report.share_with_handler, by=by, at=at,
        )  # fmt: skip
        keep_wish(contact_id=contact_id, parties=parties, wish=report.wish, by=by, at=at)
    case = _new_case(report, placed, code=code, case_id=case_id, channel=channel, parties=parties, at=at)
    case.contact_id = contact_id
    case.save(force_insert=True)
    # Whoever has no duty to find reports as a resident, whatever office they serve.
    actor = staff[0] if staff else ActorFacts(person_of(who), None, frozenset(), True)
    first_step(case, by, by.key if staff else person_of(who), actor, at)
    for photo in placed.photos:
        keep_photo(case, photo, person_of(who), "reporter" if actor.office is None else "staff", at)
    publish(case, offices([case.supervision_office_id]).get(case.supervision_office_id or UUID(int=0)))
    tell(case=case, action="report", matter=placed.matter, note="", due=None, at=at)
    return Reported(case_id, case.number, code, placed.area_code)


def _new_case(
    report: Report, placed: Placed, *, code: str, case_id: UUID, channel: str, parties: list[str], at: datetime
) -> Case:
    return Case(
        id=case_id, number=case_number(at), track_digest=digest_of(code), matter_key=placed.matter.key,
        edition=placed.edition, area_code=placed.area_code, state="reported", channel=channel,
        language=report.language, public=placed.matter.public, text=placed.text, address=placed.address,
        lon=report.lon, lat=report.lat, share_with_handler=report.share_with_handler, parties=parties,
        supervision_office_id=_supervision_of(placed.area_code), reported_at=at, changed_at=at,
        file_by=file_by(placed.matter, at), external_id=report.known_as,
    )  # fmt: skip


def _supervision_of(area_code: str) -> UUID:
    """The township's supervision office; refuses a place that has none, where nobody would ever read a report."""
    office = find_office(CHINA.cut(area_code, "township"), "supervision")
    if office is None:
        area = names_of([area_code]).get(area_code)
        name = area.name if area else Words(area_code, area_code)
        raise Refusal((worded(NOT_SERVED, area=name),))
    return office.id


def correct(case_id: UUID, matter_key: str, area_code: str, at: datetime) -> None:
    """Correct the matter or the place of a case that is not filed yet; empty leaves as it is."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if area_code and area_code != area_now(case.area_code, case.pk):
        _give_place(case, area_of(Report(case.matter_key, case.text, area_code=area_code), at))
    if matter_key and matter_key != case.matter_key:
        catalogue = current()
        matter = require_admitted(catalogue=catalogue, on=local_day(at, ZONE), matter_key=matter_key)
        case.matter_key, case.edition = matter.key, catalogue.version
        # Never from private to public: the words were written for a few, perhaps about a home.
        case.public = case.public and matter.public
        if not case.public:
            withdraw(case)
    case.save()


def _give_place(case: Case, area_code: str) -> None:
    """Another place than the one where the case lies, which its history keeps: an area may be cut and live on.

    From now on it is what was said, not the point, that tells in which part of such an area the case lies.
    """
    held = codes_held({case.pk: case.area_code})[case.pk]
    if held != case.area_code:
        case.area_code = held
        case.save(update_fields=["area_code"])
    case.area_code = area_code
    case.supervision_office_id = _supervision_of(area_code)
    unplace([case.pk, *([case.contact_id] if case.contact_id else [])], area_code)
    unpin(case)
