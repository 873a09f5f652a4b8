"""The counts that may be handed in, as data: what each counts, its owner, at which levels it is given. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import shipped_text, understood
from gridcommons.kit.words import Words
from gridcommons.outlook.categories import Category

FILE: Final = "reported.toml"
UNSOUND = refusal_kind(
    "reported.unsound",
    status=400,
    zh="上报指标文件有误：{what}。请改正后重新发布。",
    en="The file of counts that are handed in is unsound: {what}. Correct it and publish it again.",
)
UNKNOWN = refusal_kind(
    "reported.unknown",
    status=404,
    zh="没有“{key}”这个上报指标。请从清单中选择。",
    en="No count “{key}” is handed in. Choose one from the list.",
)


@dataclass(frozen=True)
class ReportedCount:
    """One of them. `running`: a total that can only grow, its days the differences; `category`: of its warnings."""

    key: str
    name: Words
    counts: Words
    unit: Words
    levels: tuple[str, ...]
    running: bool
    category: Category


@dataclass(frozen=True)
class Listing:
    """One edition of all of them."""

    version: str
    owner: Words
    of: Mapping[str, ReportedCount]

    def get(self, key: str) -> ReportedCount:
        """One of them; refuses an unknown key."""
        if key not in self.of:
            raise refuse(UNKNOWN, key=key[:40])
        return self.of[key]


@cache
def listing() -> Listing:
    """Those that ship with the program."""
    return parse_listing(shipped_text("gridcommons.outlook.reported", FILE))


def parse_listing(text: str) -> Listing:
    """From TOML text; refuses (`reported.unsound`) what cannot be read."""
    return understood(text, _read, UNSOUND)


def _read(raw: dict[str, Any]) -> Listing:
    rows = [_one(row) for row in raw["indicators"]]
    if len({row.key for row in rows}) < len(rows):
        raise ValueError("a key stands twice")
    return Listing(raw["version"], Words(raw["owner_zh"], raw["owner_en"]), {row.key: row for row in rows})


def _one(row: dict[str, Any]) -> ReportedCount:
    levels = tuple(row["levels"])
    if not levels or not set(levels) <= {level.key for level in CHINA.levels}:
        raise ValueError(f"{row['key']}: levels?")
    return ReportedCount(
        row["key"], Words(*row["name"]), Words(*row["counts"]), Words(*row["unit"]), levels, bool(row["running"]),
        Category(row["category"]),
    )  # fmt: skip
