"""Writes of cases: the seven steps and what is not simple, each a deed; what they move has files of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer, require
from gridcommons.cases import evidence as photos
from gridcommons.cases.asking import question
from gridcommons.cases.assisting import body_named, contributed, end_parts, involve_office, last_resort, usable
from gridcommons.cases.codes import track_key
from gridcommons.cases.extending import asked_for, granted
from gridcommons.cases.filing import Report
from gridcommons.cases.merging import as_before, follow, merge_into
from gridcommons.cases.models import Case, Photo
from gridcommons.cases.opening import Reported, correct, open_case
from gridcommons.cases.parking import parked, require_due
from gridcommons.cases.publishing import renew_places
from gridcommons.cases.raising import lowered, pressed, raised
from gridcommons.cases.stepping import Moved, place_of, take

__all__ = ["Reported"]


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


@deed("case.report", on=_anywhere, subjects=_subjects_of_report, placed=True)
def report_case(*, report: Report, channel: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Reported:
    """Take a report: checked, placed in its grid, numbered; the contact sealed apart. No account is needed."""
    return open_case(report, channel=channel, by=by, at=at)


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
        correct(case_id, matter_key, area_code, at)
    return take(case_id=case_id, action="file", by=by, at=at, moved=Moved(note=note))


@deed("case.void", on=_of_case, subjects=_subjects)
def void(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """Do not file a report, with a reason that the reporter reads."""
    return take(case_id=case_id, action="void", by=by, at=at, moved=Moved(note=reason))


@deed("case.dispatch", on=_of_case, subjects=_subjects, keeps=("to_area", "to_kind"))
def dispatch(
    *, case_id: UUID, to_area: str, to_kind: str, note: str = "", by: Viewer, at: datetime, purpose: str = "service"
) -> Case:
    """Send a case to one responsible office; from now on it is party to the case."""
    moved = Moved(note=note, to_office=usable(case_id, to_area, to_kind))
    return take(case_id=case_id, action="dispatch", by=by, at=at, moved=moved)


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
def rework(
    *, case_id: UUID, reason: str, seen: str = "", by: Viewer, at: datetime, purpose: str = "verification"
) -> Case:
    """The check failed; the office has to do it again."""
    return take(case_id=case_id, action="rework", by=by, at=at, moved=Moved(note=reason, seen=seen))


@deed("case.attempt", on=_of_case, subjects=_subjects)
def attempt(
    *, case_id: UUID, check: str, seen: str = "", by: Viewer, at: datetime, purpose: str = "verification"
) -> Case:
    """Somebody went and could not check: nobody was there, the place was not found. It waits for another try."""
    return take(case_id=case_id, action="attempt", by=by, at=at, moved=Moved(note=check, seen=seen))


@deed("case.late_check", on=_of_case, subjects=_subjects)
def late_check(*, case_id: UUID, note: str, by: Viewer, at: datetime, purpose: str = "operation") -> Case:
    """Keep beside a case what somebody saw on the spot and could not send before it moved on; it decides nothing."""
    return take(case_id=case_id, action="late_check", by=by, at=at, moved=Moved(note=note))


@deed("case.close", on=_of_case, subjects=_subjects)
def close(
    *, case_id: UUID, check: str, seen: str = "", by: Viewer, at: datetime, purpose: str = "verification"
) -> Case:
    """Somebody who did not handle it went and saw that it is done. `seen`: refused where it has moved on since."""
    case = take(case_id=case_id, action="close", by=by, at=at, moved=Moved(note=check, seen=seen))
    end_parts(case)
    return case


def _is_joined(case_id: UUID) -> bool:
    """Whether a case is joined with another: what its reporter says then is of the joining."""
    return Case.objects.filter(pk=case_id, state="merged").exists()


@deed("case.confirm", on=_of_case, subjects=_subjects)
def confirm(*, case_id: UUID, by: Viewer, at: datetime, purpose: str = "own_case") -> Case:
    """The reporter agrees that it is settled; of a joined case, that the other one settled it."""
    action = "agree" if _is_joined(case_id) else "confirm"
    return take(case_id=case_id, action=action, by=by, at=at, moved=Moved())


@deed("case.reopen", on=_of_case, subjects=_subjects)
def reopen(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Case:
    """The reporter says that it is not settled; it goes back to the dispatcher. A joined case is taken out again."""
    if _is_joined(case_id):
        moved = Moved(note=reason, sets=as_before(case_id, at))
        return take(case_id=case_id, action="leave", by=by, at=at, moved=moved)
    return take(case_id=case_id, action="reopen", by=by, at=at, moved=Moved(note=reason))


@deed("case.still_fine", on=_of_case, subjects=_subjects)
def still_fine(*, case_id: UUID, by: Viewer, at: datetime, purpose: str = "own_case") -> Case:
    """The reporter answers the question after four weeks: it is still in order."""
    return take(case_id=case_id, action="still_fine", by=by, at=at, moved=Moved(sets={"answer": "yes"}))


@deed("case.still_wrong", on=_of_case, subjects=_subjects)
def still_wrong(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "own_case") -> Case:
    """The reporter answers it otherwise, in words; the case is taken up again."""
    return take(case_id=case_id, action="still_wrong", by=by, at=at, moved=Moved(note=reason))


@deed("case.merge", on=_of_case, subjects=_subjects, keeps=("lead",))
def merge(*, case_id: UUID, lead: str, note: str = "", by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """Join a case that was not dispatched yet with another open one of its township; `lead`: its number."""
    return merge_into(case_id, lead, note, by, at)


@deed("case.unmerge", on=_of_case, subjects=_subjects)
def unmerge(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """Take a case out of the joining: it stands where it stood, with the time that was left then."""
    moved = Moved(note=reason, sets=as_before(case_id, at))
    return take(case_id=case_id, action="unmerge", by=by, at=at, moved=moved)


@deed("case.follow_lead", on=_of_case, subjects=_subjects)
def follow_lead(*, case_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Case:
    """Bring a joined case to where the one it is joined with stands now."""
    return follow(case_id, by, at)


@deed("case.ask_extension", on=_of_case, subjects=_subjects, keeps=("until",))
def ask_extension(
    *, case_id: UUID, reason: str, until: date, by: Viewer, at: datetime, purpose: str = "service"
) -> Case:
    """The office in charge asks for more time, once and before the case is due."""
    return take(case_id=case_id, action="ask_extension", by=by, at=at, moved=asked_for(case_id, reason, until))


@deed("case.grant_extension", on=_of_case, subjects=_subjects, keeps=("until",))
def grant_extension(
    *, case_id: UUID, note: str = "", until: date | None = None, by: Viewer, at: datetime, purpose: str = "service"
) -> Case:
    """Grant more time: as it was asked for, or until another day."""
    return take(case_id=case_id, action="grant_extension", by=by, at=at, moved=granted(case_id, note, until))


@deed("case.refuse_extension", on=_of_case, subjects=_subjects)
def refuse_extension(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """Refuse more time, with a reason; the deadline stays."""
    moved = Moved(note=reason, sets={"extension": "refused", "wanted_until": None})
    return take(case_id=case_id, action="refuse_extension", by=by, at=at, moved=moved)


@deed("case.park", on=_of_case, subjects=_subjects, keeps=("owner_area", "owner_kind", "review"))
def park(
    *, case_id: UUID, owner_area: str, owner_kind: str, reason: str, review: date, by: Viewer, at: datetime,
    purpose: str = "service",
) -> Case:  # fmt: skip
    """Park what could not be solved within its limit: with an owner, a reason and a date of review."""
    moved = parked(case_id, usable(case_id, owner_area, owner_kind), reason, review, at)
    return take(case_id=case_id, action="park", by=by, at=at, moved=moved)


@deed("case.unpark", on=_of_case, subjects=_subjects)
def unpark(*, case_id: UUID, note: str = "", by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """End a parking before its date; the case is back with the dispatcher."""
    return take(case_id=case_id, action="unpark", by=by, at=at, moved=Moved(note=note))


@deed("case.review", on=_of_case, subjects=_subjects)
def end_parking(*, case_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Case:
    """The date of review has come: the case is back with the dispatcher."""
    require_due(case_id, at)
    return take(case_id=case_id, action="review_due", by=by, at=at, moved=Moved())


@deed("case.raise", on=_of_case, subjects=_subjects)
def raise_case(*, case_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Case:
    """Raise a case to the next level up, whose office becomes party to it."""
    return take(case_id=case_id, action="raise", by=by, at=at, moved=raised(case_id, at))


def _subjects_of_all(result: list[Case], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"case:{case.pk}" for case in result)


@deed("case.lower", subjects=_subjects_of_all)
def lower_moved(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Case]:
    """Take back the raises whose level is not above the case any more since areas changed."""
    return lowered(by, at)


@deed("case.press", on=_of_case, subjects=_subjects)
def press_filing(*, case_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Case:
    """Tell the desk and the level above that a report was not filed in time; who is told does not become party."""
    return take(case_id=case_id, action="press", by=by, at=at, moved=pressed(case_id, at))


@deed("case.appoint", on=_of_case, subjects=_subjects, keeps=("to_area", "to_kind"))
def appoint(
    *, case_id: UUID, to_area: str, to_kind: str, note: str = "", by: Viewer, at: datetime, purpose: str = "service"
) -> Case:
    """The level that a case was raised to appoints the office in charge, which cannot give it back."""
    sets = {"appointed": True, "raised_at": at}
    moved = Moved(note=note, to_office=usable(case_id, to_area, to_kind), sets=sets)
    return take(case_id=case_id, action="appoint", by=by, at=at, moved=moved)


@deed("case.ask_level", on=_of_case, subjects=_subjects)
def ask_level(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """An appointed office asks the level that appointed it, instead of sending the case back."""
    return take(case_id=case_id, action="ask_level", by=by, at=at, moved=Moved(note=reason))


@deed("case.involve", on=_of_case, subjects=_subjects, keeps=("to_area", "to_kind"))
def involve(
    *, case_id: UUID, to_area: str, to_kind: str, part: str, by: Viewer, at: datetime, purpose: str = "service"
) -> Case:
    """Name an assisting office with its part; it reads the case from now on."""
    return involve_office(case_id, usable(case_id, to_area, to_kind), part, by, at)


@deed("case.contribute", on=_of_case, subjects=_subjects)
def contribute(
    *, case_id: UUID, evidence: str, is_done: bool = False, by: Viewer, at: datetime, purpose: str = "service"
) -> Case:
    """An assisting office says what it did, and perhaps that its part is done."""
    return contributed(case_id, evidence, is_done, by, at)


@deed("case.entrust", on=_of_case, subjects=_subjects)
def entrust(*, case_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """Nobody's remit: the government of the place coordinates and cannot give it back."""
    moved = Moved(note=reason, to_office=last_resort(case_id), sets={"ownerless": True})
    return take(case_id=case_id, action="entrust", by=by, at=at, moved=moved)


