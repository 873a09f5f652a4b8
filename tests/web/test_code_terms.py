"""One term for each code that a desk hands out, on every page that asks for it or gives it."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.test import Client

from web.office_town import text_of

CATALOGUE = Path("src/gridcommons/web/locale/zh_Hans/LC_MESSAGES/django.po")
OPENING, SLIP = "开通码", "凭条码"
OTHER = ("代码", "编码")


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(("address", "term"), [("/me/open", OPENING), ("/me/consent", SLIP)])
def test_a_page_that_asks_for_a_code_calls_it_by_its_term(address: str, term: str) -> None:
    client = Client(headers={"Accept-Language": "zh"})
    shown, empty = text_of(client.get(address)), text_of(client.post(address, {"code": ""}))
    for page in (shown, empty):
        main = page[page.index("<main") : page.index("</main>")]
        assert term in main
        assert not [one for one in OTHER if one in main]


def test_no_sentence_about_these_codes_has_another_word_for_them() -> None:
    """Sentences of the desk that hands them out and of the slips, by what they say in English."""
    with CATALOGUE.open("rb") as file:
        said = {str(one.id): str(one.string) for one in read_po(file)}
    for english, term in (
        ("I have a code from the desk", OPENING),
        ("I have a code from the desk: see what is held about me", OPENING),
        ("A code waits until %(until)s.", OPENING),
        ("Hand this code to the person", OPENING),
        ("Hand this code to the person, and go", SLIP),
        ("The code on your slip", SLIP),
        ("by the code on the slip", SLIP),
    ):
        assert term in said[english], english
        assert not [one for one in OTHER if one in said[english]], english
