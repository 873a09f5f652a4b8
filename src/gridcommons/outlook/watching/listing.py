"""Which series are watched and by which rules, as data: those counted from cases, and all that are handed in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final, Literal

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import shipped_text, understood
from gridcommons.kit.words import Words
from gridcommons.outlook.categories import Category
from gridcommons.outlook.reported.listing import listing as handed_in

Source = Literal["counted", "handed_in"]
METHODS: Final[Mapping[str, Words]] = {
    "default": Words("逐日：与前七周同一星期几比较", "by day, against the same weekday of seven weeks"),
    "farrington": Words("逐周：与往年同季比较", "by week, against the season of earlier years"),
    "scan": Words("时空扫描", "scan over space and time"),
    "scan_grid": Words("按网格时空扫描", "scan over space and time, by grid"),
}
UNSOUND = refusal_kind(
    "watching.unsound",
    status=400,
    zh="监测规则文件有误：{what}。请改正后重新发布。",
    en="The file of what is watched is unsound: {what}. Correct it and publish it again.",
)
UNKNOWN = refusal_kind(
    "watching.unknown",
    status=404,
    zh="没有“{key}”这个监测指标。请从清单中选择。",
    en="Nothing called “{key}” is watched. Choose one from the list.",
)


@dataclass(frozen=True)
class Watched:
    """One series: what it counts, where it comes from, what a warning of it is about; not `judged`: only shown."""

    key: str
    name: Words
    counts: Words
    source: Source
    category: Category
    measure: str = ""
    matters: tuple[str, ...] = ()
    judged: bool = True


@dataclass(frozen=True)
class Rules:
    """The numbers by which series are judged; the file of data says what each means."""

    history: int
    judged: int
    share: float
    years: int
    fewest_years: int
    scan_before: int
    scan_days: int
    scan_p: float
    scan_neighbours: int
    scan_replicates: int
    scan_grid_p: float
    scan_grid_neighbours: int
    evidence: int


@dataclass(frozen=True)
class Watching:
    """One edition of it all."""

    version: str
    owner: Words
    rules: Rules
    of: Mapping[str, Watched]

    def get(self, key: str) -> Watched:
        """One series; refuses an unknown key."""
        if key not in self.of:
            raise refuse(UNKNOWN, key=key[:40])
        return self.of[key]

    @property
    def judged(self) -> tuple[Watched, ...]:
        """The series that are judged, in their order."""
        return tuple(one for one in self.of.values() if one.judged)


@cache
def watching() -> Watching:
    """What ships with the program, and every count that is handed in."""
    return parse_watching(shipped_text("gridcommons.outlook.watching", "watching.toml"))


def parse_watching(text: str) -> Watching:
    """From TOML text; refuses (`watching.unsound`) what cannot be read."""
    return understood(text, _read, UNSOUND)


def _read(raw: dict[str, Any]) -> Watching:
    own = [_one(row) for row in raw["series"]]
    others = [Watched(one.key, one.name, one.counts, "handed_in", one.category) for one in handed_in().of.values()]
    held = {one.key: one for one in (*own, *others)}
    if len(held) < len(own) + len(others):
        raise ValueError("a key stands twice")
    rules = Rules(**{one.name: raw["rules"][one.name] for one in fields(Rules)})
    if not 0 < rules.judged < rules.history or not 0 < rules.share < 1:
        raise ValueError("rules?")
    return Watching(raw["version"], Words(raw["owner_zh"], raw["owner_en"]), rules, held)


def _one(row: dict[str, Any]) -> Watched:
    return Watched(
        row["key"], Words(*row["name"]), Words(*row["counts"]), "counted", Category(row["category"]), row["measure"],
        tuple(row["matters"]), row.get("judged", True),
    )  # fmt: skip