@deed("case.name_body", on=_of_case, subjects=_subjects)
def name_body(*, case_id: UUID, body: str, by: Viewer, at: datetime, purpose: str = "service") -> Case:
    """The government that coordinates names the body in charge."""
    return take(case_id=case_id, action="name_body", by=by, at=at, moved=body_named(body))


@deed("case.ask_still", on=_of_case, subjects=_subjects)
def ask_still(*, case_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Case:
    """Ask the reporter, four weeks after the end, whether it is still in order."""
    return take(case_id=case_id, action="ask_still", by=by, at=at, moved=question(case_id, at))


def _subjects_of_photo(result: Photo, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"photo:{result.pk}", *_subjects(result.case, _facts))


@deed("case.add_photo", on=_of_case, subjects=_subjects_of_photo)
def add_photo(*, case_id: UUID, data: bytes, by: Viewer, at: datetime, purpose: str = "service") -> Photo:
    """Add a photo as evidence, written anew without what the camera knew."""
    return photos.add(case_id, data, by, at)


@deed("case.forget")
def forget_words(*, most: int = 500, by: Viewer, at: datetime, purpose: str = "operation") -> list[Case]:
    """Remove words, places, photos and persons of cases that ended two years ago; numbers, steps and counts remain."""
    return photos.forget(most, at)


@deed("case.republish")
def republish_places(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Case]:
    """Say in public rows where their cases lie since areas were divided; returns the cases whose row said otherwise."""
    return renew_places()
