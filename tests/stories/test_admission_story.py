"""A form's whole life: refused for what it asks, refused for the time it takes, let in for another, used, ended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from collection.field_town import HEADERS, draft, paper, post, read_all
from collection.xlsforms import HOUSEHOLD, OUTCOME, ask, workbook
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.devices.actions import make_own_device
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.collection.forms.queries import open_forms
from gridcommons.collection.inbox.models import Submission
from gridcommons.kit.errors import Refusal
from gridcommons.load.admission.models import Proposal
from load.admitting import Admitting, admitting
from town import AT, FAR_GRID, TOWNSHIP, Town
from web.office_town import stop_clock

TIMES = 30_000
LONG = [("text", f"point_{number}", f"第{number}处情况", f"Spot number {number}") for number in range(20)]
SHORT = workbook([
    HOUSEHOLD, OUTCOME,
    ask("text", "stairs", "楼道有什么要修？", "What is to be mended on the stairs?"),
    *(ask("text", f"spot_{number}", f"第{number}处情况", f"Spot number {number}") for number in range(18)),
    ask("today", "today"),
])  # fmt: skip
TRIAL_ENDS, ENDS = date(2026, 12, 31), date(2027, 6, 30)


@pytest.fixture
def desk(town: Town) -> Admitting:
    return admitting()


def listed(town: Town, day: date, monkeypatch: pytest.MonkeyPatch, key: str) -> bool:
    """Whether a worker's phone is offered the form on a day."""
    stop_clock(monkeypatch, AT + (day - AT.date()))
    answer = Client().get(f"/openrosa/key/{key}/formList", headers=HEADERS)
    assert answer.status_code == 200
    return b"stair_repairs" in answer.content


def test_a_form_from_its_first_draft_to_its_last_day(
    town: Town, desk: Admitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What charter 2 bars is refused at its row, whatever else the form asks; nothing is kept of it.
    faith = ("select_one faith", "xinyang", "宗教信仰", "What do they believe in?")
    with pytest.raises(Refusal, match="charter 2") as refused:
        desk.propose_form(("text", "remark", "还有要说的吗？", "Anything else?"), faith, key="stair_repairs")
    assert "Row 3" in str(refused.value)
    assert not Proposal.objects.exists()

    # One that takes most of the week is let in; the next one like it has no time left, and is told the sum.
    first = desk.reviewed(desk.propose_form(*LONG, key="old_round", per_year=TIMES))
    desk.decide(first)
    more: dict[str, Any] = {"key": "stair_repairs", "per_year": TIMES}
    with pytest.raises(Refusal, match=r"a week takes [\d,]+ minutes of work; the ceiling is [\d,]+ \(6 workers\)"):
        desk.propose_book(SHORT, **more)
    held = propose_dropping(desk)
    assert held.drops == ["form:old_round"]

    # On trial in one township, as three desks of other offices agreed; the dropped one has ended in the same act.
    desk.reviewed(held)
    desk.decide(held, "pilot", TRIAL_ENDS, pilot_area=TOWNSHIP)
    first.refresh_from_db()
    assert first.state == "ended"
    key = make_own_device(name="手机", by=town.worker, at=AT).text
    version = draft_form(draft=draft("stair_repairs", SHORT, "visit"), by=town.county_officer, at=AT)
    publish_form(version_id=version.pk, by=town.county_officer, at=AT + timedelta(hours=3))
    tomorrow = AT.date() + timedelta(days=1)
    assert listed(town, tomorrow, monkeypatch, key)
    assert open_forms([FAR_GRID], on=tomorrow) == [], "the trial is held in one township"

    # Admitted for the county, filled in, and after its last day offered to nobody; what was filled in still arrives.
    desk.decide(held, "admit", ENDS)
    assert listed(town, ENDS, monkeypatch, key)
    assert not listed(town, ENDS + timedelta(days=1), monkeypatch, key)
    sent = post(
        f"/openrosa/key/{key}/submission",
        paper("stair_repairs", outcome="done", stairs="扶手松了", today=ENDS.isoformat()),
        {},
    )
    assert sent.status_code == 201
    read_all(AT + timedelta(days=300))
    with scoped(Scope("^")):
        assert Submission.objects.get().state == "understood"

    # All of it stands in the public register, the reasons too.
    page = Client(headers={"Accept-Language": "en"}).get(f"/matters/register/{held.pk}")
    assert page.status_code == 200
    for word in ("Home visit", "fire rescue", "staff council", "admission review"):
        assert word in page.content.decode(), word


def propose_dropping(desk: Admitting) -> Proposal:
    """The same once more, with what is dropped for it."""
    return desk.propose_book(SHORT, key="stair_repairs", per_year=TIMES, drops=["form:old_round"])
