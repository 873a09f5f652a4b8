"""Colours, warnings and open data are found from every public page and from home, whether anything holds or not."""

from __future__ import annotations

import pytest

from town import Town
from web.office_town import client_of, text_of

ROOMS = ("/colours", "/warnings", "/open-data")


@pytest.mark.parametrize("page", ["/", "/matters", "/cases", "/colours", "/warnings", "/open-data"])
def test_every_public_page_leads_to_them(town: Town, page: str) -> None:
    text = text_of(client_of(town, "public", "en").get(page))
    for room in ROOMS:
        assert f'href="{room}"' in text, (page, room)


@pytest.mark.parametrize("room", ROOMS)
def test_they_answer_where_nothing_holds_yet(town: Town, room: str) -> None:
    assert client_of(town, "public", "en").get(room).status_code == 200
