"""A job that is killed while it carries sheets out: another one goes on, and nothing is done twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.founding.sheets_of_a_county import AREAS, OFFICES, book, own_folder
from gridcommons.access.identify import program
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.founding.actions import carry_out, send_sheet
from gridcommons.cases.founding.queries import MoveFacts, move_facts
from gridcommons.cases.founding.working import work_next
from gridcommons.territory.queries import all_under
from killed_job import killed_and_taken_up
from town import AT, COUNTY, Town, build_town

JOB = program("founding")
NEW = (AREAS[0], ("331123103", "乡", "测试乡", "331123", "", "", ""))


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from own_folder(tmp_path, monkeypatch)


def facts_of(town: Town) -> MoveFacts:
    found = move_facts(town.county_officer)
    assert found is not None
    return found


KILLED = """
import sys, time
from gridcommons.cli.django_setup import setup
setup(start=False)
from datetime import datetime
from gridcommons.access.identify import program
from gridcommons.cases.founding import working
real = working.take
def slow(*given, progress, **more):
    def tell(doing, done, total):
        progress(doing, done, total)
        if done == 1:
            print("midway", flush=True)
            time.sleep(60)
    return real(*given, progress=tell, **more)
working.take = slow
working.work_next(by=program("founding"), now=lambda: datetime.fromisoformat(sys.argv[1]))
"""


def test_a_job_that_is_killed_midway_is_taken_up_again_and_does_nothing_twice(committed: None, tmp_path: Path) -> None:
    town = build_town()
    carry = {"county_code": COUNTY, "by": town.county_officer, "at": AT}
    send_sheet(name="a.xlsx", content=book(区划=NEW, 机构=OFFICES), **carry)
    assert work_next(by=JOB, now=lambda: AT) == 1
    carry_out(**carry)

    def midway() -> None:
        assert "331123103" in all_under(COUNTY)
        assert (facts_of(town).stage, facts_of(town).done) == ("carrying", 1)

    def work() -> int:
        return work_next(by=JOB, now=lambda: AT)

    killed_and_taken_up(KILLED, AT.isoformat(), tmp_path, work=work, midway=midway)
    assert (facts_of(town).stage, facts_of(town).written) == ("done", True)
    with scoped(Scope("^")):
        bodies = [json.loads(one) for one in LedgerDetail.objects.values_list("body", flat=True)]
    loads = [one["what"] for one in bodies if one["by"] == town.county_officer.key and one["what"] == "territory.load"]
    assert len(loads) == 1
