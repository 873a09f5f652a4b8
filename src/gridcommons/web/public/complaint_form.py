"""The form of a complaint: whom it is about, as the public posting has them, what happened, how to be reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gridcommons.access.queries import OfficeFacts, offices_over
from gridcommons.cases.complaints.actions import TEXT_LIMIT, NewComplaint
from gridcommons.cases.complaints.rules import missing
from gridcommons.cases.complaints.subjects import ANYBODY, Choice
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.people.contacts import Contact, tidy
from gridcommons.territory.queries import AreaFacts, area_on, below
from gridcommons.web.complaint_words import POSTS
from gridcommons.web.house_form import HouseForm, needed_at_times, room
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import language
from gridcommons.web.public.track import tidy_code
from gridcommons.workforce.queries import serving

Subjects = list[tuple[str, str]]
_FIELD_OF: Final[Mapping[str, str]] = {
    "complaint.no_subject": "subject", "complaint.no_words": "text", "text": "text",
    "identity.phone_shape": "phone", "identity.phone_synthetic": "phone", "identity.phone_real": "phone",
}  # fmt: skip
_PARTS: Final = 4


class ComplaintForm(HouseForm):
    """What a complainant may give; the rules of complaints check it, so that every door says the same sentences."""

    place = forms.CharField(widget=forms.HiddenInput)
    subject = forms.ChoiceField(label=_("Whom is it about?"), widget=forms.RadioSelect, required=False)
    needed_at_times(subject)
    text = forms.CharField(
        label=_("What happened?"),
        help_text=_("When, where, what was said or done, who else was there. Up to 4,000 characters."),
        widget=forms.Textarea(attrs={"rows": 7, **room(TEXT_LIMIT)}),
        required=False,
    )
    needed_at_times(text)
    may_ask = forms.BooleanField(
        label=_("The reviewer may ask the office concerned"),
        help_text=_("They are not told who complained, but may guess it. You can change this later with your code."),
        required=False,
    )
    case_code = forms.CharField(
        label=_("Tracking code of the report it is about"),
        help_text=_("With it, everybody who took part in that case is kept from your complaint. It is not stored."),
        required=False,
    )
    name = forms.CharField(label=_("Name"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    use_required_attribute = False

    def __init__(self, *args: Any, subjects: Subjects, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        field = self.fields["subject"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = subjects
        if settings.DEMO:
            self.fields["phone"].help_text = _("Demo: only made-up numbers that begin with 100 are taken.")

    def clean(self) -> dict[str, Any]:
        """Ask the rules of all fields, so that everything that is wrong is told at once."""
        facts = super().clean() or {}
        subject = bool(facts.get("subject")) or "subject" in self.errors
        for reason in missing(text=facts.get("text", ""), subject=subject):
            self.refuse(Refusal((reason,)))
        try:
            tidy("", facts.get("phone", ""), "", demo=settings.DEMO)
        except Refusal as refusal:
            self.refuse(refusal)
        return facts

    def refuse(self, refusal: Refusal) -> None:
        """Put each sentence of a refusal beside the field that it speaks of."""
        for reason in refusal.reasons:
            beside = _FIELD_OF.get(reason.code) or _FIELD_OF.get(reason.code.split(".")[0])
            self.add_error(beside, say(reason.words(), language()))


def place_of(code: str, day: date) -> AreaFacts | None:
    """The village or grid of a code, where people are posted; None for any other."""
    try:
        area = area_on(code[:20], day)
    except Refusal:
        return None
    return area if CHINA.depth_at_least(area.code, "village") else None


def subjects_at(place: AreaFacts, day: date) -> Subjects:
    """Who may be complained about at a place: those posted in its grids, then the offices over it, lowest first."""
    grids = [place] if place.level in {"grid", "microgrid"} else below(place.code, "grid")
    people = [choice for grid in grids for choice in _posted(grid, day)]
    return [*people, *((f"office:{one.key}", say(_office(one), language())) for one in offices_over(place.code))]


def _posted(grid: AreaFacts, day: date) -> Subjects:
    """The people of a grid by name and post, and the choice for who does not know the name."""
    where = say(grid.name, language())
    named = [
        (f"post:{grid.code}:{one.post}:{one.worker_id}", f"{one.name} · {say(POSTS[one.post], language())} · {where}")
        for one in serving(grid.code, day)
    ]
    return [*named, (f"post:{grid.code}:{ANYBODY}:", f"{say(POSTS[ANYBODY], language())} · {where}")] if named else []


def _office(office: OfficeFacts) -> Words:
    return Words(office.name_zh, office.name_en)


def read_complaint(form: ComplaintForm, tongue: str) -> NewComplaint:
    """The complaint of a form; refuses a phone that is none."""
    facts = form.cleaned_data
    contact = tidy(facts["name"], facts["phone"], "", demo=settings.DEMO)
    return NewComplaint(
        choice=_choice(facts["subject"], facts["place"]), text=facts["text"], may_ask=facts["may_ask"], language=tongue,
        contact=Contact() if contact.is_empty else contact,
        case_code=tidy_code(facts["case_code"]) if facts["case_code"].strip() else "",
    )  # fmt: skip


def _choice(text: str, place: str) -> Choice:
    """What a radio button says; the form took only one that was offered."""
    kind, _sep, rest = text.partition(":")
    if kind == "office":
        return Choice(place, office_key=rest)
    bits = text.split(":")
    if kind == "post" and len(bits) == _PARTS:
        return Choice(bits[1], post=bits[2], worker_id=UUID(bits[3]) if bits[3] else None)
    return Choice(place)
