"""The folded forms of a household's page: refused, they stand open with what was typed, each fault at its field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridcommons.kit.digits import whole
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.people.homes.rules import (
    BAD_YEAR,
    HOUSEHOLD_KINDS,
    KIND_WORDS,
    RESIDENCE_KINDS,
    NewPerson,
    require_days,
    tidy_address,
    tidy_person,
)
from gridcommons.web.house_form import HouseForm, needed_at_times
from gridcommons.web.pieces import say
from gridcommons.web.staff import language

_YEAR_DIGITS: Final = 4
_FIELD_OF: Final = (
    ("identity.number", "number"), ("identity.phone", "phone"), ("homes.no_name", "name"), ("homes.bad_kind", "kind"),
    ("homes.bad_year", "year"), ("homes.bad_day", "day"), ("homes.lives_elsewhere", "kind"),
    ("homes.no_address", "address"),
)  # fmt: skip
_FAMILY: Final = Words("家庭户", "family household")


class FoldedForm(HouseForm):
    """A form that says at the field what the rules refuse of it. `key`: tells it from the others of the page."""

    def __init__(self, data: QueryDict | None = None, *, key: str, day: date, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{key}-%s", initial={"day": day, **kwargs.pop("initial", {})}, **kwargs)
        self.today, self.label_suffix = day, ""
        if "day" in self.fields:
            self.fields["day"].widget.attrs["max"] = str(day)
            needed_at_times(self.fields["day"])

    def refused(self, refusal: Refusal) -> None:
        """Say why a deed was refused at the field that it is about, else above the form."""
        for reason in refusal.reasons:
            named = next((name for start, name in _FIELD_OF if reason.code.startswith(start)), None)
            self.add_error(named if named in self.fields else None, say(reason.words(), language()))

    @property
    def since(self) -> date:
        """The day that was given; today where it was left empty."""
        return self.cleaned_data["day"] or self.today

    def judged(self, rule: Callable[[], object]) -> None:
        """Let a rule judge a part of the form, and say at its field what it refuses."""
        try:
            rule()
        except Refusal as refusal:
            self.refused(refusal)

    def clean(self) -> dict[str, Any]:
        """A day that lies ahead is told beside its field."""
        facts = super().clean() or {}
        if facts.get("day"):
            self.judged(lambda: require_days(facts["day"], None, self.today))
        return facts


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )  # fmt: skip


def _kinds(kinds: Sequence[str], words: dict[str, Words]) -> list[tuple[str, str]]:
    return [(kind, say(words[kind], language())) for kind in kinds]


class PersonForm(FoldedForm):
    """Somebody who is added, as they are told."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    kind = forms.ChoiceField(label=_("Lives here as"), widget=forms.RadioSelect)
    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    number = forms.CharField(label=_("Citizen number"), max_length=30, required=False)
    year = forms.CharField(
        label=_("Year of birth"), max_length=_YEAR_DIGITS, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    day = _day(pgettext_lazy("residence", "Since"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed: Any = self.fields["kind"]
        listed.choices = _kinds(RESIDENCE_KINDS, KIND_WORDS)

    def clean(self) -> dict[str, Any]:
        """What is no phone, number or year is told beside its field, all of it at once."""
        facts = super().clean()
        for part in ("phone", "number", "year"):
            if facts.get(part):
                self.judged(lambda one=part: self._rule(one, facts[one]))  # type: ignore[misc]
        return facts

    def _rule(self, part: str, said: str) -> None:
        alone: dict[str, Any] = {part: said} if part != "year" else {"birth_year": _year(said)}
        tidy_person(NewPerson("-", **alone), today=self.today, demo=settings.DEMO)

    @property
    def person(self) -> NewPerson:
        """Who is added."""
        given = self.cleaned_data
        year = _year(given["year"]) if given["year"] else None
        return NewPerson(given["name"], given["number"], given["phone"], year, given["kind"])


def _year(text: str) -> int:
    """A year as it is typed; refuses (`homes.bad_year`) what is none."""
    year = whole(text.strip(), digits=_YEAR_DIGITS)
    if not year:
        raise refuse(BAD_YEAR)
    return year


class MoveOutForm(FoldedForm):
    """The day on which somebody moved out."""

    residence = forms.CharField(required=False, widget=forms.HiddenInput)
    day = _day(_("On which day"))


class HomeForm(FoldedForm):
    """The address and the kind of a household, put right."""

    address = forms.CharField(label=_("Address"), max_length=200)
    kind = forms.ChoiceField(label=pgettext_lazy("household", "Kind"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed: Any = self.fields["kind"]
        listed.choices = _kinds(HOUSEHOLD_KINDS, {**KIND_WORDS, "family": _FAMILY})

    def clean(self) -> dict[str, Any]:
        """An address that says nothing is told beside its field."""
        facts = super().clean()
        if facts.get("address"):
            self.judged(lambda: tidy_address(facts["address"]))
        return facts

    @property
    def home(self) -> dict[str, Any]:
        """The address and the kind as they are right."""
        return {"address": self.cleaned_data["address"], "kind": self.cleaned_data["kind"]}


class EndForm(FoldedForm):
    """The day since which nobody lives in a household."""

    day = _day(_("Nobody lives here any more since"))
