"""A page that opens while the demo fills says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.translation import override

from gridcommons.cli.demo import STEPS, Told, _tell_filled
from gridcommons.cli.holding import DEMO_FILLS
from gridcommons.cli.places import Places
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.web.filling import Broken, Filling, broken, filling


def test_what_the_demo_does_is_read_and_shown_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    said = {"zh": "机构", "en": "offices", "done": 3, "total": 9}
    (tmp_path / "run" / "demo.json").write_text(json.dumps(said))
    found = filling(tmp_path)
    assert found == Filling(Words("机构", "offices"), 3, 9)
    for language, words in (("en", "Still filling: offices, 3 of 9."), ("zh-hans", "数据还在装入：机构，3/9。")):
        with override(language):
            assert words in render_to_string("pieces/synthetic_band.html", {"filling": found})


def test_the_step_is_told_with_what_is_done_of_it_once_that_is_known() -> None:
    counted = Filling(Words("重放过去几天的事项", "replaying the past days"), 3504, 5802, 3, 5)
    begun = Filling(Words("过去几天的事项", "the past days"), 0, 0, 3, 5)
    for language, of, said in (
        ("en", counted, "Still filling, step 3 of 5: replaying the past days, 3,504 of 5,802."),
        ("en", begun, "Still filling, step 3 of 5: the past days."),
        ("zh-hans", begun, "数据还在装入（第3步，共5步）：过去几天的事项。"),
    ):
        with override(language):
            assert said in render_to_string("pieces/synthetic_band.html", {"filling": of})


def test_an_empty_place_teaches_nothing_wrong_while_the_demo_fills() -> None:
    page = Template("{% load pieces %}{% empty_state 'Nothing here' 'When a worker sends a form it appears here.' %}")
    with override("en"):
        taught = page.render(Context({}))
        filling_yet = page.render(Context({"filling": Filling(Words("住户", "homes"), 1, 2, 4, 5)}))
    assert "When a worker sends a form it appears here." in taught
    assert "still filling" not in taught
    assert "When a worker sends a form" not in filling_yet
    assert "The demo is still filling" in filling_yet
    assert "3 of 5" in filling_yet, "the bar: three steps are behind it"
    assert "Still filling, step 4 of 5: homes, 1 of 2." in filling_yet
    assert "Steps of the filling that are done" in filling_yet


def test_the_filling_writes_its_steps_and_never_that_all_of_one_is_done(tmp_path: Path) -> None:
    places = Places(tmp_path).make()
    with Told(places, quiet=True) as told:
        told.begin(2)
        assert filling(tmp_path) == Filling(STEPS[1], 0, 0, 2, len(STEPS))
        told._written = 0.0
        told(Words("机构", "offices"), 3, 9)
        told._written = 0.0
        told(Words("完成", "done"), 9, 9)
        assert filling(tmp_path) == Filling(Words("机构", "offices"), 3, 9, 2, len(STEPS))
        told.begin(3)
        assert filling(tmp_path) == Filling(STEPS[2], 0, 0, 3, len(STEPS))
    assert filling(tmp_path) is None


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"zh": "x"}'])
def test_nothing_or_half_a_file_is_no_failure(tmp_path: Path, content: str | None) -> None:
    (tmp_path / "run").mkdir()
    if content is not None:
        (tmp_path / "run" / "demo.json").write_text(content)
    assert filling(tmp_path) is None


def break_off(places: Places, step: int, why: Exception) -> None:
    with Told(places, quiet=True) as told:
        told.begin(step)
        raise why


def test_a_filling_that_breaks_off_says_where_and_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = Places(tmp_path).make()
    with pytest.raises(Refusal):
        break_off(places, 5, refuse(DEMO_FILLS, data="here", pid=7))
    said = capsys.readouterr().err
    assert "Filling broke off at step 5 of 5 (the office's rooms)" in said
    assert "gridcommons demo" in said
    assert filling(tmp_path) is None
    found = broken(tmp_path)
    assert found is not None
    assert (found.what, found.step) == (STEPS[4], 5)
    for language, words in (
        ("en", "Filling broke off at step 5 of 5"),
        ("zh-hans", "填充在第5步（共5步，各项工作）中断"),
    ):
        with override(language):
            band = render_to_string("pieces/synthetic_band.html", {"broken": found})
            assert words in band
            assert "gridcommons demo" in band
            assert "run/demo.log" in band
    assert str(places.demo_log) in said
    assert "Refusal" in places.demo_log.read_text(encoding="utf-8"), "by hand it stands there too"
    with Told(places, quiet=True):
        assert broken(tmp_path) is None, "it goes on"
    assert broken(tmp_path) is None


def test_what_broke_for_another_reason_than_a_refusal_points_to_the_log(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        break_off(Places(tmp_path).make(), 4, ZeroDivisionError())
    words = Words("程序出错（见日志）。", "the program failed (see the log).")
    assert broken(tmp_path) == Broken(STEPS[3], words, 4, len(STEPS))


def test_a_log_without_a_bar_says_each_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Told(Places(tmp_path).make(), quiet=False) as told:
        told.begin(1)
    assert "Step 1 of 5: the county, its townships and offices" in capsys.readouterr().err


def test_a_long_step_is_not_silent_in_a_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Told(Places(tmp_path).make(), quiet=False) as told:
        told.begin(5)
        told._tell_how_far()
        told(Words("各项工作", "the office's rooms"), 3, 21)
        told._tell_how_far()
    said = capsys.readouterr().err
    assert "the office's rooms …" in said
    assert "the office's rooms: 3 of 21" in said


def test_the_bar_of_the_filling_and_its_words_agree() -> None:
    """The third step of five is under way: two are done, and the bar says that it counts those."""
    page = Template("{% load pieces %}{% empty_state 'Nothing here' 'Later.' %}")
    with override("en"):
        told = page.render(Context({"filling": Filling(Words("过去几天", "the past days"), 1, 2, 3, 5)}))
    assert "step 3 of 5" in told
    bar = told[told.index("gc-progress-words") :]
    assert "Steps of the filling that are done" in bar
    assert "2 of 5" in bar


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        ("demo.replayed", "The past days are replayed and stay as they are"),
        ("demo.broke", "it begins anew"),
        ("demo.done", "the days are replayed once more"),
    ],
)
def test_a_second_filling_says_what_it_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], mark: str, says: str
) -> None:
    places = Places(tmp_path).make()
    (places.run / mark).touch()
    _tell_filled(places)
    assert says in capsys.readouterr().err
