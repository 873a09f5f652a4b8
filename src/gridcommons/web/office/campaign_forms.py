"""The forms of campaigns and of visits that come again: written, objections answered, days explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from gridcommons.cases.orders.rules import barred_words
from gridcommons.collection.campaigns import rules as campaigns
from gridcommons.collection.campaigns.planning import against_form, earliest_day
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.queries import CampaignFacts
from gridcommons.collection.campaigns.rules import ANSWERS, NAME_LENGTH, TEXT_LENGTH, Plan
from gridcommons.collection.carrying_forms import counts_households
from gridcommons.collection.forms.queries import VersionFacts, open_forms
from gridcommons.collection.rounds import rules as rounds
from gridcommons.collection.rounds.rules import Rule
from gridcommons.collection.selecting import Choice, is_choosable
from gridcommons.kit.dates import day_words
from gridcommons.kit.errors import Reason
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.people.facts.keys import fact_keys
from gridcommons.web.counted import colon
from gridcommons.web.house_form import HouseForm, needed_at_times
from gridcommons.web.office.calling import RuledForm
from gridcommons.web.pieces import say
from gridcommons.web.staff import language

_MOST_HOUSEHOLDS: Final = 100_000_000


def usable_forms(area: str, day: date) -> list[VersionFacts]:
    """The forms in use in an area on a day by which households can be counted, of matters of the list."""
    listed = current()
    return [one for one in open_forms([area], on=day) if one.form.matter_key in listed and counts_households(one)]


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _named(form: VersionFacts) -> str:
    matter = current().get(form.form.matter_key)
    words = Words(
        f"{form.form.name.zh}（{matter.name.zh}，办理用时{matter.minutes}分钟）",
        f"{form.form.name.en} ({matter.name.en}, {matter.minutes} min of work)",
    )
    return say(words, language())


def _choices() -> list[tuple[str, str]]:
    """Households by what is known of homes, each value a choice."""
    found = [("", say(Words("范围内全部住户", "all households of the area"), language()))]
    for key in fact_keys().values():
        if is_choosable(key) and key.choices:
            found += [
                (f"{key.key}|is|{name}", f"{say(key.words, language())}{colon()}{say(words, language())}")
                for name, words in key.choices
            ]
        elif is_choosable(key):
            found += [(f"{key.key}|is|1", f"{say(key.words, language())} = 1")]
            found += [(f"{key.key}|at_least|{n}", f"{say(key.words, language())} ≥ {n}") for n in (1, 2, 3)]
    return found


def _line(label: Any) -> forms.CharField:
    most = format_lazy(_("{n} characters at most."), n=NAME_LENGTH)
    return forms.CharField(label=label, max_length=NAME_LENGTH, help_text=most)


def _told_when_long(form: forms.Form) -> None:
    """Let a text that is too long arrive whole: the browser would cut it without a word."""
    for field in form.fields.values():
        field.widget.attrs.pop("maxlength", None)


class _Calling(RuledForm):
    """What every rule of calls says: by which form, at which households, what it is called."""

    form = forms.ChoiceField(
        label=_("Form, and the matter it serves"),
        widget=forms.RadioSelect,
        help_text=_("Only forms in use here that ask which household it is and how the visit ended."),
    )
    who = forms.ChoiceField(
        label=_("Which households"), required=False,
        help_text=_(
            "By what is known of a dwelling or of a household as a whole for service: its gas, how many live there, "
            "how many of them are children or above 65. Never by what is known of one person. Where it is not known, "
            "nobody is called on; whoever is may decline."
        ),
    )  # fmt: skip
    households = forms.IntegerField(
        label=_("How many you expect"), required=False, min_value=1, max_value=_MOST_HOUSEHOLDS,
        help_text=_("Only where not all are meant: working time is reckoned by it."),
    )  # fmt: skip
    name_zh = _line(_("Name in Chinese"))
    name_en = _line(_("Name in English"))

    def __init__(self, *args: Any, area: str, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.area, self.usable = area, usable_forms(area, day)
        form, who = self.fields["form"], self.fields["who"]
        assert isinstance(form, forms.ChoiceField)
        assert isinstance(who, forms.ChoiceField)
        form.choices = [(one.form.key, _named(one)) for one in self.usable]
        if len(self.usable) == 1:
            self.initial.setdefault("form", self.usable[0].form.key)
        who.choices = _choices()
        needed_at_times(self.fields["households"])
        _told_when_long(self)
        self.day = day

    @property
    def matter_key(self) -> str:
        """The matter of the chosen form; empty where none is chosen."""
        chosen = self.cleaned_data.get("form")
        return next((one.form.matter_key for one in self.usable if one.form.key == chosen), "")

    @property
    def choice(self) -> Choice:
        """Which households are meant."""
        key, operator, value = (*self.cleaned_data["who"].split("|"), "", "")[:3]
        return Choice(key, operator, value) if key else Choice()

    @property
    def name(self) -> Words:
        """What it is called."""
        return Words(self.cleaned_data["name_zh"], self.cleaned_data["name_en"])


class CampaignForm(_Calling):
    """A campaign."""

    purpose_zh = forms.CharField(
        label=_("Purpose in Chinese"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )
    purpose_en = forms.CharField(
        label=_("Purpose in English"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is public. Name no person."),
    )  # fmt: skip
    first = _day(_("First day"))
    last = _day(_("Last day"))

    def __init__(self, *args: Any, area: str, day: date, **kwargs: Any) -> None:
        super().__init__(*args, area=area, day=day, **kwargs)
        earliest, first = earliest_day(area, day), self.fields["first"]
        self.earliest = earliest
        self.initial.setdefault("first", earliest)
        first.widget.attrs["min"] = str(earliest)
        first.help_text = format_lazy(
            _("{day} at the earliest, if the notice goes up today: it stands for {days} days first."),
            day=say(day_words(earliest, this_year=day.year), language()), days=policy().notice_days,
        ) if earliest > day else ""  # fmt: skip

    def against(self, given: Mapping[str, Any]) -> Iterator[tuple[str, Reason]]:
        """Whatever stands against the form, its matter, a text, a day."""
        held, catalogue, matter = policy(), current(), self.matter_key
        if matter:
            yield from (("form", why) for why in against_form(given["form"], matter, self.area, self.day))
        for name in ("name_zh", "name_en", "purpose_zh", "purpose_en"):
            yield from ((name, why) for why in campaigns.against_text(given.get(name, "")))
        for name in ("name_zh", "purpose_zh"):
            if given.get(name):
                yield from ((name, why) for why in barred_words((given[name],), catalogue, self.day))
        first, last = given.get("first"), given.get("last")
        if first:
            yield from (("first", why) for why in campaigns.against_first(first, held, self.day, self.earliest))
        if last:
            found = campaigns.against_last(first, last, catalogue.get(matter), held, self.day)
            yield from (("last", why) for why in found)

    def plan(self) -> Plan:
        """The campaign as it was written."""
        given = self.cleaned_data
        return Plan(
            self.area, self.matter_key, given["form"], self.name, Words(given["purpose_zh"], given["purpose_en"]),
            given["first"], given["last"], self.choice, given["households"] or 0,
        )  # fmt: skip


def written_of(facts: CampaignFacts) -> dict[str, Any]:
    """A campaign as its form shows it."""
    return {
        "form": facts.form_key, "who": "|".join((facts.choice.key, facts.choice.operator, facts.choice.value))
        if facts.choice.key else "",
        "households": facts.expected if facts.choice.key else None, "name_zh": facts.name.zh, "name_en": facts.name.en,
        "purpose_zh": facts.purpose.zh, "purpose_en": facts.purpose.en, "first": facts.first, "last": facts.last,
    }  # fmt: skip


class RoundForm(_Calling):
    """Visits that come again."""

    every_days = forms.IntegerField(label=_("Every how many days"), min_value=1, max_value=366)
    first = _day(_("First day"))
    last = _day(_("Last day"))

    def against(self, given: Mapping[str, Any]) -> Iterator[tuple[str, Reason]]:
        """A last day before the first."""
        if given.get("first") and given.get("last"):
            yield from (("last", why) for why in rounds.ends_first(given["first"], given["last"], self.day))

    def rule(self) -> Rule:
        """The rule as it was written."""
        given = self.cleaned_data
        return Rule(
            self.area, self.matter_key, given["form"], self.name, given["every_days"], given["first"], given["last"],
            self.choice, given["households"] or 0,
        )  # fmt: skip


class AnswerForm(HouseForm):
    """An answer to an objection."""

    decision = forms.ChoiceField(label=_("What you decide"), widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Your reasons"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands on the public page beside the number of the objection. Name no person."),
    )  # fmt: skip
    other = forms.CharField(
        label=_("The same in the other language"), required=False, max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("English where you wrote Chinese, Chinese where you wrote English. Left out, the page says so."),
    )  # fmt: skip
    alike = forms.BooleanField(
        label=_("The same answer for all of this wording"), required=False, initial=True,
        help_text=_("Each keeps its number, and the answer stands beside each."),
    )  # fmt: skip

    def __init__(self, *args: Any, alike: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        if not alike:
            del self.fields["alike"]
        self.fields["decision"].choices = [(key, say(words, language())) for key, words in ANSWERS.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A second text in the language of the first is told beside it."""
        given = super().clean() or {}
        for reason in campaigns.against_other(given.get("answer", ""), given.get("other", "")):
            self.add_error("other", say(reason.words(), language()))
        return given


class SilenceForm(HouseForm):
    """Why a grid reported nothing on a day."""

    area = forms.ChoiceField(label=_("Grid"))
    day = _day(_("Day"))
    reason = forms.ChoiceField(label=_("Why"))

    def __init__(self, *args: Any, grids: Sequence[tuple[str, Words]], day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["day"] = day
        self.label_suffix = ""
        self.fields["area"].choices = [(code, say(name, language())) for code, name in grids]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [(key, say(said, language())) for key, said in policy().reasons.items()]  # type: ignore[attr-defined]


class ReturnForm(HouseForm):
    """A day confirmed for the own area, with a note."""

    day = _day(_("Day"))
    note = forms.CharField(
        label=_("A note, if there is one"), required=False, max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Figures come from the forms; nothing is typed here. Name no person."),
    )  # fmt: skip

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["day"] = day
        self.label_suffix = ""


class ReasonForm(HouseForm):
    """A reason that everybody reads."""

    reason = forms.CharField(
        label=_("Reason"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It is public. Name no person."),
    )  # fmt: skip
