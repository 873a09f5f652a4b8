"""Who has to sign or to be the second person is told, once, and nobody else; with the way to the page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.kit.errors import Refusal
from gridcommons.notices.awaited.actions import tell_awaited
from gridcommons.notices.awaited.tasks import tell
from gridcommons.notices.models import Notice
from gridcommons.notices.queries import inbox
from gridcommons.outlook.awaiting import awaited
from gridcommons.outlook.painting.actions import sign
from gridcommons.outlook.painting.queries import area_now
from outlook.cautions.warned_town import AT, NEXT, ask, hand_draft, issue, warned_town
from outlook.painting.painted_town import DAY, Painted, morning, put_in_force, run_job
from town import TOWNSHIP, Town
from web.office_town import client_of, stop_clock

JOB = program("awaited")


@pytest.fixture
def unsigned(town: Town) -> Painted:
    return warned_town(town, signed=False)


def told(viewer: Viewer, at: datetime, language: str = "en") -> list[str]:
    return [one.text for one in inbox(viewer=viewer, language=language, at=at)]


def test_an_orange_that_waits_is_told_to_who_signs_there_once(unsigned: Painted) -> None:
    assert len(tell_awaited(by=JOB, at=AT)) == 1
    [text] = told(unsigned.health, AT)
    assert "a colour to be signed" in text
    assert "颜色待签字" in told(unsigned.health, AT, "zh-hans")[0]
    assert tell_awaited(by=JOB, at=AT + timedelta(minutes=10)) == []
    for other in (unsigned.far_health, unsigned.second, unsigned.town.worker, unsigned.town.county_officer):
        assert not [one for one in told(other, AT) if "colour" in one]
    now = area_now(TOWNSHIP, viewer=unsigned.health, at=AT)
    sign(reading_id=now.reading_id, reason="流调支持", by=unsigned.health, at=AT)
    assert awaited(AT) == []


def test_a_signature_that_ran_out_is_told_anew(town: Town) -> None:
    painted = warned_town(town)
    assert tell_awaited(by=JOB, at=AT) == []
    late = morning(DAY + timedelta(8))
    for n in range(2, 9):
        run_job(morning(DAY + timedelta(n)))
    assert tell_awaited(by=JOB, at=late) == []  # grey for want of figures: nothing to sign
    assert painted.health


def test_a_second_person_is_told_and_neither_who_asked_nor_their_office(town: Town) -> None:
    painted = warned_town(town)
    row = ask(painted, hand_draft(NEXT))
    assert tell_awaited(by=JOB, at=AT) == [f"{painted.second.key} caution:{row.pk}"]
    [text] = [one for one in told(painted.second, AT) if "second person" in one]
    assert "issuing a public warning" in text
    assert told(painted.health, AT) == []
    issue(painted, row)
    assert awaited(AT) == []


def test_schemes_wait_for_their_second_person_too(town: Town) -> None:
    painted = warned_town(town)
    with pytest.raises(Refusal):
        put_in_force(painted.health, painted.health, at=AT, level="county")
    assert [one.deed for one in awaited(AT)] == ["colour.confirm_scheme"]
    assert tell(int(AT.timestamp())) == 1
    assert tell(int(AT.timestamp()) + 600) == 0


def test_a_notice_leads_to_its_page(unsigned: Painted, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, AT)
    ask(unsigned, hand_draft(NEXT))
    tell_awaited(by=JOB, at=AT)
    for name, leads in (("health", f"/office/colours/area/{TOWNSHIP}"), ("second", "/office/cautions/")):
        viewer = getattr(unsigned.town, name)
        with scoped(Scope("^")):
            number = Notice.objects.get(to=viewer.key, about__startswith="awaited:").pk
        answer = client_of(unsigned.town, name, "en").post(f"/office/notices/{number}/read", {"open": "1"})
        assert answer.headers["Location"].startswith(leads)
        assert client_of(unsigned.town, name, "en").get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("name", ["public", "resident", "stranger", "worker", "county_officer", "auditor"])
def test_the_stranger_must_not_tell(unsigned: Painted, name: str) -> None:
    with pytest.raises(Refusal):
        tell_awaited(by=getattr(unsigned.town, name), at=AT)
    with scoped(Scope("^")):
        assert not Notice.objects.filter(about__startswith="awaited:").exists()
