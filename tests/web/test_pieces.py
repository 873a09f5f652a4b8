"""The pieces as pages render them, and what no template may hold."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.web.office.ways import SHELVES
from gridcommons.web.pieces import Clock, Look, QueueRow, Status, Step, Stretch, Tile, Trail, TrailArea

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "src/gridcommons/web"
TEMPLATES = sorted((ROOT / "src/gridcommons").rglob("templates/**/*.html"))
AS_OF = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
ENTRY = Verdict(
    answer=Answer.YES,
    subject=Words("可以进入网格", "may enter the grid"),
    because=(Because(Words("在清单中", "it is <b>listed</b>"), "list 12"), Because(Words("在本网格", "it lies here"))),
    rule="matter.admission",
    version="2025-11",
    owner=Words("治理中心", "governance centre"),
    contest=Words("写明理由", "say why"),
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def render(source: str, **facts: object) -> str:
    return Template("{% load pieces %}" + source).render(Context(facts))


def test_numbers_and_dates_of_a_sentence_stay_whole_and_its_signs_are_escaped() -> None:
    html = render("{{ text|unbroken }}", text="<b>261126-3SHRC8Y 应于2026-11-30 15:06前")
    assert html == (
        '&lt;b&gt;<span class="gc-num">261126-3SHRC8Y</span> 应于<span class="gc-num">2026-11-30 15:06</span>前'
    )


def test_a_because_card_has_its_four_lines_and_every_reason_with_its_source() -> None:
    html = render("{% because verdict %}", verdict=ENTRY)
    assert re.findall(r"<dt>(.*?)</dt>", html) == ["Because", "From", "Rule valid until", "Contest"]
    assert "it lies here" in html
    assert "list 12" in html
    assert "until changed" in html
    assert "governance centre is responsible" in html


def test_what_a_reason_says_is_text_and_never_markup() -> None:
    html = render("{% because verdict %}", verdict=ENTRY)
    assert "it is &lt;b&gt;listed&lt;/b&gt;" in html


def test_a_folded_card_lies_one_click_away_and_whole() -> None:
    html = render("{% because verdict fold=True contest_url='/contest' %}", verdict=ENTRY.as_dict())
    assert html.strip().startswith("<details")
    assert html.count("<dt>") == 4
    assert '<a href="/contest">say why</a>' in html


def test_a_tile_shows_value_change_denominator_and_completeness() -> None:
    tile = Tile("Late", 1317, "of 9,000 cases", AS_OF, change=-23, since="since yesterday", reported=(213, 214))
    html = render("{% tile t %}", t=tile)
    for text in ("1,317", "−23", "since yesterday", "of 9,000 cases", "99% reported (213 of 214)"):
        assert text in html


def test_a_tile_says_in_words_what_a_number_would_round_away() -> None:
    said = Words("不到1%", "under 1%")
    html = render("{% tile t %}", t=Tile("In time", 1, "of 400", AS_OF, unit="%", said=said, reported=(1, 400)))
    assert "under 1%" in html
    assert "under 1% reported (1 of 400)" in html
    assert ">1<" not in html


def test_a_tile_by_facts_without_denominator_is_refused() -> None:
    with pytest.raises(ValueError, match="denominator"):
        render("{% tile label='Late' value=3 as_of=at %}", at=AS_OF)


def test_a_suppressed_tile_says_so() -> None:
    html = render("{% tile t %}", t=Tile("Visits", None, "of 214", AS_OF, suppressed=True))
    assert "&lt;5" in html
    assert "too few to show" in html


def test_a_life_line_marks_private_steps_and_hatches_parked_stretches() -> None:
    steps = [
        Step("came in", "a resident", role="resident", at=AS_OF),
        Step("at home", "worker", role="worker", private=True),
    ]
    clock = Clock(480, (Stretch("used", 120), Stretch("parked", 60, "a part is missing")))
    html = render("{% life_line steps clock %}", steps=steps, clock=clock)
    assert html.count("private: only those involved see this") == 1
    assert 'class="parked" x="22.222%" width="11.111%"' in html
    assert "6 h left" in re.sub("<[^>]+>", "", html)
    assert "a part is missing" in html


def test_a_trail_links_its_neighbours_for_the_arrow_keys() -> None:
    areas = (TrailArea("county", "Suichang", "/c"), TrailArea("township", "Miaogao", "/t"))
    html = render(
        "{% level_trail t %}",
        t=Trail(areas, before=TrailArea("", "Yunfeng", "/y"), below=TrailArea("", "Beimen", "/b")),
    )
    assert set(re.findall(r'data-way="(\w+)"', html)) == {"above", "before", "below"}
    assert 'aria-current="location"' in html


def test_who_looked_says_when_who_why_and_what_and_lets_one_question_it() -> None:
    looks = [Look(AS_OF, "Grid 3", "home visit", "name, address", offline=True, question_url="/q")]
    html = render("{% who_looked looks %}", looks=looks)
    for text in (
        "14:05",
        "Grid 3",
        "home visit",
        "name, address",
        "on a phone offline",
        'href="/q"',
        "1 look on this page",
    ):
        assert text in html
    assert "Nobody has looked" in render("{% who_looked looks %}", looks=[])


def test_a_queue_row_can_be_opened_and_assigned_by_keys_only_where_allowed() -> None:
    row = {"code": "SC-1", "what": "Drain", "url": "/1", "place": "Grid 3", "status": Status("new")}
    allowed, not_allowed = QueueRow(**row, assign_url="/assign"), QueueRow(**row)
    assert "data-assign" in render("{% queue rows 'Queue' %}", rows=[allowed])
    html = render("{% queue rows 'Queue' %}", rows=[not_allowed])
    assert "data-assign" not in html
    assert "<kbd>a</kbd>" not in html
    assert "<kbd>a</kbd>" in render("{% queue rows 'Queue' %}", rows=[allowed])
    assert "data-open" in html


def test_a_head_sorts_and_then_sorts_the_other_way_and_keeps_the_filter() -> None:
    request = RequestFactory().get("/office/?sort=open&late=1&page=4")
    html = render("{% sort_head 'open' 'Open' %}{% sort_head 'name' 'Name' %}", request=request)
    assert 'href="?sort=-open&amp;late=1"' in html
    assert 'href="?sort=name&amp;late=1"' in html
    assert html.count('aria-sort="ascending"') == 1


def test_a_pager_keeps_the_filter() -> None:
    request = RequestFactory().get("/office/?late=1&page=2")
    html = render("{% pager page %}", page=Paginator(range(60), 20).page(2), request=request)
    assert 'href="?late=1&amp;page=3"' in html
    assert "21 to 40 of 60" in html


class Ask(forms.Form):
    words = forms.CharField(help_text="In your words")
    phone = forms.CharField(required=False)


def test_a_field_ties_help_and_error_to_its_control_and_says_what_may_be_left_out() -> None:
    form = Ask({"words": ""})
    html = render("{% field form.words %}", form=form)
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described is not None
    assert all(f'id="{name}"' in html for name in described[1].split())
    assert "(optional)" not in html
    assert "(optional)" in render("{% field form.phone %}", form=form)


def test_a_moment_never_stands_as_a_distance_alone() -> None:
    html = render("{{ at|ago }}", at=datetime.now(UTC) - timedelta(hours=3))
    assert "<time datetime=" in html
    assert "3 hours ago" in html


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "src/gridcommons")))
def test_no_template_writes_scripts_or_styles_into_the_page(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|javascript:""", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    known = set((ROOT / "frontend/icons.txt").read_text("utf-8").split())
    used = {
        name for path in TEMPLATES for name in re.findall(r"""\{% icon ["']([\w-]+)["']""", path.read_text("utf-8"))
    }
    used |= {way.icon for shelf in SHELVES for way in shelf.ways}
    assert used <= known
    assert {"user", "walk", "scale"} <= known


def test_every_text_of_the_pages_has_its_chinese() -> None:
    done = subprocess.run(
        [sys.executable, "tools/check_messages.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
