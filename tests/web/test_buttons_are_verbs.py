"""A button says what it does, never how something stands: in Chinese no label of one begins with 已 (already)."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.pofile import read_po

WEB = Path(__file__).parents[2] / "src/gridcommons/web"
PRESSED = re.compile(r"<button\b.*?</button>|<summary>.*?</summary>", re.DOTALL)
SAID = re.compile(r"{% translate \"(.*?)\"(?: context \"(.*?)\")? %}")
STATES = frozenset({"Has moved out", "has taken note", "They want no visit", "It is not right", "Looked at"})
ANSWERS = {"office/resident_requests.html"}
"""The desk's answer to a resident: that it is done is what the desk says there."""


def labels() -> list[tuple[str, str, str]]:
    """Each label of something to press: its page, its words in English and in Chinese."""
    with (WEB / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        chinese = {(one.id, one.context or ""): one.string for one in read_po(file) if isinstance(one.id, str)}
    found = []
    for page in sorted((WEB / "templates").rglob("*.html")):
        name = page.relative_to(WEB / "templates").as_posix()
        for pressed in PRESSED.findall(page.read_text(encoding="utf-8")):
            for english, context in SAID.findall(pressed):
                found.append((name, english, str(chinese.get((english, context), ""))))
    return found


def test_no_label_reads_as_a_state() -> None:
    found = [one for one in labels() if one[0] not in ANSWERS]
    assert len(found) > 250
    states = [one for one in found if one[2].startswith("已")]
    assert {one[1] for one in states} == {"copied"}, "but what a button of copying says once it was pressed"


def test_moving_out_is_recorded_and_a_change_acknowledged() -> None:
    said = {english: chinese for page, english, chinese in labels() if page.startswith("office/")}
    assert said["Record moving out"] == "登记迁出"
    assert STATES.isdisjoint(said)
    campaign = (WEB / "templates/office/campaign.html").read_text(encoding="utf-8")
    assert "Acknowledge for {{ name }}" in campaign
