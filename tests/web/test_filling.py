"""A page that opens while the demo fills says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from gridcommons.kit.words import Words
from gridcommons.web.filling import Filling, filling


def test_what_the_demo_does_is_read_and_shown_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    said = {"zh": "机构", "en": "offices", "done": 3, "total": 9}
    (tmp_path / "run" / "demo.json").write_text(json.dumps(said))
    found = filling(tmp_path)
    assert found == Filling(Words("机构", "offices"), 3, 9)
    for language, words in (("en", "Still filling: offices, 3 of 9."), ("zh-hans", "数据还在装入：机构，3/9。")):
        with override(language):
            assert words in render_to_string("pieces/synthetic_band.html", {"filling": found})


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"zh": "x"}'])
def test_nothing_or_half_a_file_is_no_failure(tmp_path: Path, content: str | None) -> None:
    (tmp_path / "run").mkdir()
    if content is not None:
        (tmp_path / "run" / "demo.json").write_text(content)
    assert filling(tmp_path) is None
