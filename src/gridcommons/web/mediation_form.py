"""The form that starts a mediation, for a resident, a mediator's desk or an office that hands a case over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gridcommons.cases.mediation.opening import TEXT_LIMIT, NewMediation
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.mediation.rules import missing
from gridcommons.kit.errors import Refusal
from gridcommons.people.contacts import Contact, tidy
from gridcommons.web.house_form import HouseForm, needed_at_times, room
from gridcommons.web.pieces import say
from gridcommons.web.public.report_form import Menu

_FIELD_OF: Final[Mapping[str, str]] = {
    "mediation.no_subject": "subject", "mediation.no_place": "village", "mediation.no_name": "name_a",
    "mediation.not_declared": "sure", "mediation.not_told": "sure", "text": "words", "identity": "phone_a",
}  # fmt: skip


class MediationForm(HouseForm):
    """Kind, place, words and the two parties; the rules of mediation check it."""

    subject = forms.ChoiceField(label=_("What kind of dispute?"), required=False)
    village = forms.ChoiceField(label=_("Village or community"), required=False)
    words = forms.CharField(
        label=_("What is it about?"),
        help_text=_("In a few words, for the mediator alone. The other party does not read them."),
        widget=forms.Textarea(attrs={"rows": 5, **room(TEXT_LIMIT)}),
        required=False,
    )
    name_a = forms.CharField(label=_("Your name"), max_length=100, required=False)
    phone_a = forms.CharField(label=_("Your phone"), widget=forms.TextInput(attrs={"inputmode": "tel"}), required=False)
    name_b = forms.CharField(label=_("Name of the other party"), max_length=100, required=False)
    phone_b = forms.CharField(
        label=_("Phone of the other party"), widget=forms.TextInput(attrs={"inputmode": "tel"}), required=False
    )
    use_required_attribute = False

    def __init__(self, *args: Any, places: Menu, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        kinds = [(key, say(words, get_language() or "zh-hans")) for key, words in policy().subjects.items()]
        for name, offered in (("subject", kinds), ("village", places)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Choose …")), *offered]
        for name in ("subject", "village", "name_a", "name_b"):
            needed_at_times(self.fields[name])
        if settings.DEMO:
            self.fields["phone_a"].help_text = _("Demo: only made-up numbers that begin with 100 are taken.")

    def clean(self) -> dict[str, Any]:
        """Ask the rules of all fields, so that everything that is wrong is told at once."""
        facts = super().clean() or {}
        names = all(facts.get(f"name_{letter}", "").strip() for letter in "ab")
        there = {name: bool(facts.get(name)) or name in self.errors for name in ("subject", "village")}
        for reason in missing(subject=there["subject"], place=there["village"], names=names):
            self.refuse(Refusal((reason,)))
        for field in ("phone_a", "phone_b"):
            try:
                tidy("", facts.get(field, ""), "", demo=settings.DEMO)
            except Refusal as refusal:
                self.add_error(field, say(refusal.words(), get_language() or "zh-hans"))
        return facts

    def refuse(self, refusal: Refusal) -> None:
        """Put each sentence of a refusal beside the field that it speaks of."""
        for reason in refusal.reasons:
            beside = _FIELD_OF.get(reason.code) or _FIELD_OF.get(reason.code.split(".")[0])
            beside = beside if beside in self.fields else None
            self.add_error(beside, say(reason.words(), get_language() or "zh-hans"))


class DeskForm(MediationForm):
    """The same where somebody else fills it in, with what they have to declare."""

    sure = forms.BooleanField(label="", required=False)

    def __init__(self, *args: Any, declare: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].label = declare
        for name, label in (("name_a", _("Name of the first party")), ("phone_a", _("Phone of the first party"))):
            self.fields[name].label = label
        self.fields["name_b"].label = _("Name of the second party")
        self.fields["phone_b"].label = _("Phone of the second party")


def read_new(form: MediationForm) -> NewMediation:
    """The mediation of a form; refuses a phone that is none."""
    facts = form.cleaned_data
    one, other = (_contact(facts[f"name_{letter}"], facts[f"phone_{letter}"]) for letter in "ab")
    return NewMediation(facts["subject"], facts["village"], (one, other), facts["words"])


def _contact(name: str, phone: str) -> Contact:
    return tidy(name, phone, "", demo=settings.DEMO)
