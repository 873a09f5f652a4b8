"""The deeds of collection for the diary of article 14: a form, a phone, what is sent, its repair."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cases.higher import handling
from collection.field_town import READING, admit, draft
from collection.xlsforms import basics
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import feed_back
from gridcommons.cases.codes import ZONE
from gridcommons.collection import actions as collecting
from gridcommons.collection.checks import actions as checks
from gridcommons.collection.checks.queries import CaseSeen, case_seen_offline, checks_on_phone
from gridcommons.collection.checks.rules import Sending
from gridcommons.collection.devices import actions as devices
from gridcommons.collection.devices.queries import PhoneLook, devices_in, own_devices, seen_offline
from gridcommons.collection.forms import actions as forms
from gridcommons.collection.forms.queries import open_forms
from gridcommons.collection.inbox import actions as inbox
from gridcommons.collection.inbox.models import Submission, Unemptied
from gridcommons.collection.inbox.queries import Wanted, inbox_page, own_submission, said_in, submission_page
from gridcommons.collection.inbox.receiving import sent_of
from gridcommons.collection.inbox.rules import BROKEN
from gridcommons.collection.queries import due_now, homes_for_phone, list_for_phone
from gridcommons.collection.visits import actions as visits
from gridcommons.collection.visits.queries import visits_of
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Reason
from gridcommons.kit.ids import uuid7
from gridcommons.lake.store import Lake
from gridcommons.people.homes.actions import add_home
from gridcommons.people.homes.rules import NewHome
from town import AT, COUNTY, NEXT_GRID, Town

Do = Callable[..., Any]
PAPER = (
    '<data id="basics" version="1"><outcome>{outcome}</outcome><more><note>{note}</note></more>'
    "<meta><instanceID>uuid:{number}</instanceID></meta></data>"
)


def of_collection(town: Town, do: Do, said: str) -> None:
    """A form published, a phone, three submissions: understood, corrected, set aside; read again and forgotten."""
    officer: dict[str, Any] = {"by": town.county_officer, "at": AT}
    admit(draft("basics", basics()))
    version = do("form.draft", lambda: forms.draft_form(draft=draft("basics", basics()), **officer))
    do("form.publish", lambda: forms.publish_form(version_id=version.pk, **officer))
    do("form.close", lambda: forms.close_form(form_id=version.form_id, reason="换表", **officer))
    do("form.reopen", lambda: forms.reopen_form(form_id=version.form_id, **officer))
    _of_devices(town, do, officer)
    _of_checks(town, do, said)
    _of_inbox(town, do, said, officer)


def _of_devices(town: Town, do: Do, officer: dict[str, Any]) -> None:
    user = town.next_worker.user_id
    assert user is not None
    one = do("device.make", lambda: devices.make_device(user_id=user, name="手机", **officer))
    own = do("device.make_own", lambda: devices.make_own_device(name="平板", by=town.next_worker, at=AT))
    assert len(own_devices(town.next_worker, AT)) == 2
    assert devices_in(area_code=COUNTY, viewer=town.county_officer, at=AT)
    do("device.open_again", lambda: devices.open_again(key_id=own.id, by=town.next_worker, at=AT))
    do("device.withdraw", lambda: devices.withdraw_device(key_id=one.id, reason="丢失", **officer))
    do("device.release", lambda: devices.release_device(key_id=one.id, **officer))
    do(
        "device.withdraw_own",
        lambda: devices.withdraw_own_device(key_id=own.id, reason="换手机", by=town.next_worker, at=AT),
    )


def _of_checks(town: Town, do: Do, said: str) -> None:
    """A case on a phone: a try that failed, then a result that comes late and is kept beside it; old ones go."""
    case, late_on = handling(town, AT).case_id, AT + timedelta(hours=2)
    feed_back(case_id=case, evidence="灯泡已更换", by=town.handler, at=AT + timedelta(hours=1))
    one = devices.make_own_device(name="手机", by=town.worker, at=AT)
    phone: dict[str, Any] = {"device_id": one.id, "told": lambda held: held.seen, "viewer": town.worker}
    held = next(found for found in checks_on_phone(at=late_on, most=9, **phone).rows if found.row.id == case)
    sent: dict[str, Any] = {"device_id": one.id, "by": town.worker, "at": late_on}
    tried = Sending(uuid7(), case, "no_access", said, held.seen, AT.date())
    do("check.send", lambda: checks.send_check(check=tried, **sent), within=("case.attempt",))
    late = Sending(uuid7(), case, "done", said, held.seen, AT.date(), late=True)
    row = do("check.send", lambda: checks.send_check(check=late, **sent)).pk
    job: dict[str, Any] = {"by": program("checks"), "at": late_on}
    do("check.carry", lambda: checks.carry_late(check_id=row, **job), within=("case.late_check",))
    seen = CaseSeen(uuid7(), case, AT.date())
    looking: dict[str, Any] = {"viewer": town.worker, "at": AT, "device_id": one.id}
    assert case_seen_offline(seen=seen, grace=timedelta(days=7), **looking) == seen
    gone = {"by": program("checks"), "at": AT + timedelta(days=76)}
    assert do("check.forget", lambda: checks.forget_checks(**gone)) >= 3


def _of_inbox(town: Town, do: Do, said: str, officer: dict[str, Any]) -> None:
    reading: dict[str, Any] = {"by": READING, "at": AT}
    desk: dict[str, Any] = {"by": town.supervisor, "at": AT}
    held = []
    for number in range(3):
        sent = sent_of(PAPER.format(outcome="done", note=said, number=number).encode(), {})
        taken = do("inbox.receive", lambda sent=sent: inbox.receive(sent=sent, by=town.next_worker, at=AT))
        held.append(taken.submission_id)
    one, other, third = held
    more = [sent_of(PAPER.format(outcome="done", note=said, number=number).encode(), {}) for number in (7, 8)]
    phone = do("device.make_own", lambda: devices.make_own_device(name="手机", by=town.next_worker, at=AT))
    by_phone: dict[str, Any] = {"by": town.next_worker, "at": AT, "device_id": phone.id}
    do("inbox.receive_batch", lambda: inbox.receive_batch(sent=more, **by_phone))
    do("inbox.understand", lambda: inbox.understand(submission_ids=[one], **reading), within=("visit.record",))
    reasons = (Reason(BROKEN),)
    for row in (other, third):
        do("inbox.hold", lambda row=row: inbox.hold(submission_id=row, reasons=reasons, **reading))
    better = PAPER.format(outcome="declined", note=said, number=1).encode()
    do("inbox.correct", lambda: inbox.correct(submission_id=other, content=better, reason="补结果", **desk))
    do("inbox.run_again", lambda: inbox.run_again(submission_id=third, **desk))
    do("inbox.hold", lambda: inbox.hold(submission_id=third, reasons=reasons, **reading))
    do("inbox.set_aside", lambda: inbox.set_aside(submission_id=third, reason="重复", **desk))
    do("inbox.review", lambda: inbox.review(submission_id=one, state="approved", **desk))
    do("inbox.remark", lambda: inbox.remark(submission_id=one, body=said, **desk))
    do("inbox.ask_replay", lambda: inbox.ask_replay(form_key="basics", version="1", **officer))
    assert do("inbox.replay", lambda: inbox.replay(**reading)) == 1
    do("inbox.understand", lambda: inbox.understand(submission_ids=[one], **reading), within=("visit.record",))
    _look(town, do, one)
    _of_lake(do)
    _of_waiting(town, do, one, other)
    late = program("retention")
    assert do("inbox.forget", lambda: inbox.forget(by=late, at=AT + timedelta(days=400))) == 2


def _of_waiting(town: Town, do: Do, one: Any, other: Any) -> None:
    """Two that could not be emptied: one is emptied, one loses all its answers; nothing else waits for anybody."""
    job, at = program("inbox"), AT + timedelta(days=40)
    day = local_day(at, ZONE)
    with scoped(Scope("^"), deed="test.waits"):
        Submission.objects.filter(pk__in=[one, other]).update(empty_by=day)
        for row in (one, other):
            Unemptied.objects.create(submission_id=row, since=AT, fault="ValueError")
    do("inbox.empty", lambda: collecting.empty(submission_id=one, by=town.supervisor, at=at))
    do("inbox.drop", lambda: collecting.drop(submission_id=other, reason="改不了", by=town.supervisor, at=at))
    for key, verb in (("press", collecting.press), ("lapse", collecting.lapse), ("comb", collecting.comb)):
        do(f"inbox.{key}", lambda verb=verb: verb(by=job, at=at))


def _of_lake(do: Do) -> None:
    """A day laid into the lake, noted, and gone when its time is over; the entries name nobody."""
    with TemporaryDirectory() as folder:
        lake, by = Lake(Path(folder)), program("counting")
        day = local_day(AT, ZONE)
        laid = do("visit.write_day", lambda: visits.write_day(lake=lake, county=COUNTY, day=day, by=by, at=AT))
        assert laid.day.elsewhere.total() == 1
        do("visit.note_read", lambda: visits.note_read(until=AT, left=(), by=by, at=AT))
        old, late = program("retention"), AT + timedelta(days=800)
        assert do("visit.forget", lambda: visits.forget_visits(lake=lake, by=old, at=late)) == 1
        assert lake.days(COUNTY) == {}


def _look(town: Town, do: Do, one: Any) -> None:
    looking: dict[str, Any] = {"viewer": town.supervisor, "at": AT, "purpose": "service"}
    assert inbox_page(wanted=Wanted(), **looking).total == 5
    line = submission_page(submission_id=one, **looking).line
    assert visits_of(submission_id=one, root=line.root, area_code=line.area_code, **looking)
    assert said_in(wanted=Wanted(form_key="basics"), count=True, **looking).total == 4
    own: dict[str, Any] = {"viewer": town.next_worker, "at": AT, "purpose": "service"}
    assert own_submission(instance_id="uuid:0", **own).state == "understood"
    device = own_devices(town.next_worker, AT)[0].id
    made = do("homes.add", lambda: add_home(home=NewHome(NEXT_GRID, "南街1号"), by=town.next_worker, at=AT))
    grids: dict[str, Any] = {"grids": [NEXT_GRID], "viewer": town.next_worker, "at": AT}
    (version,) = [one for one in open_forms([NEXT_GRID], on=AT.date()) if one.form.key == "basics"]
    do("look.pack", lambda: homes_for_phone(device_id=device, versions=[version], **grids))
    do("look.pack_list", lambda: list_for_phone(device_id=device, version=version, **grids))
    do("look.due", lambda: due_now(most=12, **grids))
    seen = PhoneLook(uuid7(), made.households[0], "basics", AT.date())
    assert seen_offline(seen=seen, device_id=device, grace=timedelta(days=7), **own) == seen
