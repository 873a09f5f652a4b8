"""The texts of notices as the program and as the county words them, with sample facts; and the form to change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.rules import Place, require
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.notices.actions import unword, word
from gridcommons.notices.queries import LocalWording, local_wordings
from gridcommons.notices.rules import Message
from gridcommons.notices.texts import LONGEST, Text, house_text, packaged_texts, sample_of, wording_faults
from gridcommons.web.house_form import HouseForm, room
from gridcommons.web.office.notices import tabs_of
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, frame, language, signed_in

_ZH, _EN = "zh-hans", "en"
_REASON: Final = 300
NO_COUNTY = refusal_kind(
    "notices.no_county",
    status=403,
    zh="您的授权不是县级的，不能改写通知文本。",
    en="Your grant is not of a county, so you cannot word its notices.",
)


@dataclass(frozen=True)
class Line:
    """One text with the county's own words, where it has some."""

    text: Text
    local: LocalWording | None
    said: Words


@dataclass(frozen=True)
class Preview:
    """How a wording reads with sample facts: as an SMS and as an e-mail, in both languages."""

    sms: Words
    subject: Words
    email: Words


def _county(request: HttpRequest) -> str:
    """The county whose texts the viewer may word; refuses whoever may not."""
    house = asked(request)
    require(house.viewer, deed="notices.word", place=Place(), purpose="administration", at=house.now)
    codes = [
        code
        for role, grant in house.viewer.roles_at(house.now)
        if grant is not None and "notices.word" in role.deeds
        for code in grant.areas_now
    ]
    width = CHINA.width("county")
    if not any(len(code) == width for code in codes):
        raise refuse(NO_COUNTY)
    return min(code for code in codes if len(code) == width)


def _in_force(county: str) -> Mapping[str, LocalWording]:
    return {one.text_key: one for one in local_wordings(county) if one.ended_at is None}


@signed_in
@require_safe
@never_cache
def wordings(request: HttpRequest) -> HttpResponse:
    """All texts, with sample facts."""
    county, tongue = _county(request), language()
    local = _in_force(county)
    lines = [
        Line(text, local.get(text.key), _said(text, local.get(text.key))) for text in packaged_texts().by_key.values()
    ]
    groups = [
        (Words("告知反映人", "Told to who reported"), [one for one in lines if _group(one.text) == "reporter"]),
        (Words("告知机构", "Told to offices"), [one for one in lines if _group(one.text) == "office"]),
        (Words("平台自己的话", "The house's own words"), [one for one in lines if _group(one.text) == "house"]),
    ]
    context = {"groups": groups, "tabs": tabs_of(request, "office-wordings"), "tongue": tongue}
    return render(request, "office/wordings.html", frame(request) | context)


def _group(text: Text) -> str:
    return "house" if text.key.startswith("house.") else text.to


def _said(text: Text, local: LocalWording | None) -> Words:
    words = local.words if local else None
    return Words(sample_of(text, _ZH, words), sample_of(text, _EN, words))


class WordingForm(HouseForm):
    """The words in both languages, and why they change."""

    zh = forms.CharField(label=_("Chinese"), widget=forms.Textarea(attrs={"rows": 3, **room(LONGEST)}))
    en = forms.CharField(label=_("English"), widget=forms.Textarea(attrs={"rows": 3, **room(LONGEST)}))
    reason = forms.CharField(
        label=_("Why it is worded differently here"), max_length=_REASON, required=False,
        help_text=_("Stands in the ledger and in the list of versions."),
    )  # fmt: skip
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    def words(self) -> Words:
        """What was typed, made plain; refuses (`text.too_long`) a text far beyond any notice."""
        return Words(*(clean_text(self.data.get(name, ""), limit=4 * LONGEST) for name in ("zh", "en")))


_SURE: Final = Sure(
    Words(
        "从现在起，本县新产生的这类通知都用这段文字。", "From now on new notices of this kind in the county say this."
    ),
    Words(
        "已经产生的通知不变；改动记入账本。", "Notices made before stay as they are; the change stands in the ledger."
    ),
    Words("随时可以改回平台原文。", "You can go back to the program's words at any time."),
    Words("在本县采用", "Use it in the county"),
)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wording(request: HttpRequest, key: str) -> HttpResponse:
    """One text: its preview, its versions, and the form; a first button previews, a second one adopts."""
    county, text = _county(request), packaged_texts().get(key)
    local = _in_force(county).get(key)
    now = local.words if local else text.words
    form = WordingForm(request.POST or None, initial={"zh": now.zh, "en": now.en})
    problems, words = _judged(form, text) if request.method == "POST" else ([], now)
    if request.method == "POST" and not problems and SURE in request.POST:
        return _adopted(request, text, county, words)
    context = {
        "text": text, "form": form, "problems": problems, "local": local, "facts": [f"{{{one}}}" for one in text.facts],
        "preview": None if problems else preview_of(text, words), "sure": _SURE,
        "ready": request.method == "POST" and not problems and words != now,
        "versions": local_wordings(county, key), "tabs": tabs_of(request, "office-wordings"),
    }  # fmt: skip
    return render(request, "office/wording.html", frame(request) | context, status=400 if problems else 200)


def _judged(form: WordingForm, text: Text) -> tuple[list[str], Words]:
    """What is wrong with what was typed, all of it at once, and the words."""
    try:
        words = form.words()
    except Refusal as refusal:
        return [say(refusal.words(), language())], text.words
    faults = wording_faults(words, text.facts)
    return [say(fault.words(), language()) for fault in faults], words


def _adopted(request: HttpRequest, text: Text, county: str, words: Words) -> HttpResponseRedirect:
    house = asked(request)
    reason = clean_text(request.POST.get("reason", "")[:_REASON], limit=_REASON)
    word(text_key=text.key, area_code=county, words=words, reason=reason, by=house.viewer, at=house.now)
    messages.info(request, _t("In use from now on. Notices that were made before keep their words."))
    return redirect("office-wording", text.key)


@signed_in
@require_POST
def back(request: HttpRequest, key: str) -> HttpResponseRedirect:
    """Go back to the program's words."""
    county, house = _county(request), asked(request)
    unword(text_key=packaged_texts().get(key).key, area_code=county, by=house.viewer, at=house.now)
    messages.info(request, _t("The program's own words are in use again."))
    return redirect("office-wording", key)


def preview_of(text: Text, words: Words) -> Preview:
    """A wording with sample facts as it would arrive; nothing is sent."""
    said = {tongue: sample_of(text, tongue, words) for tongue in (_ZH, _EN)}
    made = {tongue: _sample_letter(said[tongue], tongue) for tongue in said}
    return Preview(
        Words(*(f"{said[t]}{' ' if t == _EN else ''}{house_text('foot.sms', t)}" for t in (_ZH, _EN))),
        Words(*(made[t].subject for t in (_ZH, _EN))),
        Words(*(made[t].text for t in (_ZH, _EN))),
    )


def _sample_letter(said: str, tongue: str) -> Message:
    link = f"https://example.org{reverse('notices-stop', args=['CODE'])}"
    foot = house_text("foot.email", tongue, link=link)
    at = datetime.fromisoformat("2026-11-02T01:00:00+00:00")
    return Message(UUID(int=0), "email", "", house_text("subject", tongue), f"{said}\n\n{foot}", tongue, at, link)
