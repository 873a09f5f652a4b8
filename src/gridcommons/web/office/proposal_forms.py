"""The forms of admission: a workbook handed in, a matter written down, a review, a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridcommons.kit.cleaning import TOO_LONG
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.load.admission.rules import DESKS, LONGEST, MOST_A_YEAR
from gridcommons.matters.matter import LAST_RESORT, Kind, MatterClass, Place, Verify
from gridcommons.matters.queries import current
from gridcommons.web.house_form import HouseForm, needed_at_times
from gridcommons.web.public.wording import CHECKS, CLASSES, KINDS, PLACES
from gridcommons.web.staff import language

_KEY: Final = r"[a-z][a-z0-9_]{1,48}"
_MINUTES_MOST: Final = 480
Named = Sequence[tuple[str, Words]]


def _in(words: Words) -> str:
    return words.in_language(language())


def _key_field(label: Any) -> forms.CharField:
    return forms.RegexField(
        f"^{_KEY}$", label=label, max_length=50,
        help_text=_("Small letters, digits and underscores, such as fire_visit. It says what it is about."),
        error_messages={"invalid": _("Use small letters, digits and underscores, beginning with a letter.")},
    )  # fmt: skip


class _Weight(HouseForm):
    """What every proposal says of its weight."""

    def add_weight(self, droppable: Named) -> None:
        """Add how often it comes, why, and what is dropped for it."""
        self.fields["per_year"] = forms.IntegerField(
            label=_("Times a year for 1,000 households"), min_value=1, max_value=MOST_A_YEAR,
            help_text=_("What a worker's time is reckoned by, until it is counted."),
        )  # fmt: skip
        self.fields["reason"] = forms.CharField(
            label=_("Why it is needed"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("It is public. Name no person."),
        )  # fmt: skip
        self.fields["drops"] = forms.MultipleChoiceField(
            label=_("Dropped in the same act"), required=False,
            choices=[(key, _in(words)) for key, words in droppable],
            widget=forms.SelectMultiple(attrs={"size": 6}),
            help_text=_("Where there is no time left, something else has to go."),
        )  # fmt: skip


class FormProposal(_Weight):
    """A form handed in as its workbook."""

    def __init__(self, *args: Any, droppable: Named, amends: bool = False, given: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workbook"] = forms.FileField(
            label=_("Workbook (XLSForm, .xlsx or .xls)"), required=not (amends or given), max_length=120
        )
        if not amends:
            admitted = current().admitted()
            self.fields["key"] = _key_field(_("Key of the form"))
            self.fields["matter_key"] = forms.ChoiceField(
                label=_("Matter it serves"), choices=[(one.key, _in(one.name)) for one in admitted]
            )
            self.fields["name_zh"] = forms.CharField(label=_("Name in Chinese"), max_length=120)
            self.fields["name_en"] = forms.CharField(label=_("Name in English"), max_length=160)
        self.add_weight(droppable)


class MatterProposal(_Weight):
    """A matter with everything that charter 1 asks of it."""

    def __init__(self, *args: Any, droppable: Named, amends: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        both = {"zh": _("in Chinese"), "en": _("in English")}
        if not amends:
            self.fields["key"] = _key_field(_("Key of the matter"))
        for item, label, most in (
            ("name", pgettext_lazy("thing", "Name"), 60), ("description", _("What it is"), 300),
            ("keywords", _("Words people use, with commas"), 300), ("legal_basis", _("Legal basis"), 300),
            ("purpose", _("Purpose"), 300),
        ):  # fmt: skip
            for tongue, said in both.items():
                self.fields[f"{item}_{tongue}"] = forms.CharField(
                    label=_("%(label)s (%(language)s)") % {"label": label, "language": said}, max_length=most,
                    widget=None if item == "name" else forms.Textarea(attrs={"rows": 2}),
                )  # fmt: skip
        self._choices()
        self.fields["minutes"] = forms.IntegerField(
            label=_("Minutes of work each time"),
            min_value=1,
            max_value=_MINUTES_MOST,
            help_text=_("A worker's, ways included."),
        )
        self.fields["handle_days"] = forms.IntegerField(label=_("Working days to handle it"), min_value=1, max_value=90)
        self.fields["review_date"] = forms.DateField(
            label=_("Review by"), widget=forms.DateInput(attrs={"type": "date"}),
            help_text=_("Without a new decision it lapses on that day."),
        )  # fmt: skip
        self.add_weight(droppable)

    def _choices(self) -> None:
        catalogue = current()
        offices = [one for one in catalogue.departments if one.kind == "department"]
        own = [kind for kind in Kind if kind is not Kind.NOT_FOR_GRID]
        for item, label, choices in (
            ("class", _("Class"), [(one.value, _in(CLASSES[one])) for one in MatterClass]),
            ("kind", _("List"), [(one.value, _in(KINDS[one])) for one in own]),
            ("owner", _("Office in charge"), [(one.key, _in(one.name)) for one in offices]),
            ("place", _("Where it happens"), [(one.value, _in(PLACES[one])) for one in Place]),
            ("verify", _("Check"), [(one.value, _in(CHECKS[one])) for one in Verify]),
        ):
            self.fields[item] = forms.ChoiceField(label=label, choices=choices)

    def entry(self, today: date) -> dict[str, Any]:
        """The matter as the files of the list write one."""
        given, catalogue = self.cleaned_data, current()
        owner = catalogue.department(given["owner"])
        return {
            **{item: {tongue: " ".join(given[f"{item}_{tongue}"].split()) for tongue in ("zh", "en")}
               for item in ("name", "description", "legal_basis", "purpose")},
            "keywords": {tongue: _words(given[f"keywords_{tongue}"]) for tongue in ("zh", "en")},
            **{item: given[item] for item in ("class", "kind", "owner", "place", "verify", "minutes")},
            "clock": "working", "file_within": "1d", "handle_within": f"{given['handle_days']}d",
            "routes": [
                {"level": owner.level, "office": owner.key}, {"level": "township", "office": LAST_RESORT},
            ],
            "settle_on_spot": True, "public": False, "icon": "list-check", "valid_from": today.isoformat(),
            "review_date": given["review_date"].isoformat(), "since_version": "1",
        }  # fmt: skip


def given_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as the fields of the form show it, for amending."""
    shown: dict[str, Any] = {key: entry.get(key) for key in ("class", "kind", "owner", "place", "verify", "minutes")}
    for item in ("name", "description", "legal_basis", "purpose"):
        shown |= {f"{item}_{tongue}": entry.get(item, {}).get(tongue, "") for tongue in ("zh", "en")}
    shown |= {f"keywords_{tongue}": ", ".join(entry.get("keywords", {}).get(tongue, [])) for tongue in ("zh", "en")}
    days = str(entry.get("handle_within", "")).removesuffix("d")
    return shown | {"handle_days": days, "review_date": entry.get("review_date")}


