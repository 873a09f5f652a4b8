"""A backlog carried over: nothing is raised for its age, nothing counts as work of this house, no cell stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.higher import JOB, raise_town
from cases.hotline.calls import NOW, read, take
from gridcommons.access.rules import PUBLIC
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import press_filing, raise_case
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.hotline.models import Import
from gridcommons.cases.measuring.rules import Did
from gridcommons.cases.models import Case, Step
from town import Town

OLD = {"来电时间": "2026-10-08 08:30"}


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return raise_town(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def test_a_backlog_begins_anew_with_its_desk(town: Town) -> None:
    take(read(OLD | {"承办单位": "县执法局"}, OLD | {"承办单位": "", "诉求内容": "未派的一件"}))
    soon, later = NOW + timedelta(minutes=5), NOW + timedelta(days=10)
    with viewing(JOB, soon):
        assert Case.objects.filter(due_at__lt=NOW).exists(), "late it is all the same, and told so"
    for name, deed in (("raise", raise_case), ("press", press_filing)):
        assert call_each(deed, due_now(name, by=JOB, at=soon), by=JOB, at=soon) == 0
        assert call_each(deed, due_now(name, by=JOB, at=later), by=JOB, at=later) == 1, "what then lies too long"


def test_what_the_hotline_did_is_nobodys_work_here(town: Town) -> None:
    take(read(OLD | {"承办单位": "县执法局"}))
    with viewing(JOB, NOW):
        steps = {step.action: step for step in Step.objects.all()}
    assert set(steps) == {"report", "file", "dispatch"}
    for action in ("file", "dispatch"):
        step = steps[action]
        did = Did(action, step.to_state, step.at, by=step.by_key, duty=step.duty)
        assert (did.former, did.hands) == (True, frozenset())


def test_no_cell_of_a_file_stays_where_everybody_may_read(town: Town) -> None:
    take(read({"承办单位": "腾龙小区3幢501室 王小明家 10012345678"}, {"村社区": "王小明家后面"}))
    with viewing(PUBLIC, NOW):
        (kept,) = Import.objects.values_list("counts", flat=True)
    assert "王小明" not in str(kept)
    assert kept["unmapped_words"] == {"agency": 1, "area": 1}
