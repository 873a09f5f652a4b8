"""The form that every form of the house is: what is wrong in a field, and what to do, in sentences of our own."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from typing import Any, Final

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

Sentences = Mapping[str, Any]
_NOT_OFFERED: Final = _("What was chosen is not on this list. Choose again from it.")
_NO_FILE: Final = _("No file arrived. Choose it once more and send again.")

SENTENCES: Final[Mapping[type[forms.Field], Sentences]] = {
    forms.Field: {
        "required": _("This is missing. Please fill it in."),
        "invalid": _("This cannot be read. Check how it is written."),
        "max_length": _("Too long: %(limit_value)d characters at most, and there are %(show_value)d. Shorten it."),
        "min_length": _("Too short: at least %(limit_value)d characters, and there are %(show_value)d. Write more."),
        "max_value": _("The number is too high: %(limit_value)s at most. Give a lower one."),
        "min_value": _("The number is too low: %(limit_value)s at least. Give a higher one."),
        "null_characters_not_allowed": _("The text holds a sign that cannot be kept. Delete it or write it anew."),
    },
    forms.IntegerField: {"invalid": _("This is not a whole number. Write it in digits only, such as 12.")},
    forms.FloatField: {"invalid": _("This is not a number. Write it in digits, such as 12.5.")},
    forms.DateField: {
        "required": _("The date is missing. Please give one."),
        "invalid": _("There is no such date. Write year, month and day, such as 2026-11-02."),
    },
    forms.BooleanField: {"required": _("Nothing goes on without this tick. Tick it if you agree.")},
    forms.ChoiceField: {"required": _("Nothing is chosen yet. Choose one."), "invalid_choice": _NOT_OFFERED},
    forms.MultipleChoiceField: {
        "required": _("Nothing is chosen yet. Choose at least one."),
        "invalid_list": _NOT_OFFERED,
    },
    forms.FileField: {
        "required": _("No file is chosen yet. Choose one."),
        "invalid": _NO_FILE,
        "missing": _NO_FILE,
        "empty": _("The file is empty. Choose another one."),
        "max_length": _("The name of the file is too long: %(max)d characters at most. Give it a shorter one."),
        "contradiction": _("Either choose a file or tick that it goes, not both."),
    },
}
"""By kind of field: what is wrong and what to do."""


def own_sentences(field: forms.Field) -> None:
    """Give a field the house's sentences wherever it was given none of its own."""
    kinds = type(field).__mro__
    theirs = [sentence for kind in kinds for sentence in kind.__dict__.get("default_error_messages", {}).values()]
    said: dict[str, Any] = {}
    for kind in reversed(kinds):
        for code, sentence in SENTENCES.get(kind, {}).items():
            given = field.error_messages.get(code)
            if given is None or any(given is one for one in theirs):
                said[code] = sentence
    field.error_messages |= said


_COUNTED: Final = {
    "data-counted": _("{n} of {most} characters"),
    "data-over": _("{n} of {most} characters: {over} too many"),
}


class _AsWritten(MaxLengthValidator):
    """A limit that counts the end of a line as one sign, as whoever writes sees it counted."""

    def clean(self, x: Sized) -> int:
        """How long a text is."""
        return len(str(x).replace("\r\n", "\n"))


def room(most: int) -> dict[str, Any]:
    """What a field of free words says of its limit: the page counts, and the browser cuts nothing off a pasted text."""
    return {"data-most": most, **_COUNTED}


def uncut(field: forms.Field) -> None:
    """Let a line that is too long arrive whole, as the words of every larger field do: it is refused, never cut."""
    field.uncut = True  # type: ignore[attr-defined]


def room_of(field: forms.Field) -> dict[str, Any]:
    """The attributes of a field of free words, in place of the limit by which a browser cuts without a word."""
    most = getattr(field, "max_length", None)
    free = isinstance(field.widget, forms.Textarea) or getattr(field, "uncut", False)
    return {"maxlength": False, **room(most)} if most and free else {}


def _count_as_written(field: forms.Field) -> None:
    if isinstance(field.widget, forms.Textarea):
        field.validators = [
            _AsWritten(one.limit_value) if type(one) is MaxLengthValidator else one for one in field.validators
        ]


def needed_at_times(field: forms.Field) -> None:
    """Of a field that is not required by itself, but by what stands in others: its label does not call it optional."""
    field.needed_at_times = True  # type: ignore[attr-defined]


class HouseForm(forms.Form):
    """A form whose fields say what is wrong in the house's sentences, those that are added later too."""

    def full_clean(self) -> None:
        """Judge what was sent."""
        for field in self.fields.values():
            own_sentences(field)
            _count_as_written(field)
        super().full_clean()
