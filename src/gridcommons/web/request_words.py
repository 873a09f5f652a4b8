"""How what a resident asked stands, in the same words for the desk, for whoever asked, and in what they take along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.web.pieces import Status, say

REQUEST_STATES: Final[Mapping[str, Status]] = {
    "open": Status(Words("等待答复", "waits for an answer"), "now", "clock"),
    "done": Status(Words("已照办", "done as asked"), "done", "circle-check"),
    "partly": Status(Words("部分照办", "done in part"), "done", "circle-check"),
    "refused": Status(Words("未同意，没有改动", "refused, nothing changed"), "parked", "ban"),
}
"""By the state of a request."""


def states_as_codes() -> Words:
    """Every state as data has it, each with its words."""
    zh, en = (
        [f"{key} {say(one.words, tongue)}" for key, one in REQUEST_STATES.items()] for tongue in ("zh-hans", "en")
    )
    return Words("、".join(zh), "; ".join(en))
