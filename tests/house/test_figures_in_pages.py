"""Figures and signs in templates: thousands marked by one filter, a colon as the reader's language has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.translation import override

TEMPLATES = Path(__file__).parents[2] / "src" / "gridcommons" / "web" / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
SENTENCE = re.compile(r"\{% *blocktrans.*?endblocktrans(?:late)? *%\}", re.S)
LOOSE_COLON = re.compile(r"(?<=[}>]): ?(?=\{\{|\{%|<)")
CODES = re.compile(r"\{\{ scheme(?:\.facts\.key)? \}\}:$")
BARE_COUNT = re.compile(r'class="gc-count[^"]*">\{\{ [^|}]*(?:\|length)? \}\}|(?<!value=")\{\{ [a-z_.]+\|length \}\}')
PLURAL = re.compile(r"\{% *blocktranslate count ")
BROUGHT = re.compile(r"\{% load [^%]*\bi18n\b[^%]*\bpieces\b")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_page_marks_thousands_and_writes_its_colons(page: Path) -> None:
    text = page.read_text("utf-8")
    outside = SENTENCE.sub("", text)
    loose = [found for found in LOOSE_COLON.finditer(outside) if not CODES.search(outside[: found.end()])]
    assert not loose, "write {% colon %}"
    assert not BARE_COUNT.findall(outside), "write {{ n|counted }}"
    assert not PLURAL.search(text) or BROUGHT.search(text), "load i18n, then pieces: its counts have marked thousands"


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "：1,371|1,371 forms|2026"), ("en", ": 1,371|1,371 forms|2026")]
)
def test_what_a_count_reads_as(language: str, said: str) -> None:
    page = (
        "{% load i18n pieces %}{% colon %}{{ n|counted }}|{% blocktranslate count n=n %}{{ n }} form"
        "{% plural %}{{ n }} forms{% endblocktranslate %}|{{ year }}"
    )
    with override(language):
        shown = Template(page).render(Context({"n": 1371, "year": 2026}))
    assert shown == said
