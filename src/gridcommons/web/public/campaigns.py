"""Campaigns in public: what households are called on for, the notice, the way to object, what was answered."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from gridcommons.access.rules import PUBLIC
from gridcommons.collection.campaigns.actions import ask_answer, object_to
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.queries import (
    CampaignFacts,
    objections_to,
    public_campaign,
    public_campaigns,
    steps_of,
)
from gridcommons.collection.campaigns.refusals import TOO_OFTEN
from gridcommons.collection.campaigns.rules import ANSWERS, OVER_STATES, TEXT_LENGTH
from gridcommons.collection.rounds.queries import public_rounds
from gridcommons.collection.selecting import chosen_words
from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import as_page, whole
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.matters.queries import current, matter_name
from gridcommons.people.contacts import Contact, tidy
from gridcommons.people.facts.keys import fact_keys
from gridcommons.territory.queries import area_on, served
from gridcommons.web.campaign_words import life_of, objected, status_of
from gridcommons.web.house_form import HouseForm
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import asked, language, today
from gridcommons.web.public.held import ONCE, let_go, show_once, shown_once
from gridcommons.web.public.report_form import places_below

PAGE: Final = 20
"""So many campaigns that are over stand on a page."""
_NUMBER_DIGITS: Final = 9


class ObjectionForm(HouseForm):
    """Where one lives, what it is about, and the words; nobody is asked who they are."""

    village = forms.ChoiceField(label=_("Village or community"))
    subject = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What do you object to?"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Please name nobody, yourself included."),
    )  # fmt: skip
    phone = forms.CharField(label=_("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    email = forms.CharField(label=_("E-mail"), required=False, widget=forms.TextInput(attrs={"inputmode": "email"}))
    use_required_attribute = False

    def __init__(self, *args: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix, fields = "", self.fields
        listed: Any = fields
        listed["village"].choices = [("", _("Choose …")), *places]
        listed["subject"].choices = [(key, say(words, language())) for key, words in policy().subjects.items()]
        if settings.DEMO:
            fields["phone"].help_text = _("Demo: only made-up numbers that begin with 100 are taken.")

    def clean(self) -> dict[str, Any]:
        """A phone or address that is none is told beside its field."""
        facts = super().clean() or {}
        for name in ("phone", "email"):
            try:
                tidy("", **{"phone": "", "email": "", name: facts.get(name, "")}, demo=settings.DEMO)
            except Refusal as refusal:
                self.add_error(name, say(refusal.words(), language()))
        return facts

    @property
    def contact(self) -> Contact:
        """How to be told of the answers; empty for whoever wants nothing."""
        return tidy("", self.cleaned_data["phone"], self.cleaned_data["email"], demo=settings.DEMO)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Everything by which households are called on: campaigns, and visits that come again."""
    rows = [
        (one, status_of(one.state), matter_name(one.matter_key), chosen_words(one.choice, fact_keys()))
        for one in public_campaigns()
    ]
    over = [row for row in rows if row[0].state in OVER_STATES]
    context = {
        "rows": [row for row in rows if row not in over],
        "over": Paginator(over, PAGE).get_page(as_page(request.GET.get("page", ""))) if over else None,
        "rounds": [
            (one, matter_name(one.matter_key), chosen_words(one.choice, fact_keys()))
            for one in public_rounds(today(request))
        ],
        "policy": policy(),
    }  # fmt: skip
    return render(request, "public/campaigns.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def single(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """One campaign; an objection is taken here, without an account."""
    facts = public_campaign(campaign_id)
    open_ = facts.state != "ended"
    form = ObjectionForm(request.POST or None, places=_places(request, facts)) if open_ else None
    number, status = whole(shown_once(request).get("number", ""), digits=_NUMBER_DIGITS), 200
    if request.method == "POST" and form is not None:
        status = 400
        if form.is_valid():
            taken, status = _taken(request, facts, form)
            if taken:
                return show_once(request.path, number=str(taken))
    answer = render(request, "public/campaign.html", _context(facts, form, number), status=status)
    if number:
        let_go(answer, ONCE)
    return answer


def _places(request: HttpRequest, facts: CampaignFacts) -> Any:
    """The villages of the campaign's area, within the county that is served here."""
    here = served()
    area = facts.area if here is None or facts.area.code.startswith(here.code) else here
    code = CHINA.cut(area.code, "village")
    if CHINA.depth_at_least(code, "village"):
        village = area_on(code, today(request))
        return [(code, say(village.name, language()))]
    return places_below(area, today(request))


def _taken(request: HttpRequest, facts: CampaignFacts, form: ObjectionForm) -> tuple[int, int]:
    """Keep an objection; returns its number, 0 where it was refused, and the status then.

    So many from one address in an hour, as at the login: one person cannot hold up a campaign by answering alone.
    Two deeds in two transactions, so that the database cannot join the words to who wants the answer.
    """
    given, at = form.cleaned_data, asked(request).now
    try:
        if not ratelimit.consume(request, action="object"):
            raise refuse(TOO_OFTEN)
        number = object_to(
            campaign_id=facts.id, village_code=given["village"], subject=given["subject"], text=given["text"],
            by=PUBLIC, at=at,
        )  # fmt: skip
        if not form.contact.is_empty:
            ask_answer(campaign_id=facts.id, contact=form.contact, language=language(), by=PUBLIC, at=at)
    except Refusal as refusal:
        form.add_error(None, say(refusal.words(), language()))
        return 0, refusal.status
    return number, 200


def _context(facts: CampaignFacts, form: ObjectionForm | None, number: int) -> dict[str, Any]:
    said = objections_to(facts.id)
    matter = current().get(facts.matter_key)
    return {
        "facts": facts, "status": status_of(facts.state), "matter": matter, "form": form, "number": number,
        "who": chosen_words(facts.choice, fact_keys()), "life": life_of(steps_of(facts.id), facts), "policy": policy(),
        "objected": objected(said),
        "objections": [
            (one, policy().subjects.get(one.subject, one.subject), ANSWERS.get(one.decision, "")) for one in said
        ],
    }  # fmt: skip