def _words(text: str) -> list[str]:
    for mark in "，、;；\n":
        text = text.replace(mark, ",")
    return [word.strip() for word in text.split(",") if word.strip()]


class ReviewForm(HouseForm):
    """What a desk says."""

    def __init__(self, *args: Any, desks: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"] = forms.ChoiceField(
            label=_("Reviewed for"), choices=[(desk, _in(DESKS[desk])) for desk in desks]
        )
        self.fields["answer"] = forms.ChoiceField(
            label=_("Answer"), widget=forms.RadioSelect,
            choices=[("agrees", _("agrees")), ("objects", _("objects"))],
        )  # fmt: skip
        self.fields["said"] = forms.CharField(
            label=_("Reasons"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("An objection needs them; they are public."),
        )  # fmt: skip
        needed_at_times(self.fields["said"])


class DecisionForm(HouseForm):
    """What is decided."""

    def __init__(self, *args: Any, answers: Named, areas: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(
            label=_("Decision"), widget=forms.RadioSelect, choices=[(key, _in(words)) for key, words in answers]
        )
        self.fields["until"] = forms.DateField(
            label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
            help_text=_("For a trial within %(pilot)s days, for an admission within %(admit)s.") % LONGEST,
        )  # fmt: skip
        self.fields["pilot_area"] = forms.ChoiceField(
            label=_("Where the trial is held"), required=False, choices=[(code, _in(words)) for code, words in areas]
        )
        self.fields["reason"] = forms.CharField(
            label=_("Reasons"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Refusing and ending need them; they are public."),
        )  # fmt: skip
        for name in ("until", "pilot_area", "reason"):
            needed_at_times(self.fields[name])


def require_read(form: HouseForm, missing: str) -> None:
    """Refuses what cannot be read: as too long where that is what is wrong with it, else as `missing`."""
    if form.is_valid():
        return
    long = [one for several in form.errors.as_data().values() for one in several if one.code == "max_length"]
    if long:
        facts = long[0].params or {}
        raise refuse(TOO_LONG, limit=facts["limit_value"], length=facts["show_value"])
    raise refuse(missing)
