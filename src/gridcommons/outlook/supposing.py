"""What a what-if stands on, in words: starting values of diseases, levers with their sources, assumptions. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.verdict import Because
from gridcommons.kit.words import Words
from gridcommons.outlook.simulation import QUANTILES, Disease, Levers, effective_r

_PACKAGE: Final = "gridcommons.outlook"
_FIGURES: Final = ("r_low", "r_high", "latent_days", "infectious_days", "found", "care", "care_days")
_HERE: Final = Words("模型设定", "how the model is made")


@dataclass(frozen=True)
class Sourced:
    """A number with where it comes from."""

    value: float
    source: Words


@dataclass(frozen=True)
class Preset:
    """A disease to start from, with its source."""

    key: str
    name: Words
    disease: Disease
    source: Words


@dataclass(frozen=True)
class Lever:
    """One thing that may be supposed: its name, what it means, its range, its source."""

    key: str
    name: Words
    says: Words
    least: float
    most: float
    source: Words


@dataclass(frozen=True)
class Book:
    """The file: its edition, who answers for it, what the form starts from."""

    version: str
    owner: Words
    persons_per_home: Sourced
    away: Sourced
    diseases: Mapping[str, Preset]
    levers: Mapping[str, Lever]


def book() -> Book:
    """The packaged starting values."""
    return shipped(_PACKAGE, "whatif.toml", _read)


def _read(raw: Raw) -> Book:
    diseases = [
        Preset(
            one["key"], Words(**one["name"]), Disease(**{key: float(one[key]) for key in _FIGURES}),
            Words(**one["source"]),
        )
        for one in raw["diseases"]
    ]  # fmt: skip
    levers = {
        key: Lever(
            key, Words(**one["name"]), Words(**one["says"]), float(one["least"]), float(one["most"]),
            Words(**one["source"]),
        )
        for key, one in raw["levers"].items()
    }  # fmt: skip
    return Book(
        raw["version"], Words(**raw["owner"]), _sourced(raw["persons_per_home"]), _sourced(raw["away"]),
        {one.key: one for one in diseases}, levers,
    )  # fmt: skip


def _sourced(raw: Mapping[str, Any]) -> Sourced:
    return Sourced(float(raw["value"]), Words(**raw["source"]))


@dataclass(frozen=True)
class Supposed:
    """What one picture stands on beside its levers. `source`: of the disease's figures; `start`, `people`: as told.

    `levers`: keys of those that any scenario moves.
    """

    disease: Disease
    source: Words
    away: float
    start: Words
    people: Words
    days: int
    runs: int
    seed: int
    levers: tuple[str, ...] = ()


def assumptions(held: Supposed) -> tuple[Because, ...]:
    """Everything that was assumed, in words with sources: shown above the picture, always."""
    here = (held.start, held.people, _left_out(), _runs(held))
    levers = (book().levers[key] for key in held.levers)
    moved = (
        Because(Words(f"{one.name.zh}：{one.says.zh}", f"{one.name.en}: {one.says.en}"), one.source) for one in levers
    )
    return (
        Because(_model(), _HERE), *_of_disease(held), _mixing(held.away), *moved, *(Because(one, _HERE) for one in here)
    )  # fmt: skip


def _model() -> Words:
    return Words(
        "每个区域内，人人相遇的机会均等；每人先易感，感染后先潜伏，再有传染性，最后不再传染，不会再次感染",
        "Within an area all people meet each other alike; each is susceptible, once infected first exposed, "
        "then infectious, then removed, and not infected again",
    )


def _of_disease(held: Supposed) -> tuple[Because, ...]:
    d = held.disease
    said = (
        Words(
            f"一人平均传给R人，R在{d.r_low:g}到{d.r_high:g}之间（95%），每次模拟各取一值",
            f"One infects R others on average, R between {d.r_low:g} and {d.r_high:g} (95 %), drawn for each run",
        ),
        Words(
            f"潜伏平均{d.latent_days:g}天，传染期平均{d.infectious_days:g}天，代际间隔平均{d.interval:g}天"
            f"（标准差{d.interval_sd:.1f}天）",
            f"Exposed for {d.latent_days:g} days and infectious for {d.infectious_days:g} on average, a generation "
            f"interval of {d.interval:g} days (standard deviation {d.interval_sd:.1f})",
        ),
        Words(
            f"感染者中{d.found:.0%}被发现，其余同样会传染；{d.care:.1%}需要照护，平均{d.care_days:g}天，不设床位上限",
            f"{d.found:.0%} of the infected are found, the others infect as well; {d.care:.1%} need care for "
            f"{d.care_days:g} days on average, and beds have no limit",
        ),
    )
    return tuple(Because(one, held.source) for one in said)


def _mixing(away: float) -> Because:
    share = f"{away:.0%}"
    return Because(
        Words(
            f"每个区域{share}的接触发生在相邻区域，按其人口分配；没有人从外面带入",
            f"{share} of each area's contacts are with the areas that border on it, by their population; nobody "
            "brings anything in from outside",
        ),
        book().away.source,
    )


def _left_out() -> Words:
    return Words(
        "没有计入：年龄、住户、学校、季节、人们自行改变的行为、检测和照护能力的限度",
        "Left out are age, households, schools, seasons, what people change by themselves, limits of tests and care",
    )


def _runs(held: Supposed) -> Words:
    inner, outer = (round(100 * (QUANTILES[-1 - n] - QUANTILES[n])) for n in (1, 0))
    return Words(
        f"模拟{held.runs}次，{held.days}天，随机种子{held.seed}：深色带含{inner}%的结果，浅色带含{outer}%",
        f"{held.runs} runs over {held.days} days, seed {held.seed}: the dark band holds {inner} % of them, the light "
        f"one {outer} %",
    )


def levers_said(levers: Levers, disease: Disease) -> tuple[Words, ...]:
    """What a scenario supposes, in words, and the R that is left of it."""
    said = []
    if levers.fewer_contacts:
        share = f"{levers.fewer_contacts:.0%}"
        said.append(
            Words(f"从第{levers.since}天起少{share}的接触", f"{share} fewer contacts from day {levers.since} on")
        )
    if levers.isolated_by is not None:
        days = f"{levers.isolated_by:g}"
        said.append(Words(f"发现的病例平均{days}天后不再接触他人", f"found cases apart after {days} days on average"))
    if levers.vaccinated:
        share, kept = f"{levers.vaccinated:.0%}", f"{levers.protected:.0%}"
        said.append(Words(f"{share}已接种，其中{kept}不会感染", f"{share} vaccinated, {kept} of them protected"))
    left = f"{effective_r(disease, levers, levers.since):.2f}"
    return (*(said or [Words("什么也不做", "nothing is done")]), Words(f"R中位数剩{left}", f"median R left: {left}"))
