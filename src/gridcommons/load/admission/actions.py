"""Writes of admission: proposals, their amending and withdrawing, the three reviews, the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import Refusal, refuse, require_none, worded
from gridcommons.load.admission import refusals as say
from gridcommons.load.admission.forms import Judged, ReadWorkbook, judge
from gridcommons.load.admission.models import Decision, Proposal, Review
from gridcommons.load.admission.queries import standing_of
from gridcommons.load.admission.rules import (
    BECOMES,
    DECIDER,
    DESKS,
    MOST_A_YEAR,
    PROPOSER,
    ROLE_OF,
    STATES,
    against_decision,
    against_end_day,
    against_review,
)
from gridcommons.load.admission.telling import tell_desks, tell_of_decision, tell_of_review, tell_of_withdrawal
from gridcommons.load.admission.weighing import Weighed, weigh
from gridcommons.load.ceiling.rules import FORM
from gridcommons.matters.actions import admit as admit_matter
from gridcommons.matters.actions import switch_matter
from gridcommons.matters.adapting import ADMITTED, adapted
from gridcommons.matters.linting.knowing import Known
from gridcommons.matters.queries import changes_in_force, current
from gridcommons.territory.succession import ZONE

_REASON: Final = 500
_LOCK: Final = 0x61646D69
_SHORTEST: Final = timedelta(days=1)
OPEN_STATES: Final = ("proposed", "piloted", "admitted")


def _of_county(facts: Mapping[str, Any]) -> Place:
    if CHINA.level_of(facts["area_code"]).key != "county":
        raise refuse(say.NOT_A_COUNTY)
    return Place(facts["area_code"])


def _of_proposal(facts: Mapping[str, Any]) -> Place:
    code = Proposal.objects.filter(pk=facts["proposal_id"]).values_list("area_code", flat=True).first()
    if code is None:
        raise refuse(say.UNKNOWN)
    return Place(code)


def _one_at_a_time() -> None:
    """Two proposals may each keep to the ceiling and pass it together: each has to see what the other takes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


def _office_as(by: Viewer, role: str, area_code: str, at: datetime) -> UUID:
    """The office in whose name somebody acts in a role here."""
    held = [
        grant for one, grant in by.roles_at(at) if one.key == role and grant is not None and grant.covers(area_code)
    ]
    office = next((grant.office_id for grant in held if grant.office_id), None)
    if office is None:
        raise refuse(say.NO_OFFICE)
    return office


def _held(proposal_id: UUID) -> Proposal:
    return Proposal.objects.select_for_update().get(pk=proposal_id)


def _said(reason: str) -> str:
    text = clean_text(reason, limit=_REASON)
    if not text:
        raise refuse(say.NO_REASON)
    return text


def _day(at: datetime) -> date:
    return local_day(at, ZONE)


# --- Proposing ------------------------------------------------------------------------------------------------------


@deed("admission.propose_matter", on=_of_county, keeps=("area_code", "key"))
def propose_matter(
    *, area_code: str, key: str, entry: Mapping[str, Any], per_year: int, reason: str, drops: Sequence[str] = (),
    by: Viewer, at: datetime, purpose: str = "admission",
) -> Proposal:  # fmt: skip
    """Propose a matter of the county's own; refuses what the rules of the list refuse, or that there is no time for.

    `entry` is the matter as the files of the list write one. `drops`: matters that end in the same act.
    """
    _one_at_a_time()
    proposal = Proposal(kind="matter", key=key, area_code=area_code, state="proposed", proposed_by=by.key)
    proposal.office_id = _office_as(by, PROPOSER, area_code, at)
    if key in current():
        raise refuse(say.TAKEN, key=key[:60])
    _take_entry(proposal, entry)
    return _hand_in(proposal, per_year, reason, drops, at)


