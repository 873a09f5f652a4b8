"""Search over the list of matters in a person's own words: what it may be, and what the rule says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcommons.kit.verdict import Answer, Verdict
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Barrier, Matter
from gridcommons.matters.queries import current
from gridcommons.matters.rules import judge_report
from gridcommons.web.formats import is_chinese
from gridcommons.web.public.asking import language, today

MOST_WORDS: Final = 300
MOST_FOUND: Final = 6


@dataclass(frozen=True)
class Found:
    """What was asked, the matters and own-life entries it may mean, and the verdict where the words are clear."""

    words: str
    matters: tuple[Matter, ...] = ()
    own: tuple[Barrier, ...] = ()
    verdict: Verdict | None = None

    @property
    def is_no(self) -> bool:
        """Whether the rule says that it does not enter the grid."""
        return self.verdict is not None and self.verdict.answer is Answer.NO

    @property
    def nothing(self) -> bool:
        """Whether nothing of the list fits."""
        return not (self.matters or self.own or self.is_no)


def find(words: str, catalogue: Catalogue, on: date) -> Found | None:
    """Ask the list; None without words."""
    words = " ".join(words.split())[:MOST_WORDS]
    if not words:
        return None
    tongue = "zh" if is_chinese(language()) else "en"
    keys = [hit.key for hit in catalogue.hits(words, tongue)][:MOST_FOUND]
    judged = judge_report(catalogue=catalogue, on=on, text=words, language=tongue)
    barriers = (catalogue.barrier(key) for key in keys)
    return Found(
        words=words,
        matters=tuple(catalogue.get(key) for key in keys if key in catalogue),
        own=tuple(barrier for barrier in barriers if barrier is not None),
        verdict=None if judged.verdict.answer is Answer.CANNOT_TELL else judged.verdict,
    )


def named_place(request: HttpRequest) -> str:
    """The code of the place that the address names, carried on to the form."""
    place = request.GET.get("place", "")[:20]
    return place if place.isascii() and place.isdigit() else ""


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The answers alone, for the page to put in while somebody types."""
    found = find(request.GET.get("q", ""), current(), today(request))
    return render(request, "public/found.html", {"found": found, "report_place": named_place(request)})
