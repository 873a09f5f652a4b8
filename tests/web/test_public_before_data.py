"""The public pages while the house is still being furnished."""

from __future__ import annotations

import pytest

from public_door import EN, ZH, visitor, words_of


@pytest.mark.parametrize(("language", "said"), [(ZH, "正在准备"), (EN, "Getting ready")])
def test_the_home_page_opens_and_says_so(db: None, language: str, said: str) -> None:
    answer = visitor(language).get("/")
    assert (answer.status_code, said in words_of(answer)) == (200, True)


@pytest.mark.parametrize("address", ["/report", "/matters", "/matters.json", "/cases"])
def test_pages_that_need_the_list_say_that_it_is_not_published(db: None, address: str) -> None:
    answer = visitor(EN).get(address)
    assert answer.status_code == 409
    assert "not published yet" in answer.content.decode()


@pytest.mark.parametrize("form", ["xml", "json"])
def test_discovery_answers_before_the_list_is_published(db: None, form: str) -> None:
    answer = visitor(EN).get(f"/open311/v2/discovery.{form}")
    assert (answer.status_code, "GeoReport_v2" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize(("language", "said"), [(ZH, "还没有画出任何网格"), (EN, "No grids are drawn yet")])
def test_a_position_is_answered_in_words_before_any_grid_is_drawn(db: None, language: str, said: str) -> None:
    answer = visitor(language).get("/locate?lat=28.59&lon=119.27")
    assert (answer.status_code, said in answer.content.decode()) == (409, True)