def _take_entry(proposal: Proposal, entry: Mapping[str, Any]) -> None:
    """Keep a matter's entry, read by the same rules as the shipped list."""
    catalogue = adapted({**changes_in_force(), proposal.key: {ADMITTED: dict(entry)}})
    matter = catalogue.get(proposal.key)
    proposal.entry = dict(entry)
    proposal.name_zh, proposal.name_en = matter.name.zh, matter.name.en
    proposal.matter_class, proposal.minutes = matter.matter_class.value, matter.minutes


@deed("admission.propose_form", on=_of_county, keeps=("area_code", "key", "matter_key"))
def propose_form(
    *, area_code: str, key: str, matter_key: str, name_zh: str, name_en: str, workbook: bytes, workbook_name: str,
    form: ReadWorkbook, known: Known, per_year: int, reason: str, drops: Sequence[str] = (), by: Viewer, at: datetime,
    purpose: str = "admission",
) -> Proposal:  # fmt: skip
    """Propose a form for an admitted matter; refuses what the linter refuses, row by row, and what has no time.

    `form`: what the reader of workbooks says of these very bytes; `known`: the facts that are known already.
    """
    _one_at_a_time()
    catalogue = current()
    matter = catalogue.get(matter_key) if matter_key in catalogue else None
    if matter is None or not matter.for_grid or not matter.valid_from <= _day(at) <= matter.review_date:
        raise refuse(say.NO_MATTER, key=matter_key[:60])
    proposal = Proposal(
        kind="form", key=key, matter_key=matter_key, area_code=area_code, state="proposed", proposed_by=by.key,
        name_zh=clean_text(name_zh, limit=120) or key, name_en=clean_text(name_en, limit=160) or key,
        matter_class=matter.matter_class.value,
    )  # fmt: skip
    proposal.office_id = _office_as(by, PROPOSER, area_code, at)
    _take_form(proposal, workbook, workbook_name, judge(workbook, form, known), form.sha256)
    return _hand_in(proposal, per_year, reason, drops, at)


def _take_form(proposal: Proposal, workbook: bytes, name: str, judged: Judged, sha256: str) -> None:
    proposal.workbook, proposal.workbook_name, proposal.sha256 = workbook, name[:120], sha256
    proposal.questions, proposal.findings, proposal.minutes = judged.questions, judged.findings, judged.minutes


def _hand_in(proposal: Proposal, per_year: int, reason: str, drops: Sequence[str], at: datetime) -> Proposal:
    if not 1 <= per_year <= MOST_A_YEAR:
        raise refuse(say.BAD_FIGURES, most=MOST_A_YEAR)
    taken = Proposal.objects.filter(
        area_code=proposal.area_code,
        kind=proposal.kind,
        key=proposal.key,
        state__in=["proposed", "piloted", "admitted"],
    )
    if taken.exclude(pk=proposal.pk).exists():
        raise refuse(say.TAKEN, key=proposal.key[:60])
    proposal.per_year, proposal.reason, proposal.drops = per_year, _said(reason), list(dict.fromkeys(drops))
    proposal.proposed_at = at
    require_none(weigh(proposal, _day(at), drops=proposal.drops).against)
    proposal.save()
    tell_desks(proposal, at)
    return proposal


@deed("admission.amend", on=_of_proposal)
def amend(
    *, proposal_id: UUID, per_year: int, reason: str, drops: Sequence[str] = (), entry: Mapping[str, Any] | None = None,
    workbook: bytes = b"", workbook_name: str = "", form: ReadWorkbook | None = None, known: Known | None = None,
    by: Viewer, at: datetime, purpose: str = "admission",
) -> Proposal:  # fmt: skip
    """Change a proposal under review; it becomes a new edition, which all three desks read anew."""
    _one_at_a_time()
    proposal = _own(proposal_id, by, at)
    proposal.edition, proposal.proposed_by = proposal.edition + 1, by.key
    if proposal.kind == "matter" and entry is not None:
        _take_entry(proposal, entry)
    if proposal.kind == "form" and form is not None:
        _take_form(proposal, workbook, workbook_name, judge(workbook, form, known or {}), form.sha256)
    return _hand_in(proposal, per_year, reason, drops, at)


