"""The form of a report: what is typed, kept on every error; what is missing, all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, Final, Protocol, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gridcommons.cases.filing import (
    ADDRESS_LIMIT,
    MOST_PHOTOS,
    NO_PLACE,
    NO_TEXT,
    PHOTO_BYTES,
    PHOTO_PIXELS,
    TEXT_LIMIT,
    TOO_MANY_PHOTOS,
    Report,
)
from gridcommons.cases.photos import reencode
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import Refusal, refuse, sentence_of
from gridcommons.kit.numbers import decimal_of
from gridcommons.kit.words import Words
from gridcommons.notices.rules import Wish
from gridcommons.people.contacts import Contact, tidy
from gridcommons.territory.queries import AreaFacts, below, children, grid_at
from gridcommons.web.house_form import HouseForm, room
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import language
from gridcommons.web.public.wishing import WishForm
from gridcommons.web.public.wording import name_of

_FIELD_OF: Final[Mapping[str, str]] = {
    "text": "text", "case.no_text": "text", "photo": "photos", "case.too_many_photos": "photos", "position": "lat",
    "case.no_place": "village", "area": "village", "identity.phone_shape": "phone", "identity.phone_synthetic": "phone",
    "identity.phone_real": "phone", "identity.email_shape": "email",
}  # fmt: skip
_ONE_TOWN: Final = 60
_WRONG: Final = 400
Facts = Mapping[str, Any]
Menu = list[tuple[str, str]] | list[tuple[str, list[tuple[str, str]]]]


def _sentence(code: str) -> str:
    zh, en = sentence_of(code)
    return Words(zh, en).in_language(language())


_late = lazy(_sentence, str)


def _help() -> str:
    """Without a script there is no map, so that the choice is needed: the page shows the sentence that is true."""
    return format_html(
        '<span class="gc-needs-js">{}</span><span class="gc-no-js">{}</span>',
        gettext("Needed only if you set no pin on the map. If you do both, the pin counts."),
        gettext("Please choose it: it is needed. The places are in groups, by township."),
    )


_place_help = lazy(_help, str)


class Photo(Protocol):
    """A file that came with the form, as far as it is read."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""


