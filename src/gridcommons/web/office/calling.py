"""Pages on which calls at homes are planned: for which area, and in two steps, what it takes before it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gridcommons.access.rules import NO_DEED
from gridcommons.cases.orders.rules import serves
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, frame, language

F = TypeVar("F", bound=forms.Form)


def own_area(request: HttpRequest, deed: str) -> tuple[str, list[tuple[Words, str, bool]]]:
    """The area for which the viewer writes, as the address says, and the others; refuses who writes for none."""
    house = asked(request)
    own = sorted(serves(house.viewer, deed, house.now))
    if not own:
        raise refuse(NO_DEED, deed=deed)
    wish = request.GET.get("from", "") or request.POST.get("from", "")
    area, names = wish if wish in own else own[0], names_of(own)
    offered = [(name_of(names[code]), f"?from={code}", code == area) for code in own if code in names]
    return area, offered if len(own) > 1 else []


def problems_of(refusal: Refusal) -> list[str]:
    """Every reason of a refusal, in the reader's language."""
    return [say(reason.words(), language()) for reason in refusal.reasons]


def in_two_steps(
    request: HttpRequest, form: F, context: Mapping[str, Any],
    step: Callable[[HttpRequest, F, dict[str, Any]], HttpResponse | None], template: str,
) -> HttpResponse:  # fmt: skip
    """The page of a form. `step` does the deed and says where to go on, or adds what it would take; both may refuse."""
    facts: dict[str, Any] = {"form": form, **context}
    status = 200
    if request.method == "POST":
        try:
            done = step(request, form, facts)
            if done is not None:
                return done
            status = 200 if form.is_valid() else 400
        except Refusal as refusal:
            facts["problems"], status = problems_of(refusal), refusal.status
    return render(request, template, frame(request) | facts, status=status)
