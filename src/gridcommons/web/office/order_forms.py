"""The forms of orders: writing one, handing one on, returning what came of it, giving reasons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridcommons.cases.orders.queries import OrderPage
from gridcommons.cases.orders.rules import MOST_NUMBER, TEXT_LENGTH, TITLE_LENGTH, UNIT_LENGTH, Draft, limits
from gridcommons.kit.codes import CHINA
from gridcommons.matters.queries import current
from gridcommons.territory.queries import AreaFacts, below, children
from gridcommons.web.case_words import LEVELS, name_of
from gridcommons.web.office.order_words import ASKS
from gridcommons.web.pieces import say

_USUAL_DAYS: Final = 7


def first_values(old: OrderPage | None, day: date) -> Mapping[str, Any]:
    """What a fresh form holds: an order of the viewer's that is to be replaced, else a week's time."""
    if old is None:
        return {"due": day + timedelta(days=_USUAL_DAYS), "times": 1, "asks": "number"}
    return {
        "title": old.title, "text": old.text, "matter": old.matter_key, "asks": old.asks, "unit": old.unit,
        "times": old.times, "due": old.due_date, "areas": [part.area.code for part in old.parts],
    }  # fmt: skip


def area_choices(area: str, day: date, language: str) -> list[Any]:
    """The areas below: those directly below, and below a township its grids as well, village by village."""
    parts = children(area, day)
    direct = [(part.code, say(name_of(part), language)) for part in parts]
    if not parts or CHINA.level_of(area).key != "township":
        return direct
    grids: dict[str, list[tuple[str, str]]] = {}
    for grid in below(area, "grid"):
        grids.setdefault(_village(grid, parts, language), []).append((grid.code, say(name_of(grid), language)))
    return [(say(LEVELS[parts[0].level], language), direct), *grids.items()]


def _village(grid: AreaFacts, parts: list[AreaFacts], language: str) -> str:
    found = next((part for part in parts if grid.code.startswith(part.code)), None)
    return say(name_of(found), language) if found else grid.code


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _text(label: str, *, rows: int = 4, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=TEXT_LENGTH, required=required)


class OrderForm(forms.Form):
    """An order to areas below `area`."""

    def __init__(self, data: Any, *, area: str, day: date, language: str, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.area = area
        told = _("{name} · {minutes} min")
        admitted = [m for m in current() if m.for_grid and m.collects_on(day)]
        matters = [(m.key, told.format(name=say(m.name, language), minutes=m.minutes)) for m in admitted]
        self.fields["matter"] = forms.ChoiceField(
            label=_("Matter that covers it"), choices=matters,
            help_text=_("Only what the list of matters admits can be ordered; its minutes per case are what it costs."),
        )  # fmt: skip
        self.fields["title"] = forms.CharField(label=_("What the order is called"), max_length=TITLE_LENGTH)
        self.fields["text"] = _text(_("What is to be done"), rows=6)
        self.fields["times"] = forms.IntegerField(
            label=_("How many times in each grid"), min_value=1, max_value=limits().most_times
        )
        self.fields["due"] = _day(_("To be answered by"))
        asks = [(key, say(words, language)) for key, words in ASKS.items()]
        self.fields["asks"] = forms.ChoiceField(label=_("What is to be returned"), choices=asks)
        self.fields["unit"] = forms.CharField(label=_("Unit of the number"), max_length=UNIT_LENGTH, required=False)
        self.fields["areas"] = forms.MultipleChoiceField(
            label=_("Areas"), choices=area_choices(area, day, language), widget=forms.CheckboxSelectMultiple
        )


def draft_of(form: OrderForm) -> Draft:
    """The order that a checked form describes."""
    given = form.cleaned_data
    return Draft(
        area_code=form.area, areas=tuple(given["areas"]), matter_key=given["matter"], title=given["title"],
        text=given["text"], asks=given["asks"], due_date=given["due"], times=given["times"], unit=given["unit"],
    )  # fmt: skip


class BreakDownForm(forms.Form):
    """Areas below, a deadline no later than the one above, a note."""

    def __init__(self, data: Any, *, page: OrderPage, day: date, language: str) -> None:
        super().__init__(data, initial={"due": page.due_date})
        area = page.mine.area.code if page.mine else ""
        self.fields["areas"] = forms.MultipleChoiceField(
            label=_("Areas"), choices=area_choices(area, day, language), widget=forms.CheckboxSelectMultiple
        )
        self.fields["due"] = _day(_("To be answered by"))
        self.fields["note"] = _text(_("Note"), rows=2, required=False)


class ReturnForm(forms.Form):
    """What came of an order: of the kind that it asks for."""

    def __init__(self, data: Any, *, page: OrderPage) -> None:
        mine = page.mine
        held = {"number": mine.number if mine.number is not None else mine.below.number if mine.below else None,
                "text": mine.text} if mine else {}  # fmt: skip
        super().__init__(data, initial=held)
        if page.asks == "number":
            number = pgettext("return", "Number")
            label = f"{number} ({page.unit})" if page.unit else number
            self.fields["number"] = forms.IntegerField(
                label=label, min_value=0, max_value=MOST_NUMBER, required=not (mine and mine.below)
            )
        label = _("What came of it") if page.asks == "text" else _("Note")
        self.fields["text"] = _text(label, rows=3, required=page.asks == "text")


class ReasonForm(forms.Form):
    """Reasons in words."""

    def __init__(self, data: Any, *, prefix: str, label: str) -> None:
        super().__init__(data, prefix=prefix)
        self.fields["reason"] = _text(label, rows=2)
