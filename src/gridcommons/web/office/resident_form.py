"""What is held of a person, put right at the desk: empty is unchanged, and what goes has a tick of its own."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridcommons.kit.digits import whole
from gridcommons.kit.errors import Refusal
from gridcommons.people.homes.queries import PersonPage
from gridcommons.people.homes.rules import FORGETTABLE, NewPerson
from gridcommons.web.house_form import HouseForm
from gridcommons.web.pieces import say
from gridcommons.web.staff import language

_YEAR_DIGITS: Final = 4
_FIELD_OF: Final = (
    ("identity.number", "number"), ("identity.phone", "phone"), ("homes.bad_year", "year"),
    ("homes.year_of_number", "year"), ("homes.no_name", "name"),
)  # fmt: skip
_EITHER: Final = _("Either write what is right or tick that it goes, not both.")


class CorrectForm(HouseForm):
    """Name, phone, citizen number and year of birth of a person, as they should be."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    forget_phone = forms.BooleanField(label=_("Remove the phone"), required=False)
    number = forms.CharField(label=_("Citizen number"), max_length=30, required=False)
    forget_number = forms.BooleanField(label=_("Remove the citizen number"), required=False)
    year = forms.CharField(
        label=_("Year of birth"), max_length=_YEAR_DIGITS, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    forget_year = forms.BooleanField(label=_("Remove the year of birth"), required=False)

    def __init__(self, data: Any = None, *, page: PersonPage) -> None:
        held = {"name": page.name, "phone": page.phone, "number": "", "year": str(page.birth_year or "")}
        super().__init__(data, auto_id="correct-%s", initial=held, label_suffix="")
        self.held = held
        for part, there in zip(FORGETTABLE, (page.phone, page.number_held, page.birth_year), strict=True):
            if not there:
                del self.fields[f"forget_{part}"]

    def clean(self) -> dict[str, Any]:
        """What is written anew cannot go at once; what already stands in the field may."""
        facts = super().clean() or {}
        for part in FORGETTABLE:
            if facts.get(f"forget_{part}") and facts.get(part) and facts[part] != self.held[part]:
                self.add_error(part, _EITHER)
        return facts

    @property
    def new(self) -> NewPerson:
        """What is said; a year that is none stands as a year that is refused."""
        given = self.cleaned_data
        year = whole(given["year"], digits=_YEAR_DIGITS) if given["year"] else None
        return NewPerson(given["name"], given["number"], given["phone"], year)

    @property
    def forget(self) -> list[str]:
        """What is ticked to go."""
        return [part for part in FORGETTABLE if self.cleaned_data.get(f"forget_{part}")]

    def refused(self, refusal: Refusal) -> None:
        """Say why it was refused, at the field that it is about."""
        for reason in refusal.reasons:
            field = next((name for start, name in _FIELD_OF if reason.code.startswith(start)), None)
            self.add_error(field, say(reason.words(), language()))
