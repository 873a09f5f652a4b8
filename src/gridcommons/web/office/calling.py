"""Pages on which calls at homes are planned: for which area, and in two steps, what it takes before it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gridcommons.access.rules import NO_DEED
from gridcommons.cases.orders.rules import serves
from gridcommons.kit.errors import Reason, Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.house_form import HouseForm
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, frame, language


class RuledForm(HouseForm):
    """A form that is held against rules as well as read: every rule that it breaks is told at its field, at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.broken: list[Reason] = []

    def against(self, given: Mapping[str, Any]) -> Iterable[tuple[str, Reason]]:
        """What stands against what could be read, each with its field."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Hold what could be read against the rules."""
        given = super().clean() or {}
        for field, reason in list(self.against(given)):
            self.broken.append(reason)
            self.add_error(field, say(reason.words(), language()))
        return given

    @property
    def status(self) -> int:
        """How a page answers that shows it again: by the first rule that it breaks, or as what cannot be read."""
        read_wrong = sum(len(errors) for errors in self.errors.values()) > len(self.broken)
        return HTTPStatus.BAD_REQUEST if read_wrong else Refusal(tuple(self.broken)).status


F = TypeVar("F", bound=RuledForm)


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
            status = 200 if form.is_valid() else form.status
        except Refusal as refusal:
            facts["problems"], status = problems_of(refusal), refusal.status
    return render(request, template, frame(request) | facts, status=status)
