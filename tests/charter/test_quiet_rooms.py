"""Charter 3, 13 and 14 in the quiet rooms: each deed and look leaves one entry, which says nothing of what was said.

All deeds and looks of complaints and mediation are done once, from the first word to the destruction of the last; the
parties read who looked; and consent is given, undone and declined without the mediator.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from gridcommons.access.deeds import REGISTRY
from gridcommons.access.queries import who_looked
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases import actions as cases
from gridcommons.cases.complaints import actions as complaints
from gridcommons.cases.complaints import queries as reviewed
from gridcommons.cases.complaints.actions import NewComplaint
from gridcommons.cases.complaints.keys import holder, voice_key
from gridcommons.cases.complaints.tasks import JOB as REVIEWING
from gridcommons.cases.mediation import actions as mediation
from gridcommons.cases.mediation import queries as mediated
from gridcommons.cases.mediation.keys import holder as party
from gridcommons.cases.mediation.keys import side_key
from gridcommons.cases.mediation.rules import Promised
from gridcommons.cases.mediation.tasks import JOB as MEDIATING
from gridcommons.kit.errors import Refusal
from gridcommons.people.contacts import Contact
from quiet_town import (
    NAMES,
    OWN_B,
    PHONES,
    QUIET,
    QUIET_LOOKS,
    SAID,
    TOLD,
    Quiet,
    about_worker,
    dispute,
    office,
)
from town import AT, TOWNSHIP
from web.office_town import report, to_dispatched

LATER = AT + timedelta(days=1)
LONG = AT + timedelta(days=2_000)
REASONS = "查看了走访记录和证人笔录，情况属实，已督促改正。"
TEXT, WHAT, WHERE = "甲方拆墙，乙方补偿。", "拆除越界院墙", "村委会二楼谈心室"
WORDS = (SAID, TOLD, *NAMES, *PHONES, REASONS, TEXT, WHAT, WHERE)


def entries() -> list[dict[str, Any]]:
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT body FROM access_ledgerdetail ORDER BY entry")
        return [json.loads(body) for (body,) in cursor.fetchall()]


class Diary:
    """Does deeds and looks, and sees that each leaves one entry of its own."""

    def __init__(self) -> None:
        self.done: set[str] = set()

    def do(self, key: str, act: Callable[[], Any], within: tuple[str, ...] = ()) -> Any:
        before = len(entries())
        result = act()
        assert sorted(one["what"] for one in entries()[before:]) == sorted([key, *within])
        self.done.add(key)
        return result


def of_complaints(quiet: Quiet, do: Callable[..., Any]) -> str:
    """A complaint from the first word to the second instance; returns its code."""
    by, at = quiet.reviewer, LATER
    new = NewComplaint(about_worker(quiet), SAID, Contact(name=NAMES[0], phone=PHONES[0]))
    made = do("complaint.file", lambda: complaints.file_complaint(complaint=new, by=quiet.public, at=AT))
    row, me = {"complaint_id": made.id}, holder(made.code)
    do("look.complaints", lambda: reviewed.complaints(ended=False, viewer=by, at=at))
    do("complaint.take_on", lambda: complaints.take_on(**row, by=by, at=at))
    do("look.complaint", lambda: reviewed.complaint_page(**row, viewer=by, at=at))
    do("look.complainant", lambda: reviewed.complainant_contact(**row, viewer=by, at=at))
    do("complaint.let_ask", lambda: complaints.let_ask(**row, may_ask=True, by=me, at=at))
    do("complaint.ask", lambda: complaints.ask(**row, question=REASONS, by=by, at=at))
    found = do("look.questions", lambda: reviewed.questions_to_us(viewer=quiet.supervisor, at=at))
    do("complaint.reply", lambda: complaints.reply(question_id=found[0].id, text=REASONS, by=quiet.supervisor, at=at))
    facts = row | {"outcome": "upheld", "reasons": REASONS}
    do("complaint.answer", lambda: complaints.answer(**facts, by=by, at=at))
    do("look.own_complaint", lambda: reviewed.own_complaint(code=made.code, viewer=me, at=at))
    do("complaint.appeal", lambda: complaints.appeal(**row, reason=REASONS, by=me, at=at))
    do("complaint.recuse", lambda: complaints.recuse(**row, reason=REASONS, by=quiet.city_reviewer, at=at))
    do("complaint.withdraw", lambda: complaints.withdraw(**row, by=me, at=at))
    do("complaint.escalate", lambda: complaints.escalate(by=REVIEWING, at=at))
    do("complaint.tally", lambda: complaints.tally(today=date(2027, 1, 1), by=REVIEWING, at=at))
    return str(made.code)


def of_mediation(quiet: Quiet, do: Callable[..., Any]) -> str:
    """A mediation from the request to its end; returns the first party's code."""
    by, at = quiet.mediator, LATER
    made = do("mediation.request", lambda: mediation.request_mediation(new=dispute(), by=quiet.public, at=AT))
    row, one, other = {"mediation_id": made.id}, party(made.code), party(OWN_B)
    do("look.mediations", lambda: mediated.mediations(ended=False, viewer=by, at=at))
    do("mediation.take_on", lambda: mediation.take_on(**row, declared=True, by=by, at=at))
    code = do("mediation.invite", lambda: mediation.invite(**row, letter="b", by=by, at=at)).code
    do("mediation.enter", lambda: mediation.enter(code=code, own_code=OWN_B, by=party(code, OWN_B), at=at))
    do("mediation.object", lambda: mediation.ask_for_another(**row, by=other, at=at))
    by = quiet.other_mediator
    do("mediation.take_on", lambda: mediation.take_on(**row, declared=True, by=by, at=at))
    do("mediation.consent", lambda: mediation.consent(**row, wants=True, by=other, at=at))
    facts = row | {"letter": "a", "about": "consent", "present": NAMES[1]}
    do("mediation.paper", lambda: mediation.record_paper(**facts, by=by, at=at))
    do("mediation.meet", lambda: mediation.set_meeting(**row, when=at, where=WHERE, by=by, at=at))
    promises = (Promised(date(2026, 11, 20), "a", WHAT),)
    do("mediation.draft", lambda: mediation.draft(**row, text=TEXT, promises=promises, by=by, at=at))
    for who in (one, other):
        do("mediation.agree", lambda who=who: mediation.agree(**row, version=1, by=who, at=at))
    page = do("look.mediation", lambda: mediated.mediation_page(**row, viewer=by, at=at))
    kept = row | {"promise_id": page.promises[0].id, "kept": True}
    do("mediation.tell", lambda: mediation.tell_kept(**kept, by=other, at=at))
    do("mediation.perform", lambda: mediation.record_kept(**kept, by=by, at=at))
    do("mediation.close", lambda: mediation.close(**row, outcome="performed", by=by, at=at))
    do("look.own_mediation", lambda: mediated.own_mediation(code=made.code, viewer=one, at=at))
    return str(made.code)


