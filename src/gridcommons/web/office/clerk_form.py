"""The form of a call: what is typed stays on every error, and everything that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gridcommons.cases.filing import ADDRESS_LIMIT, NO_PLACE, NO_TEXT, TEXT_LIMIT, Report
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.dates import is_chinese
from gridcommons.kit.digits import is_digits
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.verdict import Answer
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.rules import judge_report
from gridcommons.people.contacts import Contact, tidy
from gridcommons.web.house_form import HouseForm, room
from gridcommons.web.office.clerk_places import Place, exactly, pin_in
from gridcommons.web.pieces import say
from gridcommons.web.public.finding import Found, find
from gridcommons.web.public.report_form import degrees
from gridcommons.web.staff import language

_FIELD_OF: Final[Mapping[str, str]] = {
    "text": "text", "case.no_text": "text", "matter": "matter", "case.no_place": "place", "area": "place",
    "position": "place", "identity.phone_shape": "phone", "identity.phone_synthetic": "phone",
    "identity.phone_real": "phone",
}  # fmt: skip
VOICES: Final = (("phone", _("Telephone")), ("desk", _("Desk")))


class ClerkForm(HouseForm):
    """What a clerk writes down. The program's own rules check it, so that every door says the same sentences."""

    once = forms.CharField(widget=forms.HiddenInput, required=False)
    lat = forms.CharField(widget=forms.HiddenInput, required=False)
    lon = forms.CharField(widget=forms.HiddenInput, required=False)
    channel = forms.ChoiceField(label=_("How it comes in"), choices=VOICES, widget=forms.RadioSelect, required=False)
    text = forms.CharField(
        label=_("What is it about? The caller's own words"), required=False,
        widget=forms.Textarea(attrs={"rows": 3, "accesskey": "w", "autofocus": True, **room(TEXT_LIMIT)}),
    )  # fmt: skip
    matter = forms.CharField(label=_("Matter"), required=False)
    other = forms.ChoiceField(
        label=_("Another matter of the list"), required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    place = forms.CharField(
        label=_("Where? Village, community, grid, code or a pin as two numbers"), required=False,
        widget=forms.TextInput(attrs={"accesskey": "p", "autocomplete": "off"}),
    )  # fmt: skip
    area = forms.CharField(label=_("Place"), required=False)
    address = forms.CharField(
        label=_("Where exactly"),
        required=False,
        help_text=_("Road, number, landmark: only those who handle it see it."),
    )
    name = forms.CharField(label=_("Name"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label=_("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    )
    share = forms.BooleanField(label=_("The caller agrees that the handling office sees who they are"), required=False)
    use_required_attribute = False

    def __init__(self, *args: Any, catalogue: Catalogue, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        groups: dict[str, list[tuple[str, str]]] = {}
        for matter in catalogue:
            if matter.for_grid and matter.collects_on(day):
                groups.setdefault(say(matter.group.name, language()), []).append(
                    (matter.key, say(matter.name, language()))
                )
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose …")), *groups.items()]
        if settings.DEMO:
            self.fields["phone"].help_text = _("Demo: only made-up numbers that begin with 100 are taken.")

    def said(self, name: str) -> str:
        """What stands in a field now, typed or given at first."""
        return str((self.data.get(name) if self.is_bound else self.initial.get(name)) or "")

    def refuse(self, refusal: Refusal, field: str = "") -> None:
        """Put each sentence of a refusal beside the field that it speaks of."""
        for reason in refusal.reasons:
            beside = field or _FIELD_OF.get(reason.code) or _FIELD_OF.get(reason.code.split(".")[0])
            self.add_error(beside, say(reason.words(), language()))


@dataclass(frozen=True)
class Options:
    """What the list offers for a caller's words, the numbered matters, and the one that is chosen."""

    found: Found | None
    keys: tuple[str, ...]
    chosen: str


def options_for(text: str, chosen: str, catalogue: Catalogue, day: date) -> Options:
    """The matters that words may mean; one is chosen beforehand only where the rule itself is clear about it."""
    found = find(text, catalogue, day)
    listed = [matter.key for matter in found.matters if matter.for_grid] if found else []
    if chosen in catalogue and chosen not in listed:
        listed = [*listed[:5], chosen]
    if not chosen and text.strip() and not (found and (found.is_no or found.about_staff)):
        tongue = "zh" if is_chinese(language()) else "en"
        judged = judge_report(catalogue=catalogue, on=day, text=text, language=tongue)
        clear = judged.matter is not None and judged.verdict.answer is Answer.YES
        chosen = judged.matter.key if clear and judged.matter and judged.matter.key in listed else ""
    return Options(found, tuple(listed), chosen if chosen in listed else "")


def read_call(form: ClerkForm, places: Sequence[Place]) -> Report | None:
    """The report of a call; None where something is missing or wrong, all of it told in the form."""
    facts = form.cleaned_data
    matter, text = facts["matter"] or facts["other"], _checked_text(form)
    lon, lat = degrees(facts["lon"]), degrees(facts["lat"])
    if lon is None and (pin := pin_in(facts["place"])):
        lon, lat = pin
    area = facts["area"] if is_digits(facts["area"]) else exactly(facts["place"], places)
    if not matter:
        form.add_error("matter", _("Choose a matter: a number, or another one of the list."))
    if lon is None and not area:
        form.refuse(refuse(NO_PLACE), "place")
    contact = _contact(form)
    address = _address(form)
    if form.errors or contact is None:
        return None
    return Report(
        matter_key=matter, text=text, lon=lon, lat=lat, area_code=area, address=address, contact=contact,
        share_with_handler=facts["share"], language=language(),
    )  # fmt: skip


def _checked_text(form: ClerkForm) -> str:
    try:
        text = clean_text(form.cleaned_data["text"], limit=TEXT_LIMIT)
    except Refusal as refusal:
        form.refuse(refusal, "text")
        return ""
    if not text:
        form.refuse(refuse(NO_TEXT), "text")
    return text


def _address(form: ClerkForm) -> str:
    try:
        return clean_text(form.cleaned_data["address"], limit=ADDRESS_LIMIT)
    except Refusal as refusal:
        form.refuse(refusal, "address")
        return ""


def _contact(form: ClerkForm) -> Contact | None:
    try:
        return tidy(form.cleaned_data["name"], form.cleaned_data["phone"], "", demo=settings.DEMO)
    except Refusal as refusal:
        form.refuse(refusal, "phone")
        return None


def contact_of(form: ClerkForm) -> Contact | None:
    """The caller's contact of a form that was read."""
    return _contact(form)
