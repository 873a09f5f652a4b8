"""How many visits there are is told truly on the worker's page and on the phone, and is the same on both."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from collection.campaign_town import Campaigning, browser, campaigning, homes, one_serves
from collection.field_town import HEADERS
from gridcommons.collection import packing
from gridcommons.collection.devices.policy import lock_minutes
from gridcommons.web.worker import today
from town import GRID, Town

CARD = re.compile(r'<a href="/office/homes/[^"]+"><span class="gc-task-what">')


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(town, monkeypatch)


def _page(stage: Campaigning, query: str = "") -> str:
    return browser(stage.town.worker).get(f"/field/{query}").content.decode()


def _pack(stage: Campaigning) -> dict[str, Any]:
    answer = Client().get(f"/openrosa/key/{stage.keys['worker']}/pack", headers=HEADERS)
    found: dict[str, Any] = answer.json()
    return found


def test_more_visits_than_a_page_or_a_phone_holds_are_counted_and_reached(
    stage: Campaigning, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes(stage.town, GRID, 5)
    one_serves(GRID, stage.town.worker)
    stage.started()
    monkeypatch.setattr(today, "_VISITS_A_PAGE", 2)
    monkeypatch.setattr(packing, "MOST_DUE", 3)
    whole = len(stage.due())
    assert whole >= 5
    pack = _pack(stage)
    assert (len(pack["due"]), pack["due_total"], pack["case_total"]) == (3, whole, 0)
    assert f'<span class="gc-count gc-num">{whole}</span>' in _page(stage)
    pages = [_page(stage, f"?all=1&page={number}") for number in range(1, (whole + 1) // 2 + 1)]
    assert [len(CARD.findall(page)) for page in pages[:2]] == [2, 2]
    assert sum(len(CARD.findall(page)) for page in pages) == whole
    assert f"1 to 2 of {whole}" in pages[0]
    assert 'rel="next"' in pages[0]
    beyond = _page(stage, "?all=1&page=99")
    assert CARD.findall(beyond) == CARD.findall(pages[-1]), "beyond the last page stands the last"
    assert _page(stage, "?all=1&page=x").count('aria-current="page">1') == 1


def test_a_phone_is_told_the_countys_clock_and_how_long_it_stays_open(stage: Campaigning) -> None:
    pack = _pack(stage)
    assert (pack["zone"], pack["lock_minutes"]) == ("Asia/Shanghai", lock_minutes())