def of_desk_and_jobs(quiet: Quiet, do: Callable[..., Any]) -> None:
    """What a mediator opens, what an office hands over, what the program does by itself."""
    own = office(TOWNSHIP, "mediation").id
    facts = {"new": dispute(), "office_id": own, "declared": True}
    made = do("mediation.open", lambda: mediation.open_mediation(**facts, by=quiet.mediator, at=LATER))
    do("mediation.step_back", lambda: mediation.step_back(mediation_id=made.pk, by=quiet.mediator, at=LATER))
    do("mediation.remind", lambda: mediation.remind(today=LATER.date(), by=MEDIATING, at=LATER))
    case = report(quiet.town, matter_key="dispute_mediation", text="吵架")
    to_dispatched(quiet.town, case.case_id)
    cases.accept(case_id=case.case_id, by=quiet.handler, at=LATER)
    facts = {"case_id": case.case_id, "new": dispute(), "told": True}
    handed = lambda: mediation.hand_over(**facts, by=quiet.handler, at=LATER)  # noqa: E731 - as all deeds here
    do("mediation.hand_over", handed, within=("case.feed_back",))
    do("mediation.tally", lambda: mediation.tally(today=date(2027, 1, 1), by=MEDIATING, at=LATER))
    do("mediation.forget", lambda: mediation.forget(by=MEDIATING, at=LONG))
    do("complaint.forget", lambda: complaints.forget(by=REVIEWING, at=LONG))


def test_every_deed_and_look_leaves_one_entry_without_a_word_or_a_place(quiet: Quiet) -> None:
    diary, before = Diary(), len(entries())
    of_complaints(quiet, diary.do)
    of_mediation(quiet, diary.do)
    of_desk_and_jobs(quiet, diary.do)
    assert diary.done == {key for key in REGISTRY if key.startswith(QUIET)} | QUIET_LOOKS
    own = [one for one in entries()[before:] if one["what"].startswith(QUIET) or one["what"] in QUIET_LOOKS]
    assert {one["area"] for one in own} == {""}
    assert [one for one in own for word in WORDS if word in json.dumps(one, ensure_ascii=False)] == []
    assert not [one for one in own for key in one["subjects"] if key.startswith(("user:", "office:", "case:"))]


def test_the_complainant_reads_who_looked_by_the_code_alone(quiet: Quiet) -> None:
    code = of_complaints(quiet, Diary().do)
    looks = who_looked(about=voice_key(code), viewer=holder(code), at=LATER, by_others=True)
    assert {one.what for one in looks} == {"look.complaints", "look.complaint", "look.complainant"}
    assert {one.by for one in looks} == {quiet.reviewer.key}
    assert {one.purpose for one in looks} == {"review"}


def test_the_parties_read_who_looked_by_their_codes(quiet: Quiet) -> None:
    code = of_mediation(quiet, Diary().do)
    for one in (code, OWN_B):
        looks = who_looked(about=side_key(one), viewer=party(one), at=LATER, by_others=True)
        assert "look.mediation" in {look.what for look in looks}


@pytest.mark.parametrize("purpose", ["", "service", "audit", "administration", "curiosity", "operation", "own_case"])
def test_another_purpose_opens_nothing(quiet: Quiet, purpose: str) -> None:
    new = NewComplaint(about_worker(quiet), SAID)
    made = complaints.file_complaint(complaint=new, by=quiet.public, at=AT)
    with pytest.raises(Refusal) as refused:
        reviewed.complaint_page(complaint_id=made.id, viewer=quiet.reviewer, at=LATER, purpose=purpose)
    assert refused.value.code == "access.no_purpose"
