"""What officers write for everybody as `中文 | English`: each reader sees their own language."""

from __future__ import annotations

import pytest
from django.utils import translation

from gridcommons.kit.words import Words, apart
from gridcommons.outlook.painting.packages import templates
from gridcommons.web.templatetags.tongues import typed


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("停课 | school is closed", "停课", "school is closed"),
        ("只有中文", "只有中文", "只有中文"),
        (" | English alone ", "English alone", "English alone"),
        ("甲 | b | c", "甲", "b | c"),
        ("", "", ""),
    ],
)
def test_the_bar_parts_the_languages_and_one_alone_stands_for_both(text: str, zh: str, en: str) -> None:
    assert apart(text) == Words(zh, en)
    with translation.override("zh-hans"):
        assert typed(text) == zh
    with translation.override("en"):
        assert typed(text) == en


def test_ready_packages_name_a_law_in_both_languages_and_no_note_of_drafting() -> None:
    for one in templates().values():
        basis = apart(one.basis)
        assert basis.zh != basis.en
        assert "核对" not in one.basis
