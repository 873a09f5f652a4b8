"""What people say without asking for anything: a short form, a code for whoever wants the answer, the public digests.

The form acts for nobody: whoever is signed in says it as the public, so that no account is written down.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from gridcommons.access.rules import PUBLIC
from gridcommons.cases.concerns.actions import UNKNOWN, ask_answer
from gridcommons.cases.concerns.actions import say as say_concern
from gridcommons.cases.concerns.policy import packaged
from gridcommons.cases.concerns.queries import DigestFacts, digests, digests_of_week, own_wish
from gridcommons.cases.queries import with_code
from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import code_or_none
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.verdict import Verdict
from gridcommons.outlook.rules import why_hidden
from gridcommons.people.contacts import Contact, tidy
from gridcommons.territory.queries import children, served
from gridcommons.web.concern_words import place_name, places, shown_text, status_of, week_words
from gridcommons.web.house_form import HouseForm
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import asked, language, page_number, today
from gridcommons.web.public.home import COOKIE
from gridcommons.web.public.report_form import places_below
from gridcommons.web.public.track import tidy_code
from gridcommons.web.public.wording import name_of

PAGE: Final = 20


class ConcernForm(HouseForm):
    """Where, about what, and the words; how to be told only for whoever wants an answer."""

    village = forms.ChoiceField(label=_("Village or community"))
    subject = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What is on your mind?"), max_length=packaged().text_limit, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Up to 1,000 characters. Please name nobody, yourself included."),
    )  # fmt: skip
    wants = forms.BooleanField(label=_("I want to be told the answer"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    email = forms.CharField(label=_("E-mail"), required=False, widget=forms.TextInput(attrs={"inputmode": "email"}))
    use_required_attribute = False

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        tongue = language()
        village, subject = self.fields["village"], self.fields["subject"]
        assert isinstance(village, forms.ChoiceField)
        assert isinstance(subject, forms.ChoiceField)
        village.choices = [("", _("Choose …")), *places]
        subject.choices = [(key, say(words, tongue)) for key, words in packaged().subjects.items()]
        if settings.DEMO:
            self.fields["phone"].help_text = _("Demo: only made-up numbers that begin with 100 are taken.")

    def clean(self) -> dict[str, Any]:
        """A phone or address that is none is told beside its field."""
        facts = super().clean() or {}
        for name in ("phone", "email"):
            try:
                tidy("", facts.get(name, "") if name == "phone" else "", facts.get(name, "") if name == "email" else "",
                     demo=settings.DEMO)  # fmt: skip
            except Refusal as refusal:
                self.add_error(name, say(refusal.words(), language()))
        return facts

    @property
    def contact(self) -> Contact:
        """How to be told, nothing for whoever did not ask."""
        facts = self.cleaned_data
        if not facts["wants"]:
            return Contact()
        return tidy("", facts["phone"], facts["email"], demo=settings.DEMO)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """Say something; `for` in the address: a worker or clerk writes it down for somebody who is not named."""
    area = served()
    villages = places_below(area, today(request)) if area else []
    if request.method != "POST":
        place = request.GET.get("place") or request.COOKIES.get(COOKIE, "")
        start = {"text": request.GET.get("q", "")[: packaged().text_limit], "village": place[:12]}
        return _form(request, ConcernForm(initial=start, places=villages))
    sent = ConcernForm(request.POST, places=villages)
    return _take(request, sent) if sent.is_valid() else _form(request, sent, 400)


def _form(request: HttpRequest, shown: ConcernForm, status: int = 200) -> HttpResponse:
    context = {"form": shown, "policy": packaged(), "for_other": "for" in request.GET}
    return render(request, "public/concern.html", context, status=status)


def _take(request: HttpRequest, sent: ConcernForm) -> HttpResponse:
    """Two deeds in two transactions, so that the database cannot join the words to who wants the answer.

    The receipt is the answer itself: a redirect would have to keep the code in a session, which knows an account.
    """
    facts, at = sent.cleaned_data, asked(request).now
    try:
        week = say_concern(area_code=facts["village"], subject=facts["subject"], text=facts["text"], by=PUBLIC, at=at)
        code = _wish(facts["village"], week, sent, at) if facts["wants"] else ""
    except Refusal as refusal:
        sent.add_error(None, say(refusal.words(), language()))
        return _form(request, sent, refusal.status)
    township = CHINA.cut(facts["village"], "township")
    context = {
        "code": code, "place": place_name(township), "week": week_words(week), "policy": packaged(),
        "url": f"{reverse('public-concerns')}?area={township}",
    }  # fmt: skip
    return render(request, "public/concern_said.html", context)


def _wish(village: str, week: date, sent: ConcernForm, at: datetime) -> str:
    return ask_answer(area_code=village, week=week, contact=sent.contact, language=language(), by=PUBLIC, at=at)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Enter the code: the answer, or until when it is owed."""
    if request.method != "POST":
        return render(request, "public/concern_own.html")
    code, house = tidy_code(request.POST.get("code", "")), asked(request)
    try:
        waited = own_wish(code=code, viewer=with_code(PUBLIC, code), at=house.now)
    except Refusal as refusal:
        wrong = {"wrong": say(refusal.words(), language()), "typed": request.POST.get("code", "")[:40]}
        return render(request, "public/concern_own.html", wrong, status=refusal.status)
    context = {
        "waited": waited, "place": place_name(waited.township_code), "week": week_words(waited.week),
        "status": status_of(waited.digest, house.now) if waited.digest else None,
    }  # fmt: skip
    return render(request, "public/concern_own.html", context)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The digests, the newest week first; those without an answer say so."""
    get, page, house = request.GET, page_number(request), asked(request)
    area = code_or_none(get.get("area", ""))
    open_ = get.get("open") == "1"
    found = digests(area_code=area, unanswered=open_, first=(page - 1) * PAGE, most=PAGE + 1)
    here, names = served(), places(one.township_code for one in found)
    query = get.copy()
    query.pop("page", None)
    context = {
        "rows": [
            (one, names[one.township_code], week_words(one.week), status_of(one, house.now), shown_text(one.total))
            for one in found[:PAGE]
        ],
        "page": page, "more": len(found) > PAGE, "query": query.urlencode(), "open": open_, "area": area,
        "areas": [(town.code, name_of(town)) for town in children(here.code, today(request))] if here else [],
    }  # fmt: skip
    return render(request, "public/concerns.html", context)


@require_safe
def week(request: HttpRequest, township: str, week: str) -> HttpResponse:
    """A week: figures by subject, the office's own summary, its answer or since when it is owed.

    Of a merged township there are several digests, each under the name it was made for.
    """
    try:
        monday = date.fromisoformat(week)
    except ValueError:
        raise refuse(UNKNOWN) from None
    found = digests_of_week(township_code=township, week=monday)
    if not found:
        raise refuse(UNKNOWN)
    names, now = places(one.township_code for one in found), asked(request).now
    parts = [
        {
            "digest": one, "place": names[one.township_code], "status": status_of(one, now),
            "total": shown_text(one.total), "rows": _rows(one), "why": _why(one),
        }
        for one in found
    ]  # fmt: skip
    several = [one.township_code for one in found] != [township]
    context = {"parts": parts, "several": several, "place": place_name(township), "week": week_words(monday)}
    return render(request, "public/concern_week.html", context)


def _rows(found: DigestFacts) -> list[tuple[Any, str]]:
    order = sorted(found.subjects.items(), key=lambda one: -(one[1].value or 0))
    return [(packaged().subjects.get(key, key), shown_text(shown)) for key, shown in order]


def _why(found: DigestFacts) -> Verdict | None:
    """Why some figure is hidden."""
    hidden = [one for one in (found.total, *found.subjects.values()) if not one.is_exact]
    return why_hidden(hidden[0].mark) if hidden else None
