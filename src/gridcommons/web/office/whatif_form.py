"""The form of the what-if page: a disease, the areas with their people and cases, two scenarios of levers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from django import forms
from django.utils.translation import gettext as _

from gridcommons.kit.words import Words
from gridcommons.outlook.bordering import bordering
from gridcommons.outlook.deciding.estimating import Estimate
from gridcommons.outlook.simulation import Areas, Disease, Levers, mixing_of
from gridcommons.outlook.supposing import Lever, Preset, book
from gridcommons.territory.queries import AreaFacts
from gridcommons.web.case_words import name_of
from gridcommons.web.house_form import HouseForm
from gridcommons.web.pieces import say

SCENARIOS: Final = ("a", "b")
RUNS: Final = 300
DAYS: Final = 60
MOST_DAYS: Final = 180
SEED: Final = 1
AGAIN: Final = "again"
"""Sent by the button that takes the figures of the disease chosen, or R as it is estimated."""
ESTIMATED: Final = "r"
_CENT: Final = 100
_MOST_PEOPLE: Final = 200_000_000
FIRST_B: Final[Mapping[str, float]] = {"fewer_contacts": 30, "isolated_by": 2}
"""What the second scenario begins with, so that the two sides show a difference."""
_DISEASE: Final[Mapping[str, tuple[Words, float, float]]] = {
    "r_low": (Words("R下限", "R, lower bound"), 0.05, 30), "r_high": (Words("R上限", "R, upper bound"), 0.05, 30),
    "latent_days": (Words("潜伏天数", "Days exposed"), 0.25, 90),
    "infectious_days": (Words("传染天数", "Days infectious"), 0.25, 90),
    "found": (Words("被发现（%）", "Found (%)"), 0, 100),
    "care": (Words("需照护（%）", "In need of care (%)"), 0, 100),
    "care_days": (Words("照护天数", "Days of care"), 0.25, 90),
}  # fmt: skip
DISEASE: Final = tuple(_DISEASE)
"""The figures of a disease, as fields in their order."""
_SHARES: Final = frozenset({"found", "care"})


class WhatIfForm(HouseForm):
    """What is supposed. Everything has a starting value save the cases: without one there is nothing to reckon."""

    def __init__(
        self, data: Any, *, areas: Sequence[AreaFacts], people: Mapping[str, int], cases: Mapping[str, int],
        tongue: str, estimate: Estimate | None = None,
    ) -> None:  # fmt: skip
        preset = chosen_preset(data)
        given = _started(preset, areas, people, cases) | ({} if data is None else _sent(data))
        if estimate is not None and data is not None and data.get(AGAIN) == ESTIMATED:
            given |= {"r_low": f"{estimate.low:.2f}", "r_high": f"{estimate.high:.2f}"}
        super().__init__(given if data is not None else None, initial=given)
        self.areas, self.preset = tuple(areas), preset
        self._add_disease(tongue)
        for area in areas:
            name = say(name_of(area), tongue)
            self._add_cell(f"people_{area.code}", _("%(area)s: people") % {"area": name}, 1)
            self._add_cell(f"cases_{area.code}", _("%(area)s: cases found of late") % {"area": name}, 0)
        for scenario in SCENARIOS:
            for lever in book().levers.values():
                self._add_lever(scenario, lever, tongue)
            self._add_days(f"{scenario}_since", Words("从第几天起", "From day"), tongue, 0)

    def _add_disease(self, tongue: str) -> None:
        offered = [(one.key, say(one.name, tongue)) for one in book().diseases.values()]
        self.fields["disease"] = forms.ChoiceField(label=_("Disease to start from"), choices=offered)
        for key, (words, least, most) in _DISEASE.items():
            self._add_number(key, say(words, tongue), least, most)
        self._add_number("away", say(Words("与邻近区域的接触（%）", "Contacts with neighbours (%)"), tongue), 0, 100)
        self._add_days("days", Words("天数", "Days"), tongue, 7)

    def _add_cell(self, key: str, label: str, least: int) -> None:
        """A field of a table, whose label is its row and column."""
        widget = forms.NumberInput(attrs={"inputmode": "numeric", "aria-label": label, "class": "form-control"})
        self.fields[key] = forms.IntegerField(label=label, min_value=least, max_value=_MOST_PEOPLE, widget=widget)

    def _add_lever(self, scenario: str, lever: Lever, tongue: str) -> None:
        self._add_number(
            f"{scenario}_{lever.key}", say(lever.name, tongue), lever.least, lever.most,
            needed=lever.key != "isolated_by", says=say(lever.says, tongue),
        )  # fmt: skip

    def _add_number(
        self, key: str, label: str, least: float, most: float, *, needed: bool = True, says: str = ""
    ) -> None:
        self.fields[key] = forms.FloatField(
            label=label, min_value=least, max_value=most, required=needed, help_text=says,
            widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
        )  # fmt: skip

    def _add_days(self, key: str, words: Words, tongue: str, least: int) -> None:
        self.fields[key] = forms.IntegerField(
            label=say(words, tongue), min_value=least, max_value=MOST_DAYS,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """An upper bound of R below the lower one is said at the field."""
        held: dict[str, Any] = super().clean() or self.cleaned_data
        if held.get("r_low", 0) > held.get("r_high", np.inf):
            self.add_error("r_high", _("The upper bound is below the lower one. Give a higher one."))
        return held

    @property
    def disease(self) -> Disease:
        """The disease as it was filled in."""
        held = self.cleaned_data
        return Disease(**{key: held[key] / (_CENT if key in _SHARES else 1) for key in _DISEASE})

    @property
    def is_as_shipped(self) -> bool:
        """Whether the figures of the disease are those of the file, so that its source may be named for them."""
        return self.disease == self.preset.disease

    @property
    def away(self) -> float:
        """The share of contacts with neighbouring areas."""
        return float(self.cleaned_data["away"]) / _CENT

    def levers(self, scenario: str) -> Levers:
        """The levers of one scenario."""
        held = {key: self.cleaned_data[f"{scenario}_{key}"] for key in (*book().levers, "since")}
        return Levers(
            fewer_contacts=held["fewer_contacts"] / _CENT, since=held["since"], isolated_by=held["isolated_by"],
            vaccinated=held["vaccinated"] / _CENT, protected=held["protected"] / _CENT,
        )  # fmt: skip

    def started(self) -> Areas:
        """The areas as they begin: cases found stand for all infectious, found or not."""
        codes, found = [area.code for area in self.areas], self.disease.found
        people = np.array([self.cleaned_data[f"people_{code}"] for code in codes])
        known = np.array([self.cleaned_data[f"cases_{code}"] for code in codes])
        all_ill = np.rint(known / found).astype(np.int64) if found else known
        ill = np.maximum(known, np.minimum(all_ill, people))  # more cases than people are left to be refused
        return Areas(people, ill, mixing_of(people, bordering(codes), self.away))

    @property
    def has_cases(self) -> bool:
        """Whether there is a case to begin with."""
        return any(self.cleaned_data[f"cases_{area.code}"] for area in self.areas)


def _sent(data: Any) -> dict[str, Any]:
    """What was sent; the figures of the disease not, where those of the chosen one were asked for."""
    anew = data.get(AGAIN, ESTIMATED) != ESTIMATED
    return {key: value for key, value in data.dict().items() if not anew or key not in _DISEASE}


def chosen_preset(data: Any) -> Preset:
    """The disease named, else the first."""
    known = book().diseases
    return known.get(data.get("disease", "") if data else "", next(iter(known.values())))


def _started(
    preset: Preset, areas: Sequence[AreaFacts], people: Mapping[str, int], cases: Mapping[str, int]
) -> dict[str, Any]:
    """Starting values of all fields, as numbers of the form: shares in percent."""
    disease = {key: getattr(preset.disease, key) * (_CENT if key in _SHARES else 1) for key in _DISEASE}
    found: dict[str, Any] = {key: f"{value:g}" for key, value in disease.items()}
    found |= {"disease": preset.key, "away": f"{book().away.value * _CENT:g}", "days": DAYS}
    for scenario in SCENARIOS:
        first = FIRST_B if scenario == "b" else {}
        found |= {f"{scenario}_{key}": f"{first.get(key, 0):g}" for key in book().levers} | {f"{scenario}_since": 0}
        found |= {f"{scenario}_isolated_by": f"{first['isolated_by']:g}" if "isolated_by" in first else ""}
        found |= {f"{scenario}_protected": "60"}
    for area in areas:
        found[f"people_{area.code}"] = people.get(area.code, "")
        found[f"cases_{area.code}"] = cases.get(area.code, 0)
    return found
