"""The form of a link: what it is, where it leads, which fields leave, how they are called over there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from gridcommons.access.queries import offices_in
from gridcommons.access.rules import Viewer
from gridcommons.cases.partners.kinds import CASE, fields_of
from gridcommons.cases.partners.linking import REASON_LEAST, why
from gridcommons.cases.partners.pages import LinkPage
from gridcommons.cases.partners.terms import (
    ALWAYS,
    FORMS,
    MAPPING_LENGTH,
    NAME_LENGTH,
    PHOTOS,
    URL_LENGTH,
    Terms,
    clean_terms,
)
from gridcommons.kit.errors import Refusal
from gridcommons.matters.queries import current
from gridcommons.web.case_words import office_name
from gridcommons.web.house_form import HouseForm, needed_at_times
from gridcommons.web.partner_words import ACTS, WAYS
from gridcommons.web.pieces import say

_USUAL: Final = ("number", "matter", "matter_name", "state", "state_name", "area_code", "area_name", "due_at")


def own_areas(viewer: Viewer, at: Any) -> list[str]:
    """The areas whose links a viewer may propose."""
    held = [grant for role, grant in viewer.roles_at(at) if grant is not None and "partner.draft" in role.deeds]
    return sorted({code for grant in held for code in grant.areas_now})


class LinkForm(HouseForm):
    """A link; `page`: the one that is changed."""

    def __init__(
        self, data: Any, *, areas: list[str], page: LinkPage | None, language: str, kind: str = CASE
    ) -> None:  # fmt: skip
        super().__init__(data, initial=dict(_first(page, kind)))
        self.language, self.kind = language, kind
        if page is None:
            found = [one for area in areas for one in offices_in(area) if one.side == "command"]
            choices = [(str(one.id), say(office_name(one), language)) for one in found]
            self.fields["office"] = forms.ChoiceField(
                label=_("Office whose system it is"), choices=[("", _("Choose …")), *choices],
                help_text=_("Only what is with this office goes there.") if kind == CASE
                else _("Only visits for matters that this office owns go there."),
            )  # fmt: skip
        self.fields["name"] = forms.CharField(label=_("Name of their system"), max_length=NAME_LENGTH)
        ways = [(key, say(words, language)) for key, words in WAYS.items() if kind == CASE or key != "open311"]
        self.fields["way"] = forms.ChoiceField(label=_("Kind of connection"), choices=ways)
        self.fields["url"] = forms.CharField(
            label=_("Address of their system"), max_length=URL_LENGTH, required=False,
            help_text=_("https://… Needed unless the way is files alone. For Open311 the part before /requests.")
            if kind == CASE else _("https://… Needed unless the way is files alone."),
        )  # fmt: skip
        needed_at_times(self.fields["url"])
        self.fields["form"] = forms.ChoiceField(label=_("Format"), choices=[(form, form.upper()) for form in FORMS])
        self._fields(language)
        self.fields["mapping"] = forms.CharField(
            label=_("Mapping (JSON)"), required=False, max_length=MAPPING_LENGTH,
            widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "gc-code"}),
            help_text=_("What stands here counts instead of the lines above. Empty: the lines count."),
        )  # fmt: skip
        self.fields["reason"] = forms.CharField(
            label=_("Why, for the second person"), max_length=300,
            widget=forms.Textarea(attrs={"rows": 2, "minlength": REASON_LEAST}),
            help_text=_("At least %(least)d characters; name no person and no phone.") % {"least": REASON_LEAST},
        )  # fmt: skip

    def clean_reason(self) -> str:
        """What is given as the reason, by the rule that the deed holds it to; a preview may come before it."""
        text = str(self.cleaned_data["reason"])
        if text:
            try:
                why(text)
            except Refusal as refusal:
                raise forms.ValidationError(say(refusal.words(), self.language)) from None
        return text

    def clean(self) -> dict[str, Any]:
        """An address, where their system is called."""
        given = self.cleaned_data
        if given.get("way") in WAYS and given["way"] != "export" and not given.get("url") and "url" not in self.errors:
            self.add_error("url", _("This kind of connection needs the address of their system."))
        return given

    def _fields(self, language: str) -> None:
        """What leaves, what comes back, of which matters."""
        boxes = forms.CheckboxSelectMultiple
        rows = [(key, _named(key, self.kind, language)) for key in fields_of(self.kind) if key != ALWAYS]
        self.fields["fields"] = forms.MultipleChoiceField(
            label=_("Fields that are sent"), choices=rows, widget=boxes, required=False,
            help_text=_("The case number always does; nothing about who reported ever does.") if self.kind == CASE
            else _("The number always does; no door, no person and no answer ever does."),
        )  # fmt: skip
        if self.kind == CASE:
            self._acts(boxes, language)
        matters = [(one.key, say(one.name, language)) for one in current() if one.for_grid]
        self.fields["matters"] = forms.MultipleChoiceField(
            label=_("Only these matters"), choices=matters, required=False,
            widget=forms.SelectMultiple(attrs={"size": 6, "class": "form-select"}),
            help_text=_("None chosen: all that come to the office.") if self.kind == CASE
            else _("None chosen: all that the office owns."),
        )  # fmt: skip

    def _acts(self, boxes: type[forms.CheckboxSelectMultiple], language: str) -> None:
        acts = [(key, say(words, language)) for key, words in ACTS.items()]
        self.fields["acts"] = forms.MultipleChoiceField(
            label=_("Steps their system may take in the office's name"), choices=acts, widget=boxes, required=False,
            help_text=_("What is not ticked waits for a person of the office. No system ever closes a case."),
        )  # fmt: skip


def _named(key: str, kind: str, language: str) -> str:
    field = fields_of(kind)[key]
    name = say(field.name, language)
    if key == PHOTOS:
        return _("%(field)s – both ways; never of a matter inside a home") % {"field": name}
    if field.words:
        return _("%(field)s – words, masked; never of a matter inside a home") % {"field": name}
    if kind != CASE:
        return _("%(field)s – about a single household") % {"field": name} if field.careful else name
    return _("%(field)s – tells an exact place") % {"field": name} if field.careful else name


def _first(page: LinkPage | None, kind: str) -> Mapping[str, Any]:
    if page is None and kind != CASE:
        return {"fields": tuple(key for key in fields_of(kind) if not fields_of(kind)[key].careful), "way": "webhook"}
    if page is None:
        return {"fields": _USUAL, "acts": (), "way": "webhook", "form": "json"}
    terms = page.terms
    return {
        "name": terms.name, "way": terms.way, "url": terms.url, "form": terms.form, "fields": terms.fields,
        "acts": terms.acts, "matters": terms.matters,
    }  # fmt: skip


def terms_in(form: LinkForm, lines: str) -> Terms:
    """The terms that a checked form describes; refuses what is wrong with them. `lines`: the mapping of the lines."""
    given = form.cleaned_data
    return clean_terms(
        name=given["name"], way=given["way"], url=given["url"], form=given["form"], fields=given["fields"],
        acts=given.get("acts", ()), matters=given["matters"], mapping=given["mapping"] or lines,
        known_matters=[one.key for one in current()], kind=form.kind,
    )  # fmt: skip