@deed("admission.withdraw", on=_of_proposal, keeps=("reason",))
def withdraw(*, proposal_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "admission") -> Proposal:
    """Take a proposal back that was not decided, with a reason; it stays in the register."""
    proposal = _own(proposal_id, by, at)
    tell_of_withdrawal(proposal, at)
    proposal.state, proposal.withdrawn_said, proposal.withdrawn_at = "withdrawn", _said(reason), at
    proposal.save()
    return proposal


def _own(proposal_id: UUID, by: Viewer, at: datetime) -> Proposal:
    """A proposal under review of the viewer's own office, locked."""
    proposal = _held(proposal_id)
    if _office_as(by, PROPOSER, proposal.area_code, at) != proposal.office_id:
        raise refuse(say.UNKNOWN)
    if proposal.state != "proposed":
        raise Refusal((worded(say.NOT_NOW, state=STATES[proposal.state]),))
    return proposal


# --- Reviewing and deciding -----------------------------------------------------------------------------------------


@deed("admission.review", on=_of_proposal, keeps=("desk", "answer"))
def review(
    *, proposal_id: UUID, desk: str, answer: str, said: str = "", by: Viewer, at: datetime, purpose: str = "admission"
) -> Review:
    """Say for a desk (law, staff council, data protection) whether it agrees; an objection needs its reason."""
    proposal = _held(proposal_id)
    if not any(role.key == ROLE_OF.get(desk) and grant for role, grant in by.roles_at(at)):
        raise Refusal((worded(say.DESK_NOT_HELD, desk=DESKS.get(desk, DESKS["law"])),))
    office = _office_as(by, ROLE_OF[desk], proposal.area_code, at)
    require_none(against_review(standing_of(proposal), desk, by.key, str(office)))
    text = _said(said) if answer != "agrees" else clean_text(said, limit=_REASON)
    done = Review.objects.create(
        proposal=proposal, edition=proposal.edition, desk=desk, answer="agrees" if answer == "agrees" else "objects",
        said=text, office_id=office, at=at, by_key=by.key,
    )  # fmt: skip
    tell_of_review(proposal, done, at)
    return done


@deed("admission.decide", on=_of_proposal, keeps=("answer", "until", "reason", "drops"))
def decide(
    *, proposal_id: UUID, answer: str, until: date | None = None, pilot_area: str = "", reason: str = "",
    drops: Sequence[str] | None = None, by: Viewer, at: datetime, purpose: str = "admission",
) -> Decision:  # fmt: skip
    """Decide: pilot, admit, refuse or end. What is admitted is in the list in the same act, and what is dropped ends.

    The ceiling is asked here once more, one decision at a time; `drops`: instead of those that were proposed.
    """
    _one_at_a_time()
    proposal = _held(proposal_id)
    office = _office_as(by, DECIDER, proposal.area_code, at)
    require_none(against_decision(standing_of(proposal), answer, by.key, str(office)))
    gone = list(dict.fromkeys(_still_to_drop(proposal) if drops is None else drops))
    if answer in ("pilot", "admit"):
        area = _area_of(proposal, answer, pilot_area)
        require_none(against_end_day(answer, until, _day(at)))
        weighed = weigh(proposal, _day(at), drops=gone, areas=(area,) if area != proposal.area_code else ())
        require_none(weighed.against)
        return _taken_in(
            proposal, answer, until, area, clean_text(reason, limit=_REASON), gone, weighed, office, by, at
        )
    return _turned_away(proposal, answer, _said(reason), office, by, at)


def _still_to_drop(proposal: Proposal) -> list[str]:
    """What was proposed to be dropped; a trial has dropped it already."""
    return proposal.drops if proposal.state == "proposed" else []


