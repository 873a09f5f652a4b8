"""Rooms of two persons and rooms apart: break-glass, exports, a link to a department's system, complaints, mediation.

Codes of complainants and parties are made and forgotten here: no list and no log shows them.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.glass import actions as glass
from gridcommons.access.glass.queries import glasses
from gridcommons.access.handout import actions as handout
from gridcommons.access.handout.queries import handouts
from gridcommons.access.queries import office_at
from gridcommons.access.rules import BREAK_GLASS, PUBLIC, Viewer
from gridcommons.cases.beyond.queries import bound_of
from gridcommons.cases.codes import tracking_code
from gridcommons.cases.complaints import actions as complaints
from gridcommons.cases.complaints.queries import complaints as heard
from gridcommons.cases.complaints.subjects import Choice
from gridcommons.cases.mediation import actions as mediation
from gridcommons.cases.mediation.keys import holder
from gridcommons.cases.mediation.opening import NewMediation
from gridcommons.cases.mediation.queries import mediations
from gridcommons.cases.opening import Reported
from gridcommons.cases.partners import actions as partners
from gridcommons.cases.partners.acting import viewer_for
from gridcommons.cases.partners.delivery import understand_new
from gridcommons.cases.partners.queries import links_for
from gridcommons.cases.partners.terms import clean_terms
from gridcommons.cases.queries import Filter, case_page, queue
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.people.contacts import Contact
from gridcommons.people.identity import synthetic_phone
from gridcommons.rehearsal.rooms import JOB, Room, Stage, texts
from gridcommons.rehearsal.rooms_of_work import reported, sent_on, spot_of
from gridcommons.territory.queries import below

_PHONES: Final = 890_000
_SYSTEM: Final = "urban_management"
_FIELDS: Final = ("number", "matter", "matter_name", "state_name", "area_name", "dispatched_at", "due_at")


def _glass(stage: Stage) -> None:
    """Asked for at night, opened by the duty office, ended early, answered for by the auditor the day after."""
    said, by, second = texts()["glass"], stage.who("supervisor"), stage.who("second")
    reviewed = stage.ago(days=1)
    asked_at = stage.night(before=reviewed)
    other = below(stage.county, "township")[1].code
    row = glass.ask(area_code=other, reason=said["reason"], stated="service", by=by, at=asked_at)
    one: dict[str, Any] = {"glass_id": row.pk}
    glass.confirm(by=second, at=asked_at + timedelta(minutes=6), **one)
    _read(stage.who("supervisor"), other, asked_at + timedelta(minutes=9))
    glass.end(by=stage.who("supervisor"), at=asked_at + timedelta(minutes=50), **one)
    glass.review(right=True, answer=said["answer"], by=stage.who("auditor"), at=reviewed, **one)


def _read(reader: Viewer, area: str, at: datetime) -> None:
    """The list of the place without words, and the newest case on it."""
    page = queue(wanted=Filter(area_code=area), viewer=reader, at=at, order="new", purpose=BREAK_GLASS)
    for row in page.rows[:1]:
        case_page(case_id=row.id, viewer=reader, at=at + timedelta(minutes=2), purpose=BREAK_GLASS)


def _handout(stage: Stage) -> None:
    """One export was confirmed by the second person and taken; another one waits for their word."""
    said, by, second = texts()["handout"], stage.who("dispatcher"), stage.who("second")
    made = handout.ask(
        kind="queue",
        bound=bound_of(Filter(states=("closed",)), "new"),
        reason=said["reason"],
        by=by,
        at=stage.ago(days=3),
    )
    handout.confirm(handout_id=made.pk, by=second, at=stage.ago(days=2.9))
    handout.take(handout_id=made.pk, by=by, at=stage.ago(days=2.8))
    bound = bound_of(Filter(matter_key="street_lamps"), "new")
    handout.ask(kind="queue", bound=bound, reason=said["waiting"], by=by, at=stage.ago(minutes=80))


def _link(stage: Stage) -> None:
    """A link by files: agreed by two, some cases over it, receipts back, one event without a code over there."""
    said = texts()["link"]
    terms = clean_terms(
        name=said["name"], way="export", url="", form="csv", fields=_FIELDS, acts=("accept", "send_back", "feed_back"),
        mapping=said["mapping"],
    )  # fmt: skip
    office = office_at(stage.county, _SYSTEM)
    link = partners.draft(
        office_id=office.id, terms=terms, reason=said["reason"], by=stage.who("county"), at=stage.ago(minutes=75)
    )
    link = partners.confirm(link_id=link.pk, edition=1, by=stage.who("second"), at=stage.ago(minutes=70))
    sent = [_over(stage, row, number) for number, row in enumerate(said["cases"])]
    try:
        at = stage.hears([one.case_id for one in sent])
    except Refusal:
        partners.end(link_id=link.pk, by=stage.who("county"), at=stage.now)  # so that another filling begins anew
        raise
    me = viewer_for(link)
    partners.make_file(link_id=link.pk, by=me, at=at)
    for case, row in zip(sent, said["cases"], strict=True):
        if row["says"]:
            _receipt(link.pk, me, case.number, row, at)
    understand_new(JOB, at)


def _over(stage: Stage, row: dict[str, str], number: int) -> Reported:
    when = stage.ago(minutes=66), stage.ago(minutes=46)
    case = reported(stage, row["matter"], row["text"], when, spot_of(stage, (0.2 + number / 6, 0.5)))
    sent_on(stage, case.case_id, _SYSTEM, stage.ago(minutes=40))
    return case


def _receipt(link: UUID, me: Viewer, number: str, row: dict[str, str], at: datetime) -> None:
    said = {"event_id": f"ZF-{number}", "number": number, "status": row["says"], "note": row["note"]}
    raw = json.dumps(said | {"at": at.isoformat()}, ensure_ascii=False)
    partners.arrive(link_id=link, raw=raw, event_id="", by=me, at=at)


def _complaints(stage: Stage) -> None:
    """Two complaints by nobody in particular: one under review with the office asked, one that waits."""
    first, second = texts()["complaint"]
    made = _filed(stage, first, days=6, may_ask=True)
    one: dict[str, Any] = {"complaint_id": made, "by": stage.who("reviewer")}
    complaints.take_on(at=stage.ago(days=5), **one)
    complaints.ask(question=first["question"], at=stage.ago(days=1), **one)
    _filed(stage, second, days=1, may_ask=False)


def _filed(stage: Stage, said: dict[str, str], *, days: int, may_ask: bool) -> UUID:
    choice = Choice(stage.grid, office_key=f"{stage.township}:{said['about']}")
    contact = Contact(name="演示居民", phone=synthetic_phone(_PHONES + days))
    new = complaints.NewComplaint(choice, said["text"], contact, may_ask)
    return complaints.file_complaint(complaint=new, by=PUBLIC, at=stage.ago(days=days)).id


def _mediation(stage: Stage) -> None:
    """One mediation with both parties' consent and a meeting to come, another one that waits for a mediator."""
    said, by = texts()["mediation"], stage.who("mediator")
    made = _requested(stage, said["subject"], said["words"], 0, days=5)
    one: dict[str, Any] = {"mediation_id": made.id}
    mediation.take_on(declared=True, by=by, at=stage.ago(days=4.5), **one)
    letter = mediation.invite(letter="b", by=by, at=stage.ago(days=4), **one).code
    own = tracking_code()
    mediation.enter(code=letter, own_code=own, by=holder(letter, own), at=stage.ago(days=3))
    for code in (made.code, own):
        mediation.consent(wants=True, by=holder(code), at=stage.ago(days=2.5), **one)
    when = (stage.now + timedelta(days=2)).replace(hour=1, minute=30, second=0, microsecond=0)
    mediation.set_meeting(when=when, where=said["where"], note=said["note"], by=by, at=stage.ago(days=1), **one)
    _requested(stage, said["other_subject"], said["other_words"], 2, days=1)


