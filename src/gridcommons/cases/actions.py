"""Writes of cases: the seven steps, each a deed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from gridcommons.access.deeds import deed
from gridcommons.access.queries import find_office, office_at, offices
from gridcommons.access.rules import Place, Viewer, require
from gridcommons.cases.casting import actors, file_by, person_of
from gridcommons.cases.codes import ZONE, case_number, digest_of, track_key, tracking_code
from gridcommons.cases.filing import (
    MOST_PHOTOS,
    PHOTO_BYTES,
    PHOTO_PIXELS,
    Placed,
    Report,
    area_of,
    checked,
)
from gridcommons.cases.models import Case, Photo, Step
from gridcommons.cases.photos import Photo as Rewritten
from gridcommons.cases.photos import reencode
from gridcommons.cases.publishing import blank, publish, unpin, withdraw
from gridcommons.cases.rules import ActorFacts
from gridcommons.cases.stepping import Moved, first_step, place_of, take
from gridcommons.cases.storing import remove, store
from gridcommons.cases.telling import tell
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import Refusal, refusal_kind, refuse, worded
from gridcommons.kit.ids import uuid7
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.matters.rules import require_admitted
from gridcommons.people.actions import keep_contact
from gridcommons.territory.queries import names_of
from gridcommons.territory.succession import area_now

WORDS_LIFE: Final = timedelta(days=2 * 365)
"""How long after the end of a case its words, places, photos and persons are kept (`Retention.CASE_LIFE`)."""
PHOTO_TOO_LATE = refusal_kind(
    "case.photo_too_late",
    status=409,
    zh="这件事已经结束，不能再添加照片。",
    en="This case has ended; no photo can be added any more.",
)
NOT_SERVED = refusal_kind(
    "area.not_served",
    status=422,
    zh="本平台不受理“{area_zh}”的事项，没有任何内容被保存；请拨打当地12345，或向当地乡镇反映。",
    en="This house takes no reports for “{area_en}”, and nothing was kept: call 12345 there, or turn to that township.",
)
ELSEWHERE = refusal_kind(
    "case.office_elsewhere",
    status=409,
    zh="不能派给这个单位：只能派给本地或上级的处置单位。",
    en="This office cannot be given the case: only a handling office of this place or of one above it can.",
)
CASE_FULL = refusal_kind(
    "case.photos_full",
    status=409,
    zh="这件事已有{most}张照片，不能再添加。",
    en="This case holds {most} photos already; no more can be added.",
)


@dataclass(frozen=True)
class Reported:
    """What a reporter gets back: the public number, and the code that opens the case to them."""

    case_id: UUID
    number: str
    code: str
    area_code: str


def _anywhere(facts: Mapping[str, Any]) -> Place:
    report: Report = facts["report"]
    return Place(report.area_code)


def _subjects_of_report(result: Reported, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"case:{result.case_id}", track_key(result.code))


def _of_case(facts: Mapping[str, Any]) -> Place:
    return place_of(Case.objects.filter(pk=facts["case_id"]))


def _subjects(result: Case, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    people = (party for party in result.parties if not party.startswith("office:"))
    return (f"case:{result.pk}", *people)


@deed("case.report", on=_anywhere, subjects=_subjects_of_report)
def report_case(*, report: Report, channel: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Reported:
    """Take a report: checked, placed in its grid, numbered; the contact sealed apart. No account is needed."""
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
    case = _new_case(report, placed, code=code, case_id=case_id, channel=channel, parties=parties, at=at)
    case.contact_id = contact_id
    case.save(force_insert=True)
    # Whoever has no duty to find reports as a resident, whatever office they serve.
    actor = staff[0] if staff else ActorFacts(person_of(who), None, frozenset(), True)
    first_step(case, by, by.key if staff else person_of(who), actor, at)
    for photo in placed.photos:
        _keep(case, photo, person_of(who), actor.office is None, at)
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


@deed("case.settle", on=_of_case, subjects=_subjects)
def settle(*, case_id: UUID, evidence: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """The worker who found it settled it on the spot; only where the matter allows that."""
    return take(case_id=case_id, action="settle", by=by, at=at, moved=Moved(note=evidence))


@deed("case.file", on=_of_case, subjects=_subjects, keeps=("matter_key", "area_code"))
def file_case(
    *, case_id: UUID, matter_key: str = "", area_code: str = "", note: str = "", by: Viewer, at: datetime,
    purpose: str = "service",
) -> Case:  # fmt: skip
    """File a reported case, with its matter or place corrected where the report was wrong."""
    if area_code:
        # Whoever files must answer for the corrected place as well: nobody moves a case out of their own sight.
        require(by, deed="case.file", place=Place(area_code, personal=True), purpose=purpose, at=at)
    if matter_key or area_code:
        _correct(case_id, matter_key, area_code, at)
    return take(case_id=case_id, action="file", by=by, at=at, moved=Moved(note=note))


def _correct(case_id: UUID, matter_key: str, area_code: str, at: datetime) -> None:
    case = Case.objects.select_for_update().get(pk=case_id)
    if area_code and area_code != area_now(case.area_code, case.pk):
        case.area_code = area_of(Report(case.matter_key, case.text, area_code=area_code), at)
        case.supervision_office_id = _supervision_of(case.area_code)
        unpin(case)
    if matter_key and matter_key != case.matter_key:
        catalogue = current()
        matter = require_admitted(catalogue=catalogue, on=local_day(at, ZONE), matter_key=matter_key)
        case.matter_key, case.edition = matter.key, catalogue.version
        # Never from private to public: the words were written for a few, perhaps about a home.
        case.public = case.public and matter.public
        if not case.public:
            withdraw(case)
    case.save()


@deed("case.void", on=_of_case, subjects=_subjects)
def void(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """Do not file a report, with a reason that the reporter reads."""
    return take(case_id=case_id, action="void", by=by, at=at, moved=Moved(note=reason))


@deed("case.dispatch", on=_of_case, subjects=_subjects, keeps=("to_area", "to_kind"))
def dispatch(
    *, case_id: UUID, to_area: str, to_kind: str, note: str = "", by: Viewer, at: datetime, purpose: str = "service"
) -> Case:
    """Send a case to one responsible office; from now on it is party to the case."""
    office = office_at(to_area, to_kind)
    area_code = area_now(Case.objects.values_list("area_code", flat=True).get(pk=case_id), case_id)
    if office.side != "command" or not within(area_code, (office.area_code,)):
        raise refuse(ELSEWHERE)
    return take(case_id=case_id, action="dispatch", by=by, at=at, moved=Moved(note=note, to_office=office))


@deed("case.accept", on=_of_case, subjects=_subjects)
def accept(*, case_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """The office takes the case in hand."""
    return take(case_id=case_id, action="accept", by=by, at=at, moved=Moved())


@deed("case.send_back", on=_of_case, subjects=_subjects)
def send_back(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """The office sends a case back that is not its own, with reasons."""
    return take(case_id=case_id, action="send_back", by=by, at=at, moved=Moved(note=reason))


@deed("case.pass_on", on=_of_case, subjects=_subjects)
def pass_on(*, case_id: UUID, note: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """The office did its part; another has to go on."""
    return take(case_id=case_id, action="pass_on", by=by, at=at, moved=Moved(note=note))


@deed("case.feed_back", on=_of_case, subjects=_subjects)
def feed_back(*, case_id: UUID, evidence: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """The office says what it did; somebody else will check."""
    return take(case_id=case_id, action="feed_back", by=by, at=at, moved=Moved(note=evidence))


@deed("case.rework", on=_of_case, subjects=_subjects)
def rework(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "verification") -> Case:
    """The check failed; the office has to do it again."""
    return take(case_id=case_id, action="rework", by=by, at=at, moved=Moved(note=reason))


@deed("case.close", on=_of_case, subjects=_subjects)
def close(*, case_id: UUID, check: str, by: Viewer, at: datetime, purpose: str = "verification") -> Case:
    """Somebody who did not handle it went and saw that it is done."""
    return take(case_id=case_id, action="close", by=by, at=at, moved=Moved(note=check))


@deed("case.confirm", on=_of_case, subjects=_subjects)
def confirm(*, case_id: UUID, by: Viewer, at: datetime, purpose: str = "own_case") -> Case:
    """The reporter agrees that it is settled."""
    return take(case_id=case_id, action="confirm", by=by, at=at, moved=Moved())


@deed("case.reopen", on=_of_case, subjects=_subjects)
def reopen(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Case:
    """The reporter says that it is not settled; it goes back to the dispatcher."""
    return take(case_id=case_id, action="reopen", by=by, at=at, moved=Moved(note=reason))


def _subjects_of_photo(result: Photo, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"photo:{result.pk}", *_subjects(result.case, _facts))


@deed("case.add_photo", on=_of_case, subjects=_subjects_of_photo)
def add_photo(*, case_id: UUID, data: bytes, by: Viewer, at: datetime, purpose: str = "service") -> Photo:
    """Add a photo as evidence, written anew without what the camera knew."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.ended_at is not None:
        raise refuse(PHOTO_TOO_LATE)
    if case.photos.count() >= MOST_PHOTOS * 3:
        raise refuse(CASE_FULL, most=MOST_PHOTOS * 3)
    picture = reencode(data, max_bytes=PHOTO_BYTES, max_pixels=PHOTO_PIXELS)
    return _keep(case, picture, person_of(by), False, at)