class PhotosInput(forms.FileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class PhotosField(forms.Field):
    """The files as they came; what they are is judged where photos are written anew."""

    widget = PhotosInput

    def clean(self, value: Any) -> list[Photo]:
        """All files that were chosen."""
        return list(value or ())


class PlaceField(forms.ChoiceField):
    """A choice that is needed where no pin is set: to call it optional would be wrong."""

    needed_at_times = True


class ReportForm(HouseForm):
    """What a reporter may give. The program's own rules check it, so that every door says the same sentences."""

    matter = forms.CharField(widget=forms.HiddenInput)
    once = forms.CharField(widget=forms.HiddenInput, required=False)
    lat = forms.CharField(label=_("The pin on the map"), widget=forms.HiddenInput, required=False)
    lon = forms.CharField(widget=forms.HiddenInput, required=False)
    village = PlaceField(
        label=_("Village or community"),
        help_text=_place_help(),
        required=False,
    )
    address = forms.CharField(
        label=_("Where exactly"),
        help_text=_("A house number, a bus stop, a landmark. Only those who handle the report see it."),
        required=False,
    )
    text = forms.CharField(
        label=_("What is it about?"),
        help_text=_("What you saw, since when, how often. Up to 4,000 characters. Please do not name other people."),
        widget=forms.Textarea(attrs={"rows": 6, **room(TEXT_LIMIT)}),
        error_messages={"required": _late(NO_TEXT)},
    )
    photos = PhotosField(
        label=_("Photos"),
        help_text=_("Up to 4, each up to 12 MB. They are re-encoded: location, time and camera details are removed."),
        widget=PhotosInput(attrs={"multiple": True, "accept": "image/jpeg,image/png,image/webp,image/gif"}),
        required=False,
    )
    name = forms.CharField(label=_("Name"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    email = forms.CharField(label=_("E-mail"), required=False, widget=forms.TextInput(attrs={"inputmode": "email"}))
    share = forms.BooleanField(
        label=_("The handling office may see who I am"),
        help_text=_("Left unticked, only the supervision office can contact you, and each look is logged."),
        required=False,
    )
    use_required_attribute = False

    def __init__(self, *args: Any, places: Menu, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self._told: list[int] = []
        self.tell = WishForm(self.data if self.is_bound else None, prefix="tell")
        field = self.fields["village"]
        assert isinstance(field, forms.ChoiceField)
        if settings.DEMO:
            self.fields["phone"].help_text = _("Demo: only made-up numbers that begin with 100 are taken.")
        field.choices = [("", _("Choose …")), *places]

    def clean(self) -> dict[str, Any]:
        """Ask the rules of every field, so that all that is wrong is told at once, in the sentences of the cases."""
        facts = super().clean() or {}
        for field, check in _CHECKS:
            self._ask(field, partial(check, dict(facts)))
        if self.errors:  # they are judged once more where they are kept: twice only where the form comes back anyway
            photos = facts.get("photos") or []
            self._ask("photos", partial(_not_too_many, photos))
            for photo in photos[:MOST_PHOTOS]:
                self._ask("photos", partial(_is_photo, photo))
        return facts

    def _ask(self, field: str, check: Callable[[], object]) -> None:
        """Put what a rule says beside its field; one that is wrong already is not asked again."""
        if field in self.errors and field != "photos":
            return
        try:
            check()
        except Refusal as refusal:
            self.refuse(refusal, field)

    @property
    def status(self) -> int:
        """The status of what is wrong; of several kinds, that of a request that has to be put right."""
        by_fields = sum(map(len, self.errors.values())) > len(self._told)
        kinds = {*self._told, *([_WRONG] if by_fields else [])}
        return kinds.pop() if len(kinds) == 1 else _WRONG

    def refuse(self, refusal: Refusal, field: str = "") -> None:
        """Put each sentence of a refusal beside the field that it speaks of; a pin that lies nowhere is taken away."""
        for reason in refusal.reasons:
            if reason.code.startswith("position."):
                # It would overrule the village that the reporter now chooses instead.
                self.data = cast(QueryDict, self.data).copy()
                self.data["lat"] = self.data["lon"] = ""
                field = "lat"
            beside = field or _FIELD_OF.get(reason.code) or _FIELD_OF.get(reason.code.split(".")[0])
            self._told.append(refusal.status)
            self.add_error(beside, say(reason.words(), language()))


def _has_words(facts: Facts) -> None:
    if not clean_text(facts.get("text", ""), limit=TEXT_LIMIT):
        raise refuse(NO_TEXT)


def _is_placed(facts: Facts) -> None:
    """The pin lies in a grid, or a village was chosen."""
    lon, lat = degrees(facts.get("lon", "")), degrees(facts.get("lat", ""))
    if lon is not None or lat is not None:
        grid_at(lon, lat)
    elif not facts.get("village"):
        raise refuse(NO_PLACE)


def _not_too_many(photos: Sequence[Photo]) -> None:
    if len(photos) > MOST_PHOTOS:
        raise refuse(TOO_MANY_PHOTOS, most=MOST_PHOTOS)


def _is_photo(photo: Photo) -> None:
    reencode(photo.read(PHOTO_BYTES + 1), max_bytes=PHOTO_BYTES, max_pixels=PHOTO_PIXELS)


_CHECKS: Final[Sequence[tuple[str, Callable[[Facts], object]]]] = (
    ("village", _is_placed),
    ("address", lambda facts: clean_text(facts.get("address", ""), limit=ADDRESS_LIMIT)),
    ("text", _has_words),
    ("phone", lambda facts: tidy("", facts.get("phone", ""), "", demo=settings.DEMO)),
    ("email", lambda facts: tidy("", "", facts.get("email", ""), demo=settings.DEMO)),
)
"""The rule of each field alone: together they would stop at the first that is wrong."""


def read_report(form: ReportForm) -> Report:
    """The report of a form that holds what is needed; refuses a coordinate, phone or address that is none."""
    facts = form.cleaned_data
    return Report(
        matter_key=facts["matter"],
        text=facts["text"],
        lon=degrees(facts["lon"]),
        lat=degrees(facts["lat"]),
        area_code=facts["village"],
        address=facts["address"],
        contact=_contact(facts),
        share_with_handler=facts["share"],
        language=language(),
        wish=form.tell.wish if form.tell.is_valid() else Wish(),
        photos=tuple(photo.read(PHOTO_BYTES + 1) for photo in islice(facts["photos"], MOST_PHOTOS + 1)),
    )


def _contact(facts: Mapping[str, Any]) -> Contact:
    return tidy(facts["name"], facts["phone"], facts["email"], demo=settings.DEMO)


def degrees(text: str) -> float | None:
    """A coordinate of the pin; anything that is no number counts as no pin."""
    try:
        return decimal_of(text)
    except ValueError:
        return None


def places_below(area: AreaFacts, day: date) -> Menu:
    """The villages and communities of an area for a menu, by township."""
    tongue = language()
    villages: dict[str, list[AreaFacts]] = {}
    for village in below(area.code, "village"):
        villages.setdefault(village.parent_code, []).append(village)
    towns = [town for town in children(area.code, day) if town.code in villages]
    listed = [(say(name_of(town), tongue), _menu(villages[town.code])) for town in towns]
    return listed or [*_menu(below(area.code, "village")[:_ONE_TOWN])]


def _menu(villages: Sequence[AreaFacts]) -> list[tuple[str, str]]:
    return [(village.code, say(name_of(village), language())) for village in villages]