def _requested(stage: Stage, subject: str, words: str, number: int, *, days: int) -> mediation.Coded:
    one, other = (
        Contact(name=f"演示居民{name}", phone=synthetic_phone(_PHONES + 50 + number + place))
        for place, name in enumerate("甲乙" if not number else "丙丁")
    )
    new = NewMediation(subject, stage.village, (one, other), words)
    return mediation.request_mediation(new=new, by=PUBLIC, at=stage.ago(days=days))


def _is_read(stage: Stage) -> bool:
    return bool(glasses(viewer=stage.who("auditor"), at=stage.now, purpose="audit"))


def _is_exported(stage: Stage) -> bool:
    return bool(handouts(viewer=stage.who("auditor"), at=stage.now, purpose="audit"))


def _is_linked(stage: Stage) -> bool:
    return any(link.state != "ended" for link in links_for(stage.who("county"), stage.now))


def _is_heard(stage: Stage) -> bool:
    return heard(ended=False, viewer=stage.who("reviewer"), at=stage.now).total > 0


def _is_mediated(stage: Stage) -> bool:
    return mediations(ended=False, viewer=stage.who("mediator"), at=stage.now).total > 0


ROOMS: Final = (
    Room(Words("应急查看", "break-glass"), _is_read, _glass),
    Room(Words("导出", "exports"), _is_exported, _handout),
    Room(
        Words("部门系统对接", "links to departments' systems"),
        _is_linked,
        _link,
        at_once=False,
    ),
    Room(Words("投诉", "complaints"), _is_heard, _complaints),
    Room(Words("调解", "mediation"), _is_mediated, _mediation),
)
