"""How somebody wants to be told: the form, shared by the report, the page of the code and the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gridcommons.kit.words import Words
from gridcommons.notices.policy import packaged_policy
from gridcommons.notices.rules import Wish, clock_text
from gridcommons.web.house_form import HouseForm

SAFE: Final = "safe"
_CHANNELS: Final = (
    ("", _("As it fits: by SMS if I leave a phone, else by e-mail")),
    ("sms", _("By SMS only")),
    ("email", _("By e-mail only")),
    ("inside", _("Send nothing: I look here myself")),
    (SAFE, _("Safe: send nothing, and say nothing to whoever answers my phone")),
)
_LANGUAGES: Final = (("", _("Language of the report")), ("zh-hans", "中文"), ("en", "English"))


def hours_words(quiet: tuple[int, int] | None) -> Words:
    """Quiet hours in words; equal ones are none."""
    start, end = quiet or packaged_policy().quiet
    if start == end:
        return Words("任何时间都可以联系", "at any hour")
    return Words(f"{clock_text(start)}至{clock_text(end)}不打扰", f"not from {clock_text(start)} to {clock_text(end)}")


def _hours_key(quiet: tuple[int, int] | None) -> str:
    return "" if quiet is None else f"{quiet[0]}-{quiet[1]}"


def _hours_label(quiet: tuple[int, int] | None) -> str:
    from gridcommons.web.public.asking import language

    words = hours_words(quiet).in_language(language())
    return gettext("As usual: %(hours)s") % {"hours": words} if quiet is None else words[:1].upper() + words[1:]


_late = lazy(_hours_label, str)


class WishForm(HouseForm):
    """Channel, language, neutral words, quiet hours. Nothing is required; every choice has a sensible first one."""

    channel = forms.ChoiceField(label=_("How should we tell you?"), required=False, widget=forms.RadioSelect)
    neutral = forms.BooleanField(
        label=_("Use neutral words"),
        help_text=_(
            "It says only that there is news, never what it is about. Matters inside a home are always told so."
        ),
        required=False,
    )
    quiet = forms.ChoiceField(
        label=_("When not to disturb you"),
        help_text=_("Holds for messages and for calls by staff. What comes up then is sent afterwards, at once."),
        required=False,
    )
    tongue = forms.ChoiceField(label=_("Language of messages"), required=False)
    use_required_attribute = False

    def __init__(self, *args: Any, wish: Wish | None = None, **kwargs: Any) -> None:
        now = wish or Wish()
        kwargs["initial"] = _initial(now)
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        offers = [None, *packaged_policy().offers]
        offers += [now.quiet] if now.quiet not in offers else []
        self._hours = {_hours_key(one): one for one in offers}
        self._choose("channel", list(_CHANNELS))
        self._choose("quiet", [(key, _late(one)) for key, one in self._hours.items()])
        self._choose("tongue", list(_LANGUAGES))

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def wish(self) -> Wish:
        """What was chosen, of a form that is valid."""
        chosen: Mapping[str, Any] = self.cleaned_data
        safe = chosen["channel"] == SAFE
        return Wish(
            channel="inside" if safe else chosen["channel"], language=chosen["tongue"],
            neutral=safe or chosen["neutral"], quiet=self._hours[chosen["quiet"]],
        )  # fmt: skip


def _initial(wish: Wish) -> dict[str, Any]:
    return {
        "channel": SAFE if wish.safe else wish.channel, "neutral": wish.neutral, "quiet": _hours_key(wish.quiet),
        "tongue": wish.language,
    }  # fmt: skip