def _area_of(proposal: Proposal, answer: str, pilot_area: str) -> str:
    area = pilot_area if answer == "pilot" and pilot_area else proposal.area_code
    if not within(area, (proposal.area_code,)) or CHINA.level_of(area).key not in ("county", "township"):
        raise refuse(say.PILOT_AREA)
    return area


def _taken_in(
    proposal: Proposal, answer: str, until: date | None, area: str, reason: str, drops: list[str], weighed: Weighed,
    office: UUID, by: Viewer, at: datetime,
) -> Decision:  # fmt: skip
    """Put what was decided into the list: the matter's entry to its last day, what is dropped to yesterday."""
    assert until is not None
    entry = {**proposal.entry, "review_date": until.isoformat()} if proposal.kind == "matter" else None
    ends = {key: _last_day(key, at) for key in drops if not key.startswith(FORM)}
    if entry is not None or ends:
        key = proposal.key if entry is not None else ""
        admit_matter(admitted_key=key, entry=entry, ends=ends, by=by, at=at, purpose="admission")
    if proposal.kind == "matter":
        _switch(proposal, area, by, at)
    for key in drops:
        if key.startswith(FORM):
            _end_form(proposal.area_code, key.removeprefix(FORM), proposal, office, by, at)
    proposal.state, proposal.until = BECOMES[answer], until
    proposal.pilot_area = area if area != proposal.area_code else ""
    proposal.save()
    return _decided(proposal, answer, area, until, reason, office, by, at, drops=drops, weighed=weighed)


def _switch(proposal: Proposal, area: str, by: Viewer, at: datetime) -> None:
    """A trial in one township is off elsewhere in the county; admission takes that back."""
    own, day = proposal.area_code, _day(at)
    asked = [(own, False), (area, True)] if area != own else [(own, True)] if proposal.pilot_area else []
    for code, is_on in asked:
        switch_matter(
            matter_key=proposal.key, area_code=code, is_on=is_on, since=day, by=by, at=at, purpose="admission",
            reason="" if is_on else "试点期间只在试点乡镇受理 / on trial in one township only",
        )  # fmt: skip
        at += timedelta(microseconds=1)


def _last_day(key: str, at: datetime) -> str:
    """Yesterday: what is dropped takes nothing new from now on; no sooner than the day after it began."""
    return max(_day(at) - _SHORTEST, current().get(key).valid_from + _SHORTEST).isoformat()


def _end_form(area_code: str, key: str, instead: Proposal, office: UUID, by: Viewer, at: datetime) -> None:
    """End a form that another act drops; it stays in the register with what took its place."""
    form = Proposal.objects.select_for_update().get(
        area_code=area_code, kind="form", key=key, state__in=["piloted", "admitted"]
    )
    form.state = "ended"
    form.save()
    _decided(form, "end", area_code, None, f"{instead.name_zh} / {instead.name_en}", office, by, at)


def _turned_away(proposal: Proposal, answer: str, reason: str, office: UUID, by: Viewer, at: datetime) -> Decision:
    if proposal.kind == "matter" and proposal.state in ("piloted", "admitted"):
        admit_matter(ends={proposal.key: _last_day(proposal.key, at)}, by=by, at=at, purpose="admission")
    proposal.state = BECOMES[answer]
    proposal.save()
    return _decided(proposal, answer, proposal.area_code, None, reason, office, by, at)


def _decided(
    proposal: Proposal, answer: str, area: str, until: date | None, reason: str, office: UUID, by: Viewer, at: datetime,
    *, drops: Sequence[str] = (), weighed: Weighed | None = None,
) -> Decision:  # fmt: skip
    decision = Decision.objects.create(
        proposal=proposal, edition=proposal.edition, answer=answer, area_code=area, until=until, reason=reason,
        drops=list(drops), verdict=weighed.verdict.as_dict() if weighed else {}, office_id=office, at=at, by_key=by.key,
    )  # fmt: skip
    tell_of_decision(proposal, answer, at)
    return decision
