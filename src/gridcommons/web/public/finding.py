"""Search over the list of matters in a person's own words: what it may be, and what the rule says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gridcommons.cases.complaints.recognising import is_about_staff
from gridcommons.kit.dates import is_chinese
from gridcommons.kit.digits import code_or_none
from gridcommons.kit.verdict import Answer, Verdict
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.danger import Danger, shipped_dangers
from gridcommons.matters.matter import Barrier, Matter
from gridcommons.matters.queries import current
from gridcommons.matters.rules import Admission, judge_search
from gridcommons.matters.search import Hit, worth_showing
from gridcommons.web.public.asking import language, today

MOST_WORDS: Final = 300
MOST_FOUND: Final = 6


@dataclass(frozen=True)
class Found:
    """What was asked, the matters and own-life entries it may mean, and the verdict where the words are clear.

    `about_staff`: the words complain about a member of staff, which has a way of its own.
    `danger`: what is answered before anything else, because a life may depend on it.
    `against`: on a no, what is not for the grid: an entry of the negative list, residents' own, or a matter of others.
    """

    words: str
    matters: tuple[Matter, ...] = ()
    own: tuple[Barrier, ...] = ()
    verdict: Verdict | None = None
    against: Barrier | Matter | None = None
    is_own_life: bool = False
    danger: tuple[Danger, ...] = ()
    about_staff: bool = False

    @property
    def is_no(self) -> bool:
        """Whether the rule says that it does not enter the grid."""
        return self.verdict is not None and self.verdict.answer is Answer.NO

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is a matter of the list that others deal with."""
        return isinstance(self.against, Matter)

    @property
    def nothing(self) -> bool:
        """Whether nothing of the list fits."""
        return not (self.matters or self.own or self.is_no or self.danger or self.about_staff)


def find(words: str, catalogue: Catalogue, on: date) -> Found | None:
    """Ask the list; None without words."""
    words = " ".join(words.split())[:MOST_WORDS]
    if not words:
        return None
    tongue = "zh" if is_chinese(language()) else "en"
    judged = judge_search(catalogue=catalogue, on=on, text=words, language=tongue)
    danger = shipped_dangers().told_by(words)
    hits = _shown(catalogue.hits(words, tongue), judged, outright=bool(danger))
    barriers = (catalogue.barrier(hit.key) for hit in hits)
    return Found(
        words=words,
        matters=tuple(catalogue.get(hit.key) for hit in hits if hit.key in catalogue),
        own=tuple(barrier for barrier in barriers if barrier is not None),
        verdict=None if judged.verdict.answer is Answer.CANNOT_TELL else judged.verdict,
        against=judged.barrier or judged.matter if judged.verdict.answer is Answer.NO else None,
        is_own_life=judged.barrier in catalogue.vitality,
        danger=danger,
        about_staff=is_about_staff(words),
    )


def _shown(hits: Sequence[Hit], judged: Admission, *, outright: bool) -> list[Hit]:
    """What is offered: beside a danger or a no only what the words name outright, so that nothing hides the answer."""
    worth = worth_showing(hits)
    if outright:
        worth = [hit for hit in worth if hit.matched]
    if judged.verdict.answer is not Answer.NO:
        return worth[:MOST_FOUND]
    against = {one.key for one in (judged.barrier, judged.matter) if one is not None}
    return [hit for hit in worth if hit.matched and hit.key not in against][:MOST_FOUND]


def named_place(request: HttpRequest) -> str:
    """The code of the place that the address names, carried on to the form."""
    place = request.GET.get("place", "")[:20]
    return code_or_none(place)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The answers alone, for the page to put in while somebody types; opened as a page, the home page with them."""
    if request.headers.get("HX-Request") != "true":
        return redirect(f"{reverse('public-home')}?{request.GET.urlencode()}")
    found = find(request.GET.get("q", ""), current(), today(request))
    return render(request, "public/found.html", {"found": found, "report_place": named_place(request)})
