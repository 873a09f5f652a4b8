"""What a second person declines is kept, told to who asked once, waits no more and may be asked for anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from gridcommons.notices.awaited.actions import tell_declined
from gridcommons.notices.awaited.tasks import tell
from gridcommons.notices.models import Notice
from gridcommons.notices.queries import inbox
from gridcommons.outlook.awaiting import awaited
from gridcommons.outlook.cautions.actions import decline_caution, issue_caution
from gridcommons.outlook.cautions.queries import caution
from gridcommons.outlook.cautions.rules import State
from gridcommons.outlook.painting.actions import (
    ask_package,
    ask_scheme,
    confirm_scheme,
    decline_package,
    decline_scheme,
)
from gridcommons.outlook.painting.package_lines import packages_near
from gridcommons.outlook.painting.packages import template
from gridcommons.outlook.painting.queries import schemes_near
from outlook.cautions.warned_town import AT, HOUSE, NEXT, ask, hand_draft, warned_town
from outlook.painting.painted_town import DAY, Painted, member
from town import COUNTY, Town

JOB = program("awaited")
WHY = "依据还不充分，请补充检测结果"
KINDS = ("caution", "scheme", "package")


@pytest.fixture
def painted(town: Town) -> Painted:
    return warned_town(town)


def _asked(painted: Painted, kind: str) -> Any:
    if kind == "caution":
        return ask(painted, hand_draft(NEXT)).pk
    if kind == "scheme":
        return ask_scheme(
            area_code=COUNTY,
            level="county",
            scheme="default",
            indicator="cases",
            reason="全县",
            by=painted.health,
            at=AT,
        ).pk
    one = template("default-D")
    return ask_package(
        area_code=COUNTY, scheme="default", level="D", content=one.content, basis=one.basis, first=DAY + timedelta(2),
        last=DAY + timedelta(20), by=painted.health, at=AT,
    ).pk  # fmt: skip


def _decline(kind: str, number: Any, by: Viewer, why: str = WHY, at: datetime = AT) -> Any:
    deeds: dict[str, Callable[[], Any]] = {
        "caution": lambda: decline_caution(caution_id=number, why=why, by=by, at=at),
        "scheme": lambda: decline_scheme(scheme_id=number, why=why, by=by, at=at),
        "package": lambda: decline_package(package_id=number, why=why, by=by, at=at),
    }
    return deeds[kind]()


@pytest.mark.parametrize("kind", KINDS)
def test_it_waits_no_more_is_told_to_who_asked_once_and_may_be_asked_for_anew(painted: Painted, kind: str) -> None:
    number = _asked(painted, kind)
    assert [one.key for one in awaited(AT)] == [f"{kind}:{number}"]
    _decline(kind, number, painted.second)
    assert awaited(AT) == []
    assert tell_declined(by=JOB, at=AT) == 1
    assert tell_declined(by=JOB, at=AT + timedelta(minutes=10)) == 0
    for tongue, word in (("en", "did not confirm"), ("zh-hans", "未予确认")):
        [text] = [one.text for one in inbox(viewer=painted.health, language=tongue, at=AT) if WHY in one.text]
        assert word in text
    assert not [one for one in inbox(viewer=painted.second, language="en", at=AT) if WHY in one.text]
    again = _asked(painted, kind)
    assert [one.key for one in awaited(AT)] == [f"{kind}:{again}"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_rule_of_persons_as_for_confirming_and_a_reason(painted: Painted, kind: str) -> None:
    number = _asked(painted, kind)
    same_line = member("colleague", "second_person", COUNTY, "health")
    for by in (painted.health, same_line, painted.far_health, painted.town.worker, painted.town.stranger):
        with pytest.raises(Refusal):
            _decline(kind, number, by)
    for why in (" ", "张三的电话是13812345678"):
        with pytest.raises(Refusal):
            _decline(kind, number, painted.second, why)
    assert [one.key for one in awaited(AT)] == [f"{kind}:{number}"], "nothing of that declined it"
    _decline(kind, number, painted.second)
    with pytest.raises(Refusal, match="does not wait"):
        _decline(kind, number, painted.second)


def test_who_declined_and_why_is_kept_and_what_was_declined_is_never_confirmed(painted: Painted) -> None:
    made = {kind: _asked(painted, kind) for kind in KINDS}
    for kind, number in made.items():
        _decline(kind, number, painted.second)
    one = caution(caution_id=made["caution"], viewer=painted.health, at=AT)
    scheme = next(row for row in schemes_near(COUNTY, viewer=painted.health, at=AT) if row.id == made["scheme"])
    [package] = packages_near(COUNTY, viewer=painted.health, at=AT)
    assert one.facts.state is State.DECLINED
    assert (scheme.state(AT), package.state(AT)) == ("declined", "declined")
    for declined, why in (
        (one.declined, one.dropped_why), (scheme.declined, scheme.ended_why), (package.declined, package.ended_why),
    ):  # fmt: skip
        assert declined is not None
        assert declined.name
        assert why == WHY
    with pytest.raises(Refusal):
        confirm_scheme(scheme_id=made["scheme"], by=painted.second, at=AT)
    with pytest.raises(Refusal):
        issue_caution(caution_id=made["caution"], house=HOUSE, by=painted.second, at=AT)


def test_the_job_tells_and_who_left_is_told_of_nothing(painted: Painted) -> None:
    _decline("scheme", _asked(painted, "scheme"), painted.second)
    assert tell(int(AT.timestamp())) == 1
    assert tell(int(AT.timestamp()) + 600) == 0
    late = AT + timedelta(days=8)
    _decline("scheme", _asked(painted, "scheme"), painted.second)
    assert tell_declined(by=JOB, at=late) == 0, "what is old is not told as news"


@pytest.mark.parametrize("name", ["public", "resident", "stranger", "worker", "county_officer", "auditor"])
def test_the_stranger_must_not_tell(painted: Painted, name: str) -> None:
    _decline("package", _asked(painted, "package"), painted.second)
    with pytest.raises(Refusal):
        tell_declined(by=getattr(painted.town, name), at=AT)
    with scoped(Scope("^")):
        assert not Notice.objects.filter(about__startswith="declined:").exists()