def _keep(case: Case, picture: Rewritten, by_key: str, by_reporter: bool, at: datetime) -> Photo:
    path = store(picture.jpeg_bytes, picture.sha256)
    return Photo.objects.create(
        case=case, sha256=bytes.fromhex(picture.sha256), path=path, width=picture.width, height=picture.height, at=at,
        by_key=by_key, duty="reporter" if by_reporter else "staff",
    )  # fmt: skip


@deed("case.forget")
def forget_words(*, most: int = 500, by: Viewer, at: datetime, purpose: str = "operation") -> list[Case]:
    """Remove words, places, photos and persons of cases that ended two years ago; numbers, steps and counts remain."""
    old = Case.objects.filter(ended_at__lte=at - WORDS_LIFE).exclude(text="").order_by("ended_at")
    cases = list(old.select_for_update(skip_locked=True)[:most])
    for case in cases:
        case.text, case.address, case.lon, case.lat, case.contact_id = "", "", None, None, None
        case.parties = [party for party in case.parties if party.startswith("office:")]
    Case.objects.bulk_update(cases, ["text", "address", "lon", "lat", "contact", "parties"])
    Step.objects.filter(case__in=cases).exclude(note="").update(note="")
    photos = Photo.objects.filter(case__in=cases)
    paths = set(photos.values_list("path", flat=True))
    photos.delete()
    paths -= set(Photo.objects.filter(path__in=paths).values_list("path", flat=True))
    blank([case.number for case in cases])
    for path in paths:
        transaction.on_commit(partial(remove, path))
    return cases
