"""A form after its last day: what was filled in before and comes soon is understood, the rest is held and not lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from collection.field_town import FIRST, HELD, Field, lived_in, paper, read_all
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.sunset import CAME_LATE, FILLED_AFTER, require_in_time
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from gridcommons.load.admission.models import Proposal
from gridcommons.load.admission.queries import LastDay
from town import AT, COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

TODAY = AT.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    stop_clock(monkeypatch, AT)
    with lived_in(HELD):
        yield standing_field


@pytest.mark.parametrize(
    ("filled", "came", "code"),
    [
        (date(2026, 6, 30), date(2026, 6, 30), ""),
        (date(2026, 6, 30), date(2026, 7, 14), ""),
        (date(2026, 6, 30), date(2026, 7, 15), CAME_LATE),
        (date(2026, 7, 1), date(2026, 7, 2), FILLED_AFTER),
        (date(2026, 7, 1), date(2026, 8, 30), FILLED_AFTER),
        (None, date(2026, 6, 30), ""),
        (None, date(2026, 7, 1), FILLED_AFTER),
    ],
)  # fmt: skip
def test_the_rule(filled: date | None, came: date, code: str) -> None:
    ends = [LastDay(COUNTY, date(2026, 6, 30))]
    found = ""
    try:
        require_in_time(ends, GRID, filled=filled, came=came, grace=14, waived=())
    except Refusal as refusal:
        found = refusal.code
    assert found == code
    require_in_time(ends, GRID, filled=filled, came=came, grace=14, waived={CAME_LATE, FILLED_AFTER})


def test_the_latest_admission_of_the_place_counts_and_no_other_place_s() -> None:
    said, came = date(2026, 6, 10), date(2026, 6, 11)
    trial, here = LastDay(OTHER_TOWNSHIP, date(2026, 12, 31)), LastDay(TOWNSHIP, date(2026, 6, 1))
    with pytest.raises(Refusal) as refused:
        require_in_time([trial, here], GRID, filled=said, came=came, grace=14, waived=())
    assert refused.value.code == FILLED_AFTER
    require_in_time([here, LastDay(COUNTY, came)], GRID, filled=said, came=came, grace=14, waived=())
    require_in_time([], GRID, filled=said, came=came, grace=14, waived=())


def _ended(last: date) -> None:
    with scoped(Scope("^"), deed="test.sunset"):
        Proposal.objects.filter(key="basics").update(until=last)


def _sent(field: Field, day: date) -> Submission:
    assert field.post(paper(household=str(FIRST), outcome="done", today=day.isoformat())).status_code == 201
    read_all()
    with scoped(Scope("^")):
        return Submission.objects.latest("id")


def test_what_was_filled_in_on_the_last_day_is_understood(field: Field) -> None:
    _ended(YESTERDAY)
    assert _sent(field, YESTERDAY).state == "understood"
    with scoped(Scope("^")):
        assert [visit.day for visit in Visit.objects.all()] == [YESTERDAY]


def test_what_was_filled_in_later_is_held_and_may_be_let_pass(field: Field) -> None:
    _ended(YESTERDAY)
    held = _sent(field, TODAY)
    assert (held.state, held.reasons[0][0]) == ("held", FILLED_AFTER)
    with scoped(Scope("^")):
        assert not Visit.objects.exists()
    supervisor = client_of(field.town, "supervisor", "en")
    page = text_of(supervisor.get(f"/office/inbox/{held.pk}"))
    assert "after the last day of the form (Sun 1 Nov 2026)" in page
    assert client_of(field.town, "stranger").get(f"/office/inbox/{held.pk}").status_code in (403, 404)
    assert supervisor.post(f"/office/inbox/{held.pk}/do/pass").status_code == 302
    read_all()
    with scoped(Scope("^")):
        assert Submission.objects.get(pk=held.pk).state == "understood"
        assert Visit.objects.count() == 1


def test_what_was_filled_in_before_and_comes_after_the_grace_is_held_with_its_own_reason(field: Field) -> None:
    _ended(TODAY - timedelta(days=20))
    held = _sent(field, TODAY - timedelta(days=25))
    assert (held.state, held.reasons[0][0]) == ("held", CAME_LATE)
    assert "long after" in text_of(client_of(field.town, "supervisor", "en").get("/office/inbox?state=held"))
