"""A form is put in use as it was admitted, where it was admitted, and no longer than that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from collection.field_town import Field, admit, draft, furnish, paper, read_all
from collection.xlsforms import HOUSEHOLD, OUTCOME, OUTCOMES, Row, ask, choose, workbook
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.forms.actions import close_form, draft_form, publish_form, reopen_form
from gridcommons.collection.forms.models import FormVersion
from gridcommons.collection.forms.queries import open_forms
from gridcommons.collection.inbox.models import Submission
from gridcommons.kit.errors import Refusal
from gridcommons.load.admission.models import Proposal
from load.admitting import UNTIL, admitting
from town import AT, COUNTY, FAR_GRID, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import stop_clock

TODAY = AT.date()
LAMPS = (choose("lit", "yes", "亮", "yes"), choose("lit", "no", "不亮", "no"))
LIT = ask("select_one lit", "stairs_lit", "楼道灯亮吗？", "Is the stairway lit?")
REMARK = ask("text", "remark", "还有要说的吗？", "Anything else?")


@pytest.fixture
def field(town: Town, monkeypatch: pytest.MonkeyPatch) -> Field:
    stop_clock(monkeypatch, AT)
    return furnish(town)


def form(*more: Row, version: str = "1", choices: tuple[Row, ...] = LAMPS, **facts: Any) -> Any:
    content = workbook(
        [HOUSEHOLD, OUTCOME, *(more or (LIT, REMARK)), ask("today", "today")], (*OUTCOMES, *choices), version=version
    )
    return draft("stair_visit", content, "visit", **facts)


def drafted(town: Town, made: Any) -> FormVersion:
    return draft_form(draft=made, by=town.county_officer, at=AT)


def publish(town: Town, version: FormVersion, days: int = 0) -> FormVersion:
    return publish_form(version_id=version.pk, by=town.county_officer, at=AT + timedelta(days=days))


def codes(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def test_a_form_that_nobody_admitted_is_not_used(town: Town) -> None:
    with pytest.raises(Refusal, match="proposes it") as refused:
        publish(town, drafted(town, form()))
    assert codes(refused) == ["form.not_admitted"]


def test_admitted_for_another_matter_is_not_admitted(town: Town) -> None:
    admit(form(matter="noise"))
    with pytest.raises(Refusal) as refused:
        publish(town, drafted(town, form()))
    assert codes(refused) == ["form.not_admitted"]


WORDS = ask("select_one lit", "stairs_lit", "几点睡觉？", "When do you sleep?")
HARDER = {**REMARK, "required": "yes"}
MORE_CHOICES = (*LAMPS, choose("lit", "dim", "昏暗", "dim"))


@pytest.mark.parametrize(
    ("rows", "choices", "row"),
    [((LIT, REMARK, ask("integer", "rooms", "几间房？", "How many rooms?")), LAMPS, "6"), ((WORDS, REMARK), LAMPS, "4"),
     ((LIT, HARDER), LAMPS, "5"), ((LIT, REMARK), MORE_CHOICES, "4")],
    ids=["one more", "other words", "required now", "another choice"],
)  # fmt: skip
def test_what_was_not_admitted_is_not_asked(town: Town, rows: Any, choices: Any, row: str) -> None:
    admit(form())
    with pytest.raises(Refusal, match=f"Row {row}") as refused:
        publish(town, drafted(town, form(*rows, choices=choices)))
    assert codes(refused) == ["form.asks_otherwise"]


def test_asking_less_or_in_another_order_needs_no_new_admission(town: Town) -> None:
    admit(form())
    publish(town, drafted(town, form()))
    publish(town, drafted(town, form({**REMARK, "relevant": "${outcome} = 'done'"}, version="2")))
    publish(town, drafted(town, form(REMARK, LIT, version="3")))
    assert [one.version for one in open_forms([GRID], on=TODAY)] == ["3"]


def test_a_fact_that_nobody_keeps_is_not_asked(town: Town) -> None:
    made = form(ask("text", "colour", "门是什么颜色？", "Which colour has the door?", fact="dwelling.door_colour"))
    admit(made)
    with pytest.raises(Refusal, match="no fact “dwelling") as refused:
        publish(town, drafted(town, made))
    assert codes(refused) == ["admission.form_refused"]


def test_a_fact_of_a_single_person_is_not_asked_by_a_form_about_a_home(town: Town) -> None:
    made = form(ask("text", "relative", "紧急时联系谁？", "Whom to call in need?", fact="person.emergency_contact"))
    with pytest.raises(Refusal, match="kept of single persons") as refused:
        publish(town, drafted(town, made))
    assert "admission.form_refused" in codes(refused)


def test_after_its_last_day_phones_get_it_no_more_and_what_was_filled_in_arrives(town: Town, field: Field) -> None:
    until = TODAY + timedelta(days=10)
    admit(form(), until=until)
    publish(town, drafted(town, form()))
    assert "stair_visit" in [one.form.key for one in open_forms([GRID], on=until)]
    assert "stair_visit" not in [one.form.key for one in open_forms([GRID], on=until + timedelta(days=1))]
    assert b"stair_visit" in field.get("formList").content
    with scoped(Scope("^"), deed="test.admit"):
        Proposal.objects.filter(key="stair_visit").update(until=TODAY - timedelta(days=1))
    assert b"stair_visit" not in field.get("formList").content
    last = (TODAY - timedelta(days=1)).isoformat()
    assert field.post(paper("stair_visit", outcome="done", today=last)).status_code == 201
    read_all()
    with scoped(Scope("^")):
        assert Submission.objects.get(form_key="stair_visit").state == "understood"


def test_ended_is_ended(town: Town) -> None:
    admit(form())
    version = publish(town, drafted(town, form()))
    with scoped(Scope("^"), deed="test.admit"):
        Proposal.objects.filter(key="stair_visit").update(state="ended")
    assert open_forms([GRID], on=TODAY) == []
    close_form(form_id=version.form_id, reason="不再使用", by=town.county_officer, at=AT)
    with pytest.raises(Refusal, match="not admitted"):
        reopen_form(form_id=version.form_id, by=town.county_officer, at=AT)


def test_on_trial_it_reaches_the_township_of_the_trial_alone(town: Town) -> None:
    admit(form(), pilot_area=TOWNSHIP)
    publish(town, drafted(town, form()))
    assert [one.form.key for one in open_forms([GRID], on=TODAY)] == ["stair_visit"]
    assert open_forms([FAR_GRID], on=TODAY) == []
    assert OTHER_TOWNSHIP in FAR_GRID


def test_the_way_through_admission_ends_on_the_phone(town: Town) -> None:
    """Proposed by its department, read by three desks, decided, put in use by the county officer: other hands each."""
    desk = admitting()
    made = form(matter="dwellings_rentals")
    held = desk.reviewed(desk.propose_book(made.workbook, key="stair_visit"))
    desk.decide(held, "pilot", date(2026, 12, 31), pilot_area=TOWNSHIP)
    version = publish(town, drafted(town, made), days=1)
    tomorrow = TODAY + timedelta(days=1)
    assert [one.id for one in open_forms([GRID], on=tomorrow)] == [version.pk]
    assert open_forms([FAR_GRID], on=tomorrow) == []
    desk.decide(held, "admit", UNTIL)
    assert [one.id for one in open_forms([FAR_GRID], on=tomorrow)] == [version.pk]
    desk.decide(held, "end", None, reason="已由别的表代替", at=AT + timedelta(days=1))
    assert open_forms([GRID, FAR_GRID], on=tomorrow) == []
    assert version.form.area_code == COUNTY
