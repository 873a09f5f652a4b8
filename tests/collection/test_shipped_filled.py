"""Every shipped form filled in by the engine of ODK Web Forms as a worker does: what is asked, what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from collection.field_town import FIRST, HELD, admit, draft, lived_in, read_all
from collection.web_forms import Fill, web_forms
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.models import Case
from gridcommons.collection.devices.actions import make_own_device
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.collection.forms.shipping import shipped_forms
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.visits.models import Visit
from gridcommons.territory.succession import ZONE
from serving import serving
from town import AT, build_town

HOME = {"household": str(FIRST)}


@dataclass(frozen=True)
class Way:
    """One way through a form. `asked`, `left`: questions on the way and beside it; `outcome`, `matter`: what came."""

    answers: dict[str, str]
    asked: str = ""
    left: str = ""
    outcome: str = ""
    matter: str = ""
    says: dict[str, str] = field(default_factory=dict)


WAYS = {
    "dispute_note": Way(
        HOME | {"subject": "neighbours", "danger": "no", "who_asks": "one", "both": "unsure", "told": "yes",
                "agrees": "yes", "matter_in_words": "过道堆物争执，希望坐下来谈"},
        asked="suits", left="call_now address", matter="dispute_mediation",
    ),
    "elder_visit": Way(
        HOME | {"outcome": "done", "help": "meals doctor", "agrees": "yes", "wish": "每天中午送餐"},
        asked="suits tongue mood", left="address", outcome="done", matter="elder_visits",
    ),
    "hazard_report": Way(
        {"kind": "street_lamps", "urgent": "now", "wrong": "路灯杆漏电", "near": "公交站旁"},
        asked="call_first done", matter="street_lamps",
    ),
    "home_fire_safety": Way(
        HOME | {"outcome": "done", "danger": "yes", "wrong": "楼道里充电"}, asked="advice alarm", left="address",
        outcome="done", matter="home_fire_safety",
    ),
    "household_basics": Way(
        HOME | {"outcome": "done", "size_still": "yes"}, asked="phone rental gas", left="size address", outcome="done"
    ),
    "need": Way(
        HOME | {"kind": "jobs_training", "stated": "self", "agrees": "yes", "wish": "想学电工", "urgent": "later"},
        asked="suits phone", left="not_kept address", matter="jobs_training",
    ),
    "policy_talk": Way(
        HOME | {"outcome": "done", "topic": "medical other", "other_topic": "公租房申请", "asks": "no"},
        asked="left tongue", left="question", outcome="done",
    ),
    "quarantine_support": Way(
        HOME | {"way": "phone", "outcome": "done", "needs": "food doctor", "food": "rice baby", "days_left": "today",
                "doctor": "online", "wish": "送米和奶粉"},
        asked="call_120 suits phone", left="prescription", outcome="done", matter="quarantine_support",
    ),
    "rental_housing": Way(
        HOME | {"outcome": "done", "rental": "rooms", "rooms_let": "4", "size_still": "yes", "danger": "wiring",
                "wrong": "走廊有飞线"},
        asked="contract gas photo", left="size", outcome="done", matter="dwellings_rentals",
    ),
    "vaccination_offer": Way(
        HOME | {"outcome": "done", "offer": "flu", "told": "free doctor", "wants": "nothing"},
        left="number suits phone wish", outcome="done",
    ),
    "visit_note": Way(HOME | {"outcome": "appointment"}, asked="next", left="note address", outcome="appointment"),
    "workplace_safety": Way(
        {"premises": "城关路3号小吃店", "trade": "restaurant", "outcome": "done", "exit_free": "no",
         "extinguisher": "yes", "sleeps": "yes", "separation": "none", "remedy": "report",
         "wrong": "阁楼住人，只有一个门"},
        asked="machine advice workers_now where photo", outcome="done", matter="small_workplace_safety",
    ),
}  # fmt: skip
QUIET = {
    "elder_visit": Way(HOME | {"outcome": "declined"}, left="help agrees wish mood tongue phone", outcome="declined"),
    "need": Way(
        HOME | {"kind": "disability_care", "stated": "self", "agrees": "no"}, asked="not_kept", left="wish phone urgent"
    ),
    "rental_housing": Way(
        HOME | {"outcome": "done", "rental": "no", "size_still": "yes"},
        left="rooms_let contract wrong photo",
        outcome="done",
    ),
    "quarantine_support": Way(
        HOME | {"way": "door", "outcome": "done"}, left="food wish suits days_left", outcome="done"
    ),
}
"""Who declines or needs nothing is asked no more, and nothing goes on to anybody."""


@pytest.fixture(scope="module")
def key(committed_for_module: None) -> str:
    town = build_town()
    for form in shipped_forms():
        made = draft(form.key, form.workbook(), form.kind, form.matter)
        admit(made)
        version = draft_form(draft=made, by=town.county_officer, at=AT)
        publish_form(version_id=version.pk, by=town.county_officer, at=AT)
    return make_own_device(name="手机", by=town.worker, at=AT).text


@pytest.fixture(scope="module")
def fill(key: str) -> Iterator[Fill]:
    with lived_in(HELD), serving() as address, web_forms(f"{address}/openrosa/key/{key}") as filled:
        yield filled
    connections.close_all()


DAYS = {
    "a visit tomorrow": ("visit_note", {"day": 1}),
    "a visit two months ago": ("visit_note", {"day": -61}),
    "a visit of another century": ("elder_visit", {"day": -45_000}),
    "the next visit yesterday": ("visit_note", {"next": -1}),
    "the next visit in two years": ("visit_note", {"next": 367}),
    "the next visit to an older person in a hundred years": ("elder_visit", {"next": 36_500}),
    "the next visit to let rooms yesterday": ("rental_housing", {"next": -1}),
    "the next visit to let rooms in two years": ("rental_housing", {"next": 367}),
    "the next visit to a shop in two years": ("workplace_safety", {"next": 367}),
}
"""Days that no form takes: how many days from today, by question."""


@pytest.mark.parametrize("what", DAYS)
def test_a_day_that_cannot_be_is_not_taken(fill: Fill, what: str) -> None:
    form, days = DAYS[what]
    said = {name: (datetime.now(ZONE).date() + timedelta(days=n)).isoformat() for name, n in days.items()}
    with pytest.raises(AssertionError, match=f"/{next(iter(days))}"):
        fill(form, WAYS[form].answers | said)


@pytest.mark.parametrize(("days", "ahead"), [(0, 0), (-60, 366)])
def test_today_and_a_day_of_late_are_taken(fill: Fill, days: int, ahead: int) -> None:
    day, later = ((datetime.now(ZONE).date() + timedelta(days=n)).isoformat() for n in (days, ahead))
    assert fill("visit_note", WAYS["visit_note"].answers | {"day": day, "next": later})


@pytest.mark.parametrize("days", [-1, 368])
@pytest.mark.parametrize("form", ["visit_note", "home_fire_safety", "household_basics"])
def test_a_time_asked_for_lies_ahead_and_within_a_year(fill: Fill, form: str, days: int) -> None:
    when = (datetime.now(ZONE) + timedelta(days=days)).isoformat(timespec="seconds")
    with pytest.raises(AssertionError, match="/wanted_at"):
        fill(form, HOME | {"outcome": "appointment", "wanted_at": when})


@pytest.mark.parametrize(("signs", "is_taken"), [(1_000, True), (1_001, False), (5_000, False)])
def test_a_text_has_a_limit_on_the_phone(fill: Fill, signs: int, is_taken: bool) -> None:
    said = WAYS["hazard_report"].answers | {"wrong": "漏" * signs}
    if is_taken:
        assert fill("hazard_report", said)["first"][0] == 201
    else:
        with pytest.raises(AssertionError, match="/wrong"):
            fill("hazard_report", said)


def test_every_shipped_form_has_a_way_here() -> None:
    assert sorted(WAYS) == [form.key for form in shipped_forms()]


@pytest.mark.parametrize(
    ("form", "way"), [*WAYS.items(), *QUIET.items()], ids=[*WAYS, *(f"{name}-declined" for name in QUIET)]
)
def test_a_shipped_form_is_filled_in_and_causes_what_it_says(fill: Fill, form: str, way: Way) -> None:
    said = fill(form, way.answers)
    assert said["first"][0] == 201, said
    assert set(way.asked.split()) <= set(said["asked"])
    assert not set(way.left.split()) & set(said["asked"])
    read_all(datetime.now(UTC))
    with scoped(Scope("^")):
        held = Submission.objects.filter(form_key=form).latest("received_at")
        assert (held.state, held.reasons) == ("understood", [])
        visit = Visit.objects.filter(submission_id=held.pk).first()
        assert (visit.outcome if visit else "") == way.outcome
        case = Case.objects.filter(pk=held.case_id).first() if held.case_id else None
    assert (case.matter_key if case else "") == way.matter
    if case and "household" in way.answers:
        assert HELD[FIRST].label in case.address or form == "home_fire_safety", "whoever comes finds the door"
