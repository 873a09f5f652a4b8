"""The first hour of a county's office: steps ticked by what stands, and where to go for what is missing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.cases.founding.actions import try_case
from gridcommons.cases.founding.firsthour import steps_of
from gridcommons.cases.founding.queries import county_facts, trials
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.territory.queries import below, names_of
from gridcommons.web.office.county import county_frame, own_county
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, language, signed_in

_FIRST_MATTERS = ("street_lamps", "roads_pavements")


@signed_in
@require_safe
@never_cache
def first_hour(request: HttpRequest) -> HttpResponse:
    """All steps with their ticks."""
    county = own_county(request)
    facts = county_facts(county, asked(request).now)
    steps = steps_of(facts)
    needed = [step for step in steps if step.needed]
    done = sum(step.done for step in needed)
    context = {
        "steps": steps, "done": done, "all": len(needed), "left": [s for s in needed if not s.done],
        "townships": list(facts.townships.items()), "trials": _shown_trials(county),
    }  # fmt: skip
    return render(request, "office/first_hour.html", county_frame(request, "office-first-hour") | context)


def _shown_trials(county: str) -> list[tuple[object, Words, Words]]:
    """The newest trial of each place, in words."""
    newest = {one.area_code: one for one in reversed(trials(county))}
    names = names_of(newest)
    return [
        (one, names[code].name if code in names else Words(code, code), Words(one.said_zh, one.said_en))
        for code, one in sorted(newest.items())
    ]


@signed_in
@require_POST
def try_first(request: HttpRequest) -> HttpResponseRedirect:
    """Try a first case in a township: in its first grid or village, with the first matter that the grid takes."""
    county, house = own_county(request), asked(request)
    township = request.POST.get("area", "")
    wanted = [township] if township else [area.code for area in below(county, "township")]
    arrived = 0
    for code in wanted:
        area = next(iter([*below(code, "grid"), *below(code, "village")]), None)
        matter = next(iter(current().admitted())).key if not _known_first() else _known_first()
        trial = try_case(
            county_code=county, area_code=area.code if area else code, matter_key=matter, by=house.viewer, at=house.now
        )
        arrived += trial.arrived
        if not trial.arrived:
            messages.error(request, say(Words(trial.said_zh, trial.said_en), language()))
    if arrived:
        said = _("%(n)s trial reports arrived and were taken back: nothing of them is left.")
        messages.info(request, said % {"n": arrived})
    return redirect("office-first-hour")


def _known_first() -> str:
    catalogue = current()
    return next((key for key in _FIRST_MATTERS if key in catalogue), "")
