"""The forms of orders: writing one, handing one on, returning what came of it, giving reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gridcommons.cases.orders.queries import OrderPage
from gridcommons.cases.orders.rules import MOST_NUMBER, TEXT_LENGTH, TITLE_LENGTH, UNIT_LENGTH, Draft, limits
from gridcommons.kit.codes import CHINA
from gridcommons.matters.queries import current
from gridcommons.territory.queries import below, children
from gridcommons.web.case_words import name_of
from gridcommons.web.house_form import HouseForm
from gridcommons.web.office.order_words import ASKS
from gridcommons.web.pieces import say

_USUAL_DAYS: Final = 7
EVERY: Final = "every"
"""The value of the box that stands for all areas directly below."""


def first_values(old: OrderPage | None, day: date) -> Mapping[str, Any]:
    """What a fresh form holds: an order of the viewer's that is to be replaced, else a week's time."""
    if old is None:
        return {"due": day + timedelta(days=_USUAL_DAYS), "times": 1, "asks": "number"}
    return {
        "title": old.title, "text": old.text, "matter": old.matter_key, "asks": old.asks, "unit": old.unit,
        "times": old.times, "due": old.due_date, "areas": [part.area.code for part in old.parts],
    }  # fmt: skip


@dataclass(frozen=True)
class Part:
    """An area directly below with the grids in it: codes and names."""

    code: str
    name: str
    grids: tuple[tuple[str, str], ...] = ()


def parts_of(area: str, day: date, language: str) -> list[Part]:
    """The areas directly below, and below a township each with its grids."""
    direct = children(area, day)
    inside: dict[str, list[tuple[str, str]]] = {}
    if direct and CHINA.level_of(area).key == "township":
        for grid in below(area, "grid"):
            inside.setdefault(CHINA.cut(grid.code, "village"), []).append((grid.code, say(name_of(grid), language)))
    return [Part(one.code, say(name_of(one), language), tuple(inside.get(one.code, ()))) for one in direct]


class AreaBoxes(forms.CheckboxSelectMultiple):
    """Boxes for areas; `whole` holds boxes that stand for many: each area below, or all grids of one of them."""

    parts: Sequence[Part] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """The areas that are ticked, those behind a box for many among them."""
        wholes = {part.code: [code for code, _name in part.grids] for part in self.parts}
        wholes[EVERY] = [part.code for part in self.parts]
        given = [*(super().value_from_datadict(data, files, name) or [])]
        asked, shown = set(data.getlist("whole")), set(data.getlist("whole_shown"))
        more = [code for key in asked - shown for code in wholes.get(key, ())]
        # A box that stood ticked, and its areas with it: only what was changed since tells what is meant.
        gone = {code for key in shown - asked if {*wholes.get(key, ())} <= {*given} for code in wholes[key]}
        return [code for code in dict.fromkeys(given + more) if code not in gone]


class AreasForm(HouseForm):
    """A form that asks for areas below one's own."""

    def ask_areas(self, area: str, day: date, language: str) -> None:
        """Add the field."""
        parts, boxes = parts_of(area, day, language), AreaBoxes()
        boxes.parts = parts
        choices = [(part.code, part.name) for part in parts] + [grid for part in parts for grid in part.grids]
        self.fields["areas"] = forms.MultipleChoiceField(label=_("Areas"), choices=choices, widget=boxes)

    @property
    def every_ticked(self) -> bool:
        """Whether all areas directly below are ticked, so that the box that stands for them is too."""
        boxes = self.fields["areas"].widget
        assert isinstance(boxes, AreaBoxes)
        return len(boxes.parts) > 1 and {part.code for part in boxes.parts} <= {*(self["areas"].value() or ())}

    @property
    def area_rows(self) -> list[tuple[Part, bool, list[tuple[str, str, bool]], bool]]:
        """Each area below, whether it is ticked; its grids, each with whether it is, and whether any is."""
        ticked, boxes = set(self["areas"].value() or ()), self.fields["areas"].widget
        assert isinstance(boxes, AreaBoxes)
        grids = {part.code: [(code, name, code in ticked) for code, name in part.grids] for part in boxes.parts}
        return [(one, one.code in ticked, grids[one.code], any(g[2] for g in grids[one.code])) for one in boxes.parts]


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _text(label: str, *, rows: int = 4, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=TEXT_LENGTH, required=required)


class OrderForm(AreasForm):
    """An order to areas below `area`."""

    def __init__(self, data: Any, *, area: str, day: date, language: str, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.area = area
        told = _("{name} · {minutes} min of work")
        admitted = [m for m in current() if m.for_grid and m.collects_on(day)]
        matters = [(m.key, told.format(name=say(m.name, language), minutes=m.minutes)) for m in admitted]
        self.fields["matter"] = forms.ChoiceField(
            label=_("Matter that covers it"), choices=[("", _("Choose …")), *matters],
            error_messages={"required": _("Choose a matter.")},
            help_text=_(
                "Only what the list of matters admits can be ordered; its minutes of work per case are what it costs."
            ),
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
        self.ask_areas(area, day, language)


def draft_of(form: OrderForm) -> Draft:
    """The order that a checked form describes."""
    given = form.cleaned_data
    return Draft(
        area_code=form.area, areas=tuple(given["areas"]), matter_key=given["matter"], title=given["title"],
        text=given["text"], asks=given["asks"], due_date=given["due"], times=given["times"], unit=given["unit"],
    )  # fmt: skip


class BreakDownForm(AreasForm):
    """Areas below, a deadline no later than the one above, a note."""

    def __init__(self, data: Any, *, page: OrderPage, day: date, language: str) -> None:
        super().__init__(data, initial={"due": page.due_date})
        area = page.mine.area.code if page.mine else ""
        self.ask_areas(area, day, language)
        self.fields["due"] = _day(_("To be answered by"))
        self.fields["note"] = _text(_("Note"), rows=2, required=False)


class ReturnForm(HouseForm):
    """What came of an order: of the kind that it asks for."""

    def __init__(self, data: Any, *, page: OrderPage) -> None:
        mine = page.mine
        super().__init__(data, initial={"number": mine.number, "text": mine.text} if mine else {})
        if page.asks == "number":
            number = pgettext("return", "Number")
            label = f"{number} ({page.unit})" if page.unit else number
            self.fields["number"] = forms.IntegerField(
                label=label, min_value=0, max_value=MOST_NUMBER, required=not (mine and mine.below)
            )
        label = _("What came of it") if page.asks == "text" else _("Note")
        self.fields["text"] = _text(label, rows=3, required=page.asks == "text")


class ReasonForm(HouseForm):
    """Reasons in words."""

    def __init__(self, data: Any, *, prefix: str, label: str) -> None:
        super().__init__(data, prefix=prefix)
        self.fields["reason"] = _text(label, rows=2)
