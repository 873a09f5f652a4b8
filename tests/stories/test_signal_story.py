"""Something unusual in a stairwell: at the duty desk at once, looked at in two hours or raised, checked, passed on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from gridcommons.access.actions import add_user, grant, open_office
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.cases.models import Case
from gridcommons.collection.signals import actions
from gridcommons.collection.signals.models import Signal
from gridcommons.collection.signals.queries import signal, signals, signals_by_day
from gridcommons.collection.signals.rules import Said
from gridcommons.kit.errors import Refusal
from gridcommons.notices.queries import inbox
from town import AT, COUNTY, FAR_GRID, GRID, Town

SETUP, JOB = program("test town"), program("signals")
CITY = "3311"
SAID = Said(GRID, "ill_together", "few", "3号楼二单元，联系人电话13812345678", "今早起都说恶心，可能吃坏了东西")


def desk(area: str, role: str = "duty_officer", kind: str = "duty_desk") -> Viewer:
    office = open_office(
        key=f"{area}:{kind}", area_code=area, kind=kind, side="command", name_zh="值班室", name_en="Duty desk",
        by=SETUP, at=AT - timedelta(days=5),
    )  # fmt: skip
    user = add_user(username=f"{role}-{area}", display_name=role, hashed="!", by=SETUP, at=AT - timedelta(days=3)).id
    wanted = GrantFacts(role, (area,), (), ROLES[role].purposes, AT - timedelta(days=2), None, office.pk)
    grant(to=user, wanted=wanted, by=SETUP, at=AT - timedelta(days=2))
    return viewer_of(user)


@contextmanager
def refuses(code: str) -> Iterator[None]:
    with pytest.raises(Refusal) as refused:
        yield
    assert refused.value.code == code


def new(town: Town) -> UUID:
    return actions.send(said=SAID, by=town.worker, at=AT).pk


@pytest.fixture
def desks(town: Town) -> tuple[Viewer, Viewer]:
    assert town.worker
    return desk(COUNTY), desk(CITY)


def told(viewer: Viewer, minutes: int) -> list[str]:
    return [one.text for one in inbox(viewer=viewer, language="zh-hans", at=AT + timedelta(minutes=minutes))]


def test_a_signal_is_looked_at_within_two_hours_and_passed_on(town: Town, desks: tuple[Viewer, Viewer]) -> None:
    county, city = desks
    sent = actions.send(said=SAID, by=town.worker, at=AT)
    assert len(told(county, 1)) == 1
    [line], total = signals(viewer=county, at=AT + timedelta(minutes=50))
    assert (total, line.minutes_left, line.is_late) == (1, 70, False)
    assert "13812345678" not in line.place
    assert actions.raise_late(by=JOB, at=AT + timedelta(minutes=119)) == []
    assert signals(viewer=city, at=AT)[1] == 0, "nobody above is drawn in as long as there is time"

    actions.triage(
        signal_id=sent.pk, outcome="site_check", note="请街道当天到楼里看看", by=county, at=AT + timedelta(minutes=100)
    )
    assert actions.raise_late(by=JOB, at=AT + timedelta(hours=9)) == []
    noon = AT + timedelta(hours=3)
    with refuses("signal.not_now"):
        actions.triage(signal_id=sent.pk, outcome="verified", note="又一次", by=county, at=noon)
    facts = {"signal_id": sent.pk, "note": "三户有症状，留样送检", "by": town.supervisor, "at": noon}
    done = actions.check(outcome="passed_on", matter_key="food_safety", **facts)
    with scoped(Scope("^")):
        case = Case.objects.get(pk=done.case_id)
    assert (case.matter_key, case.area_code, case.state) == ("food_safety", GRID, "reported")
    assert signal(signal_id=sent.pk, viewer=county, at=noon).case_id == case.pk


def test_one_that_nobody_looks_at_is_raised_by_the_clock_day_and_night(
    town: Town, desks: tuple[Viewer, Viewer]
) -> None:
    county, city = desks
    night = AT + timedelta(hours=13)
    sent = actions.send(said=SAID, by=town.worker, at=night)
    late = night + timedelta(hours=2)
    assert [one.pk for one in actions.raise_late(by=JOB, at=late)] == [sent.pk]
    assert actions.raise_late(by=JOB, at=late) == [], "once each time the limit runs out"
    assert any("超过2小时" in text for text in told(county, 60 * 24))
    assert any("超过2小时" in text for text in told(city, 60 * 24))
    [line], _total = signals(viewer=city, at=late + timedelta(minutes=5))
    assert (line.is_late, line.minutes_left, line.raises) == (True, 0, 1)
    actions.triage(signal_id=sent.pk, outcome="false_alarm", note="晨练归来，无人不适", by=city, at=late)
    for hours in (4, 6, 8):
        assert actions.raise_late(by=JOB, at=night + timedelta(hours=hours)) == []


@pytest.mark.parametrize(
    "name", ["public", "resident", "stranger", "next_worker", "far_supervisor", "handler", "county_officer", "auditor"]
)
def test_the_stranger_must_not(town: Town, desks: tuple[Viewer, Viewer], name: str) -> None:
    sent, by = actions.send(said=SAID, by=town.worker, at=AT), getattr(town, name)
    with pytest.raises(Refusal):
        signal(signal_id=sent.pk, viewer=by, at=AT)
    with pytest.raises(Refusal):
        actions.triage(signal_id=sent.pk, outcome="verified", note="看过", by=by, at=AT)
    if name == "far_supervisor":
        assert signals(viewer=by, at=AT) == ([], 0)
    else:
        with refuses("access.no_deed"):
            signals(viewer=by, at=AT)
    assert desks


def test_who_may_send_and_what_is_refused(town: Town, desks: tuple[Viewer, Viewer]) -> None:
    clinic = desk(GRID, "sentinel", "clinic")
    assert actions.send(said=SAID, source="sentinel", by=clinic, at=AT).source == "sentinel"
    for by in (town.public, town.resident, town.handler):
        with refuses("access.no_deed"):
            actions.send(said=SAID, by=by, at=AT)
    for said in (Said(GRID, "gossip", "few", "楼下"), Said(GRID, "smell", "few", ""), Said(GRID, "smell", "7", "楼下")):
        with refuses("signal.incomplete"):
            actions.send(said=said, by=town.worker, at=AT)
    with refuses("access.not_there"):
        actions.send(said=Said(FAR_GRID, "smell", "none", "河边"), by=town.worker, at=AT)
    with refuses("signal.bad_outcome"):
        actions.triage(signal_id=new(town), outcome="maybe", note="?", by=desks[0], at=AT)


def test_what_goes_to_the_areas_is_counts_and_old_words_go(town: Town, desks: tuple[Viewer, Viewer]) -> None:
    for n, outcome in enumerate(("verified", "false_alarm", "known")):
        sent = actions.send(said=SAID, by=town.worker, at=AT + timedelta(minutes=n))
        actions.triage(signal_id=sent.pk, outcome=outcome, note="已核", by=desks[0], at=AT + timedelta(hours=1))
    with scoped(Scope("^")):
        assert signals_by_day(COUNTY, AT.date(), AT.date()) == {(GRID, AT.date(), "ill_together"): 2}
    assert actions.forget(by=JOB, at=AT + timedelta(days=100)) == 0
    assert actions.forget(by=JOB, at=AT + timedelta(days=181)) == 3
    with scoped(Scope("^")):
        assert set(Signal.objects.values_list("place", "text", "note")) == {("", "", "")}
