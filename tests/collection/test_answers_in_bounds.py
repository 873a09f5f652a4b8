"""Answers beyond what any may be: a text without end, a day of another century. Held with the reason, nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from collection.field_town import FIRST, HELD, Field, lived_in, paper, read_all
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox import rules
from gridcommons.collection.inbox.actions import ask_replay
from gridcommons.collection.inbox.models import Paper, Submission
from gridcommons.collection.inbox.rules import bounds_on, limits
from gridcommons.collection.visits.models import Visit
from gridcommons.matters.linting.policy import linting_policy
from town import AT, Town
from web.office_town import client_of, stop_clock, text_of

MOST = linting_policy().most_text
BOUNDS = bounds_on(AT.date())


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    stop_clock(monkeypatch, AT)
    with lived_in(HELD):
        yield standing_field


def _sent(field: Field, **answers: str) -> Submission:
    assert field.post(paper(household=str(FIRST), outcome="done", **answers)).status_code == 201
    read_all()
    with scoped(Scope("^")):
        return Submission.objects.latest("id")


@pytest.mark.parametrize("signs", [MOST + 1, 5_000, 200_000])
def test_a_text_beyond_the_house_limit_is_held_whole_with_its_reason(field: Field, signs: int) -> None:
    row = _sent(field, more__note="长" * signs)
    assert (row.state, row.reasons) == ("held", [["inbox.too_long", [["path", "more/note"], ["most", str(MOST)]]]])
    with scoped(Scope("^")):
        assert bytes(Paper.objects.get(submission=row).content).decode().count("长") == signs
        assert not Visit.objects.exists()
    page = text_of(client_of(field.town, "supervisor").get(f"/office/inbox/{row.pk}"))
    assert f"超过{MOST}个字" in page


def test_a_text_of_just_as_many_signs_is_understood(field: Field) -> None:
    assert _sent(field, more__note="\U00020000" * MOST).state == "understood"


def test_the_office_shortens_it_and_it_is_understood(field: Field) -> None:
    row = _sent(field, more__note="长" * 3_000)
    supervisor, at = client_of(field.town, "supervisor"), f"/office/inbox/{row.pk}/do/mend?state=held"
    given = {"number": "0", "reason": "电话核对", "answer:outcome": "done", "answer:more/note": "长" * (MOST + 1)}
    assert supervisor.post(at, given).status_code == 422, "still too long"
    assert supervisor.post(at, given | {"answer:more/note": "短"}).status_code == 302
    read_all()
    with scoped(Scope("^")):
        assert Submission.objects.get(pk=row.pk).state == "understood"


FAR = ("0001-01-01", "1899-12-31", (BOUNDS.last + timedelta(days=1)).isoformat(), "2999-01-01", "9999-12-31")


@pytest.mark.parametrize("day", FAR)
def test_a_day_out_of_all_range_is_held_with_its_reason(field: Field, day: str) -> None:
    row = _sent(field, more__since=day)
    facts = [["path", "more/since"], ["first", "1900-01-01"], ["last", BOUNDS.last.isoformat()]]
    assert (row.state, row.reasons) == ("held", [["inbox.far_day", facts]])
    assert day not in str(row.reasons), "no value of an answer stands in a reason"


@pytest.mark.parametrize("day", ["1900-01-01", "1949-10-01", "2026-11-02", BOUNDS.last.isoformat()])
def test_a_day_that_can_be_is_understood(field: Field, day: str) -> None:
    assert _sent(field, more__since=day).state == "understood"


def test_everything_that_is_wrong_is_told_at_once(field: Field) -> None:
    row = _sent(field, more__since="0202-01-01", more__note="长" * 5_000, size="three")
    assert sorted(reason[0] for reason in row.reasons) == ["inbox.far_day", "inbox.too_long", "inbox.wrong_type"]


def test_what_was_understood_once_is_not_held_by_a_limit_laid_down_later(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = _sent(field, more__note="长" * 300, more__since="1950-01-01")
    assert row.state == "understood"
    monkeypatch.setattr(rules, "linting_policy", lambda: replace(linting_policy(), most_text=100))
    monkeypatch.setattr(rules, "limits", lambda: replace(limits(), first_day=AT.date()))
    ask_replay(form_key="basics", version="1", by=field.town.county_officer, at=AT)
    read_all()
    with scoped(Scope("^")):
        assert Submission.objects.get(pk=row.pk).state == "understood"
    assert _sent(field, more__note="长" * 300, more__since="1950-01-01").state == "held", "a new one is"
