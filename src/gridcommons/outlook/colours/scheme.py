"""Schemes of colours as data: levels, cuts, what makes an area grey, how fast it comes down, who answers for it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from typing import Any, Final

from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.shipped import Raw, shipped, shipped_text, understood
from gridcommons.kit.words import Words

PACKAGE: Final = "gridcommons.outlook.colours"
OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}
COUNTED: Final = frozenset({"rate", "cases", "cumulative", "days_since"})
"""Measures made from the counts themselves."""
RECKONED: Final = frozenset({*COUNTED, "r_lower"})
MEASURES: Final[Mapping[str, Words]] = {
    "rate": Words("每10万人病例", "cases per 100,000"),
    "cases": Words("病例", "cases"),
    "cumulative": Words("累计病例", "cases altogether"),
    "days_since": Words("距上例天数", "days since the last case"),
    "r_lower": Words("R下限", "lower bound of R"),
    "clusters": Words("未结聚集性疫情", "open clusters"),
    "scan_p": Words("时空扫描p", "p of the space-time scan"),
    "completeness": Words("报告网格占比（%）", "grids that reported (%)"),
    "tests": Words("每周每10万人检测", "tests per 100,000 a week"),
    "positivity": Words("阳性率（%）", "positive tests (%)"),
    "admissions": Words("每周每10万人入院", "admissions per 100,000 a week"),
    "beds": Words("床位占用（%）", "beds taken (%)"),
    "ward": Words("普通病床占用（%）", "ward beds taken (%)"),
    "icu": Words("重症床位占用（%）", "intensive-care beds taken (%)"),
}
GIVEN: Final = tuple(name for name in MEASURES if name not in RECKONED)
"""Measures that somebody must supply, by the names their columns bear."""
GREY: Final = "grey"
HIGH: Final = frozenset({"orange", "red", "dark-red"})
"""Colours that a named officer signs, whatever a scheme says of it."""

NO_SCHEME = refusal_kind(
    "colours.no_scheme",
    status=404,
    zh="没有方案“{name}”；现有：{known}，或给出方案文件（.toml）。",
    en="There is no scheme “{name}”; there are: {known}, or name a file (.toml).",
)
UNSOUND = refusal_kind(
    "colours.unsound_scheme",
    status=422,
    zh="方案文件有误：{what}",
    en="The file of the scheme is unsound: {what}",
)
NO_NUMBERS = refusal_kind(
    "colours.no_numbers",
    status=422,
    zh="方案“{name}”只公布了结构，没有公布数值，不能用来上色。",
    en="Of the scheme “{name}” only the structure was published and no numbers: nothing can be coloured by it.",
)


@dataclass(frozen=True)
class Condition:
    """A measure against a cut."""

    measure: str
    sign: str
    cut: float

    def holds(self, value: Any) -> Any:
        """Whether a value, or each of an array, meets the cut; what is unknown (NaN) does not."""
        return OPERATORS[self.sign](value, self.cut)


@dataclass(frozen=True)
class Rule:
    """All conditions together make a level; `key` names the rule where it is cited."""

    key: str
    level: int
    when: tuple[Condition, ...]


@dataclass(frozen=True)
class Level:
    """A colour: its key (the letter shown), colour, pattern and name; `after`: days before an area goes down to it.

    `signed`: it is a proposal until a named officer signs; orange and red always are.
    """

    key: str
    colour: str
    pattern: str
    name: Words
    after: int
    signed: bool


@dataclass(frozen=True)
class Greyness:
    """What makes an area unknown; 0 where the scheme does not ask. `shown_from`: levels shown though data lack."""

    completeness_below: float
    older_than_days: int
    population_below: float
    when: tuple[Condition, ...]
    shown_from: int
    no_better: int
    """The best level while a day of the window is missing; -1: grey where that day could have changed the level."""


@dataclass(frozen=True)
class Scheme:
    """A published set of rules. `levels` from the lowest up; `rules` from the highest level down."""

    key: str
    version: str
    name: Words
    owner: Words
    source: Words
    window: int
    local: bool
    smoothed: bool
    raise_at: float
    lower_at: float
    band: float
    one_step: bool
    valid_days: int
    interval: tuple[float, float] | None
    needed: frozenset[str]
    levels: tuple[Level, ...]
    rules: tuple[Rule, ...]
    grey: Greyness

    @property
    def label(self) -> str:
        """Key and version, as a colour cites them."""
        return f"{self.key}@{self.version}"

    @cached_property
    def asked(self) -> frozenset[str]:
        """The measures that the rules look at."""
        return frozenset(one.measure for rule in self.rules for one in rule.when) | {c.measure for c in self.grey.when}

    @cached_property
    def cuts(self) -> tuple[float, ...]:
        """The cuts of the rate, rising."""
        return tuple(sorted({one.cut for rule in self.rules for one in rule.when if one.measure == "rate"}))


def known_schemes() -> tuple[str, ...]:
    """The names of the shipped schemes."""
    folder = files(PACKAGE).joinpath("data", "schemes")
    return tuple(sorted(path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml")))


def scheme_named(name: str) -> Scheme:
    """A shipped scheme; refuses (`NO_SCHEME`, `NO_NUMBERS`) what there is none of."""
    if name not in known_schemes():
        raise refuse(NO_SCHEME, name=name, known=", ".join(known_schemes()))
    return _with_rules(shipped(PACKAGE, f"schemes/{name}.toml", read))


def scheme_text(name: str) -> str:
    """The whole text of a shipped scheme, as it is kept where that is put in force; refuses what there is none of."""
    scheme_named(name)
    return shipped_text(PACKAGE, f"schemes/{name}.toml")


def text_of_version(name: str, version: str) -> str:
    """The text of a scheme in one version; empty where the program does not ship that one."""
    try:
        return scheme_text(name) if scheme_named(name).version == version else ""
    except Refusal:
        return ""


def scheme_of(text: str) -> Scheme:
    """A scheme from the text of a file; refuses (`UNSOUND`) what is no scheme."""
    return _with_rules(understood(text, read, UNSOUND))


def _with_rules(scheme: Scheme) -> Scheme:
    if not scheme.rules:
        raise refuse(NO_NUMBERS, name=scheme.key)
    return scheme


def recut(scheme: Scheme, cuts: Mapping[str, Mapping[float, float]]) -> Scheme:
    """The same scheme with other cuts (measure -> old cut -> new), marked as nobody's: for trying out what would be.

    Raises KeyError where the scheme has no such cut.
    """
    held = {(c.measure, c.cut) for rule in scheme.rules for c in rule.when}
    if lost := {(measure, old) for measure, by in cuts.items() for old in by} - held:
        raise KeyError(sorted(lost))

    def anew(one: Condition) -> Condition:
        return replace(one, cut=cuts.get(one.measure, {}).get(one.cut, one.cut))

    rules = tuple(replace(rule, when=tuple(map(anew, rule.when))) for rule in scheme.rules)
    return replace(scheme, version=f"{scheme.version}+what-if", rules=rules)


def read(raw: Raw) -> Scheme:
    """A scheme from TOML; raises KeyError, ValueError or TypeError with what is wrong."""
    levels = tuple(_level(one, int(raw.get("hold_days", 0))) for one in raw["levels"])
    places = {level.key: place for place, level in enumerate(levels)}
    rules = [_rule(one, places) for one in raw.get("rules", [])]
    interval = raw.get("serial_interval")
    scheme = Scheme(
        key=str(raw["key"]), version=str(raw["version"]), name=_words(raw["name"]), owner=_words(raw["owner"]),
        source=_words(raw["source"]), window=int(raw["window"]), local=_of(raw["counts"], "local", "all"),
        smoothed=bool(raw["smoothed"]), raise_at=float(raw.get("raise_at", 1.0)),
        lower_at=float(raw.get("lower_at", 0.0)), band=float(raw.get("band", 0.8)),
        one_step=bool(raw.get("one_step", False)), valid_days=int(raw["valid_days"]),
        interval=(float(interval["mean"]), float(interval["sd"])) if interval else None,
        needed=frozenset(_measure(one) for one in raw.get("needed", [])), levels=levels,
        rules=tuple(sorted(rules, key=lambda rule: -rule.level)), grey=_greyness(raw["grey"], places),
    )  # fmt: skip
    _check(scheme)
    return scheme


def _check(scheme: Scheme) -> None:
    if not scheme.levels or len({level.key for level in scheme.levels}) < len(scheme.levels):
        raise ValueError("levels: each needs a key of its own")
    if any(level.colour == GREY for level in scheme.levels):
        raise ValueError("levels: grey is kept for the unknown")
    if scheme.window < 1 or scheme.valid_days < 1:
        raise ValueError("window, valid_days: 1 or more")
    if scheme.smoothed and not 0 < scheme.lower_at < scheme.raise_at < 1:
        raise ValueError("0 < lower_at < raise_at < 1")
    if len({rule.key for rule in scheme.rules}) < len(scheme.rules):
        raise ValueError("rules: each needs a key of its own")


def _level(raw: Raw, hold: int) -> Level:
    return Level(
        str(raw["key"]), str(raw["colour"]), str(raw["pattern"]), _words(raw["name"]),
        int(raw.get("after", hold)), bool(raw.get("signed", False)) or raw["colour"] in HIGH,
    )  # fmt: skip


def _rule(raw: Raw, places: Mapping[str, int]) -> Rule:
    when = tuple(_condition(one) for one in raw["when"])
    place = places[raw["level"]]
    if not when or place == 0:
        raise ValueError(f"rules: {raw['key']} needs conditions and a level above the lowest")
    return Rule(str(raw["key"]), place, when)


def _condition(raw: list[Any]) -> Condition:
    measure, sign, cut = raw
    if sign not in OPERATORS:
        raise ValueError(f"no sign: {sign}")
    return Condition(_measure(measure), sign, float(cut))


def _measure(name: Any) -> str:
    if name not in MEASURES:
        raise ValueError(f"no measure: {name}")
    return str(name)


def _greyness(raw: Raw, places: Mapping[str, int]) -> Greyness:
    return Greyness(
        float(raw.get("completeness_below", 0)), int(raw["older_than_days"]), float(raw.get("population_below", 0)),
        tuple(_condition(one) for one in raw.get("when", [])), places[raw["shown_from"]],
        places[raw["no_better"]] if "no_better" in raw else -1,
    )  # fmt: skip


def _words(raw: Mapping[str, str]) -> Words:
    return Words(zh=raw["zh"], en=raw["en"])


def _of(value: str, yes: str, no: str) -> bool:
    if value not in (yes, no):
        raise ValueError(f"{value}: {yes} or {no}")
    return value == yes
