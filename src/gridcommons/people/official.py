"""Official marginals of a county and the declared parameters of the household model, both read from data files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib import resources
from itertools import pairwise
from typing import Any, Final

from gridcommons.kit.errors import Reason, Refusal, refusal_kind

DISAGREE = refusal_kind(
    "people.marginals_disagree",
    status=422,
    zh="官方总数彼此不符：{what}。请核对公报后再生成。",
    en="The official totals contradict each other: {what}. Check them against the bulletin first.",
)
OUT_OF_RANGE = refusal_kind(
    "people.parameter_out_of_range",
    status=422,
    zh="模型参数“{name}”的值{value}超出声明范围（{low}至{high}）。",
    en="The model parameter “{name}” is {value}, outside its declared range of {low} to {high}.",
)

AGE_GROUPS: Final = ("0-14", "15-59", "60-64", "65+")
CLASSES: Final = ("collective", "one_under_60", "one_60_plus", "2", "3", "4", "5", "6")


@dataclass(frozen=True)
class Marginals:
    """Totals of one county as its bulletin states them; persons unless named households. Refuses contradictions."""

    residents: int
    male: int
    female: int
    age_0_14: int
    age_15_59: int
    age_60_plus: int
    age_65_plus: int
    family_households: int
    family_persons: int
    collective_households: int
    collective_persons: int

    def __post_init__(self) -> None:
        faults = [text for holds, text in self._checks() if not holds]
        if faults:
            raise Refusal(tuple(Reason(DISAGREE, (("what", text),)) for text in faults))

    def _checks(self) -> list[tuple[bool, str]]:
        ages = self.age_0_14 + self.age_15_59 + self.age_60_plus
        return [
            (min(asdict(self).values()) >= 0, "a total is below 0"),
            (self.male + self.female == self.residents, "male + female ≠ residents"),
            (ages == self.residents, "0-14 + 15-59 + 60+ ≠ residents"),
            (self.age_65_plus <= self.age_60_plus, "65+ > 60+"),
            (self.family_persons + self.collective_persons == self.residents, "family + collective ≠ residents"),
            (self.family_households <= self.family_persons, "more family households than persons in them"),
            (self.collective_households <= self.collective_persons, "more collective households than persons in them"),
        ]

    def by_age_group(self) -> tuple[int, int, int, int]:
        """Persons by `AGE_GROUPS`."""
        return self.age_0_14, self.age_15_59, self.age_60_plus - self.age_65_plus, self.age_65_plus


@dataclass(frozen=True)
class County:
    """A county's marginals with the day they hold on and where they come from."""

    code: str
    reference_date: date
    source: str
    marginals: Marginals


@dataclass(frozen=True)
class Parameter:
    """One declared number of the model: its value, its plausible range, what it stands on."""

    name: str
    value: float
    low: float
    high: float
    source: str

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            facts = (("name", self.name), ("value", self.value), ("low", self.low), ("high", self.high))
            raise Refusal((Reason(OUT_OF_RANGE, tuple((key, str(item)) for key, item in facts)),))


@dataclass(frozen=True)
class HouseholdModel:
    """What no bulletin gives: shares and shapes, each declared in `data/household_model.json` with range and source.

    `size_shape`: shares of households of 1, 2, ... persons before adjusting. `age_by_class`: rows `CLASSES`, columns
    `AGE_GROUPS`, only ratios matter. `age_density`, `couple_share_by_age`: knots (age in years, value), linear between.
    """

    size_shape: tuple[float, ...]
    one_person_share: Parameter
    elders_alone_share: Parameter
    age_by_class: tuple[tuple[float, ...], ...]
    male_share_by_age: tuple[float, ...]
    age_density: tuple[tuple[float, float], ...]
    couple_share_by_age: tuple[tuple[float, float], ...]
    years_between_partners: Parameter
    years_between_generations: Parameter

    def __post_init__(self) -> None:
        for knots in (self.age_density, self.couple_share_by_age):
            if any(left[0] >= right[0] for left, right in pairwise(knots)):
                raise ValueError("knots must be given by rising age")


def read_county(name: str = "suichang_2020") -> County:
    """The official figures of a county shipped with the package."""
    raw = read_data(f"{name}.json")
    return County(
        code=raw["county"],
        reference_date=date.fromisoformat(raw["reference_date"]),
        source=raw["source"],
        marginals=Marginals(**raw["marginals"]),
    )


def read_model(changes: Mapping[str, float] | None = None) -> HouseholdModel:
    """The declared model; `changes` replaces values of single parameters, refused outside their range."""
    raw = read_data("household_model.json")
    for name, value in (changes or {}).items():
        raw[name]["value"] = value
    return HouseholdModel(
        size_shape=tuple(raw["size_shape"]["value"]),
        one_person_share=_parameter(raw, "one_person_share"),
        elders_alone_share=_parameter(raw, "elders_alone_share"),
        age_by_class=tuple(tuple(raw["age_by_class"]["value"][key]) for key in CLASSES),
        male_share_by_age=tuple(raw["male_share_by_age"]["value"]),
        age_density=tuple((age, value) for age, value in raw["age_density"]["value"]),
        couple_share_by_age=tuple((age, value) for age, value in raw["couple_share_by_age"]["value"]),
        years_between_partners=_parameter(raw, "years_between_partners"),
        years_between_generations=_parameter(raw, "years_between_generations"),
    )


def read_data(file: str) -> dict[str, Any]:
    """A data file of this part, parsed."""
    text = (resources.files("gridcommons.people") / "data" / file).read_text(encoding="utf-8")
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def _parameter(raw: Mapping[str, Any], name: str) -> Parameter:
    entry = raw[name]
    low, high = entry["range"]
    return Parameter(name, entry["value"], low, high, entry["source"])
