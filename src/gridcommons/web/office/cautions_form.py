"""The form of a warning to the public: its words in both languages, what it is about, its last day."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from gridcommons.kit.words import Words
from gridcommons.outlook.categories import Category
from gridcommons.outlook.cautions.grounds import Ground
from gridcommons.outlook.cautions.rules import LENGTHS
from gridcommons.outlook.cautions.templates import PARTS, Said, Template, filled
from gridcommons.web.caution_words import CATEGORY_WORDS
from gridcommons.web.house_form import HouseForm
from gridcommons.web.pieces import say
from gridcommons.web.staff import language

_TONGUES: Final = {"zh": Words("中文", "Chinese"), "en": Words("英文", "English")}
_LONG: Final = ("description", "instruction")


def _as_label(text: str) -> str:
    return text[:1].upper() + text[1:]


class SaidForm(HouseForm):
    """The words of a warning, what it is about and its last day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tongue = language()
        for key, part in PARTS.items():
            for own, name in _TONGUES.items():
                widget = forms.Textarea(attrs={"rows": 4}) if key in _LONG else forms.TextInput()
                label = _as_label(f"{say(part, tongue)} · {say(name, tongue)}")
                widget.attrs["lang"] = "zh-Hans" if own == "zh" else "en"
                self.fields[f"{key}_{own}"] = forms.CharField(label=label, max_length=LENGTHS[key], widget=widget)
        about = [(one.value, _as_label(say(words, tongue))) for one, words in CATEGORY_WORDS.items()]
        self.fields["category"] = forms.ChoiceField(
            label=_("Category of the warning"), choices=about,
            help_text=_(
                "Proposed from what it rests on. Receivers sort warnings by it; choose another where that is wrong."
            ),
        )  # fmt: skip
        self.fields["last"] = forms.DateField(
            label=_("Last day on which it holds"), widget=forms.DateInput(attrs={"type": "date"})
        )

    def said(self) -> Said:
        """What was written."""
        held = self.cleaned_data
        return Said(**{key: Words(held[f"{key}_zh"], held[f"{key}_en"]) for key in PARTS})


class NewForm(SaidForm):
    """The same, and whether it is an exercise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["exercise"] = forms.BooleanField(
            label=_("This is an exercise"), required=False,
            help_text=_("It says so in its headline and its file, and nobody is to act on it."),
        )  # fmt: skip


def initial_of(said: Said, category: Category, last: date) -> dict[str, Any]:
    """What stands in the form at first."""
    words = {f"{key}_{own}": getattr(said, key).as_dict()[own] for key in PARTS for own in _TONGUES}
    return {**words, "category": category.value, "last": last.isoformat()}


def drafted(template: Template, ground: Ground, last: date) -> dict[str, Any]:
    """What stands in the form at first, from a template."""
    return initial_of(filled(template, ground.slots, last), ground.category_of(template), last)
