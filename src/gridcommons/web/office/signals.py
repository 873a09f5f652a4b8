"""Signals of something unusual: the queue with its clock, one with what it turned out to be, the form to send one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gridcommons.access.rules import NO_DEED
from gridcommons.collection.signals import actions
from gridcommons.collection.signals.naming import cleaned
from gridcommons.collection.signals.policy import policy
from gridcommons.collection.signals.queries import OWN_PAGE, PAGE, SignalLine, own_signals, signal, signals
from gridcommons.collection.signals.rules import (
    AFTER_CHECK,
    PLACE_LENGTH,
    SOURCES,
    TEXT_LENGTH,
    Cleaned,
    Said,
    mark_of,
)
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.territory.queries import below, names_of
from gridcommons.web.campaign_words import signal_status
from gridcommons.web.case_words import name_of
from gridcommons.web.house_form import HouseForm, needed_at_times, uncut
from gridcommons.web.office.sure import SURE as YES
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import page_number
from gridcommons.web.public.report_form import Menu
from gridcommons.web.staff import asked, can, duties_of, frame, language, require_can, signed_in, today

_TABS: Final = {"open": Words("待处理", "To do"), "done": Words("已研判", "Looked at")}
LOOK: Final = "look"
"""The name of the button that only looks for names once more."""
_STATES: Final = {"open": ("open", "site_check"), "done": ("closed",)}


class SignalForm(HouseForm):
    """What is unusual, how many, where."""

    kind = forms.ChoiceField(label=gettext_lazy("What is unusual?"), widget=forms.RadioSelect)
    size = forms.ChoiceField(label=gettext_lazy("Roughly how many?"), widget=forms.RadioSelect)
    area = forms.ChoiceField(label=gettext_lazy("In which grid?"))
    place = forms.CharField(
        label=gettext_lazy("Where there?"), max_length=PLACE_LENGTH,
        help_text=gettext_lazy("A stairwell, a pond, a corner. No door of anybody's home, no name."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("What did you see or hear?"), required=False, max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Please name nobody. Phones and numbers, forms of address such as 老王 or 李阿姨, full names of a usual "
            "form, and names on the register that you may read yourself are hidden before anybody else reads it; "
            "other names are not recognised."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, grids: Menu, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix, tongue = "", language()
        listed: Any = self.fields
        listed["kind"].choices = [(key, say(words, tongue)) for key, words in policy().kinds.items()]
        listed["size"].choices = [(key, say(words, tongue)) for key, words in policy().sizes.items()]
        listed["area"].choices = [*([("", _("Choose …"))] if _several(grids) else ()), *grids]
        uncut(self.fields["place"])


def _several(grids: Menu) -> bool:
    """Whether there is more than one to choose from, perhaps under the names of villages."""
    return sum(1 if isinstance(said, str) else len(said) for _code, said in grids) > 1


class JudgeForm(HouseForm):
    """What it turned out to be."""

    outcome = forms.ChoiceField(label=gettext_lazy("What did it turn out to be?"), widget=forms.RadioSelect)
    matter_key = forms.ChoiceField(label=gettext_lazy("Passed on as"), required=False)
    note = forms.CharField(
        label=gettext_lazy("On what grounds?"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, checked: bool, day: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix, tongue = "", language()
        listed: Any = self.fields
        held = policy().outcomes
        listed["outcome"].choices = [
            (key, say(words, tongue)) for key, words in held.items() if not checked or key in AFTER_CHECK
        ]
        matters = [one for one in current() if one.for_grid and one.collects_on(day)]
        listed["matter_key"].choices = [("", _("Choose")), *((one.key, say(one.name, tongue)) for one in matters)]
        needed_at_times(self.fields["matter_key"])

    def clean(self) -> dict[str, Any]:
        """What is passed on needs a matter."""
        given = super().clean() or {}
        if given.get("outcome") == "passed_on" and not given.get("matter_key"):
            self.add_error("matter_key", _("Choose a matter."))
        return given


@signed_in
@require_safe
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """The signals of the desk or township, what has waited longest first."""
    house = asked(request)
    require_can(house.viewer, "look.signals", house.now)
    tab = request.GET.get("tab", "")
    tab = tab if tab in _TABS else "open"
    first = (page_number(request) - 1) * PAGE
    lines, total = signals(states=_STATES[tab], first=first, viewer=house.viewer, at=house.now)
    context = {
        "rows": [(line, *_words(line)) for line in lines], "total": total, "tab": tab,
        "tabs": [(label, f"?tab={key}", key == tab) for key, label in _TABS.items()],
        "sends": can(house.viewer, "signal.send", house.now), "policy": policy(),
        "pages": Paginator(range(total), PAGE).get_page(first // PAGE + 1),
    }  # fmt: skip
    return render(request, "office/signals.html", frame(request) | context)


def _words(line: SignalLine) -> tuple[Any, ...]:
    held = policy()
    size = held.sizes.get(line.size, Words(line.size, line.size)) if line.size != "none" else ""
    return held.kinds.get(line.kind, line.kind), size, SOURCES[line.source], signal_status(line), name_of(line.area)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def one(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """One signal, and what it turned out to be."""
    house = asked(request)
    line = signal(signal_id=signal_id, viewer=house.viewer, at=house.now)
    step = {"open": "signal.triage", "site_check": "signal.check"}.get(line.state, "")
    may = bool(step) and can(house.viewer, step, house.now)
    form = JudgeForm(request.POST or None, checked=line.state == "site_check", day=today(request)) if may else None
    problem, status = "", 200
    if request.method == "POST" and form is not None:
        status = 400
        if form.is_valid():
            try:
                return _judged(request, line, form.cleaned_data)
            except Refusal as refusal:
                problem, status = say(refusal.words(), language()), refusal.status
    kind, size, source, chip, place = _words(line)
    context = {
        "line": line, "kind": kind, "size": size, "source": source, "chip": chip, "place": place, "form": form,
        "problem": problem, "reads_case": can(house.viewer, "look.case", house.now),
        "outcome": policy().outcomes.get(line.outcome, ""), "policy": policy(),
    }  # fmt: skip
    return render(request, "office/signal.html", frame(request) | context, status=status)


def _judged(request: HttpRequest, line: SignalLine, given: dict[str, Any]) -> HttpResponse:
    house = asked(request)
    deed = actions.triage if line.state == "open" else actions.check
    deed(signal_id=line.id, by=house.viewer, at=house.now, **given)
    messages.info(request, _("Noted, with your grounds."))
    return redirect("office-signals")


def grids_to_name(request: HttpRequest, deed: str) -> Menu:
    """The grids of the areas for which the viewer may send, by village; of one village alone without its name."""
    house = asked(request)
    held = [
        code
        for role, grant in house.viewer.roles_at(house.now)
        if grant is not None and deed in role.deeds
        for code in grant.areas_now
    ]
    found = {grid.code: grid for code in held for grid in below(code, "grid")}
    by_village: dict[str, list[tuple[str, str]]] = {}
    for code, grid in sorted(found.items()):
        by_village.setdefault(CHINA.cut(code, "village"), []).append((code, say(name_of(grid), language())))
    names = names_of(by_village)
    if len(by_village) <= 1:
        return [one for grids_ in by_village.values() for one in grids_]
    return [(say(name_of(names[code]), language()) if code in names else code, by_village[code]) for code in by_village]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def send(request: HttpRequest) -> HttpResponse:
    """Send one: from a grid, a clinic, a pharmacy, a school, an office; below it what the viewer sent before."""
    house = asked(request)
    grids = grids_to_name(request, "signal.send")
    if not grids:
        raise refuse(NO_DEED, deed="signal.send")
    form, problem, status = SignalForm(request.POST or None, grids=grids), "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            said = Said(given["area"], given["kind"], given["size"], given["place"], given["text"])
            try:
                shown = cleaned(said, house.viewer, house.now)
                if YES not in request.POST and (shown.hidden or LOOK in request.POST):
                    return _sending(request, form, shown=shown)
                return _sent(request, said)
            except Refusal as refusal:
                problem, status = say(refusal.words(), language()), refusal.status
    return _sending(request, form, status, problem=problem)


def _sending(
    request: HttpRequest, form: SignalForm, status: int = 200, *, problem: str = "", shown: Cleaned | None = None
) -> HttpResponse:
    """The form; `shown`: how it will read once names and numbers are hidden, which its writer may change first."""
    house, number = asked(request), page_number(request)
    own, total = own_signals(first=(number - 1) * OWN_PAGE, viewer=house.viewer, at=house.now)
    context = {
        "form": form, "problem": problem, "policy": policy(), "shown": shown, "total": total,
        "own": [(line, *_words(line)) for line in own],
        "pages": Paginator(range(total), OWN_PAGE).get_page(number),
    }  # fmt: skip
    return render(request, "office/signal_send.html", frame(request) | context, status=status)


def _sent(request: HttpRequest, said: Said) -> HttpResponse:
    house = asked(request)
    row = actions.send(said=said, source=_source(request), by=house.viewer, at=house.now)
    facts = {"kind": say(policy().kinds[row.kind], language()), "mark": mark_of(row.pk)}
    said_so = _(
        "Sent: %(kind)s, no. %(mark)s. It stands at the county's duty desk, which looks at it within two hours."
    )
    messages.info(request, said_so % facts)
    return redirect("office-signal-send")


def _source(request: HttpRequest) -> str:
    """Of which kind of post it comes."""
    house = asked(request)
    roles = {role.key for role, grant in house.viewer.roles_at(house.now) if grant is not None}
    if "sentinel" in roles:
        return "sentinel"
    return "grid" if "finder" in duties_of(house.viewer, house.now) and "grid_worker" in roles else "office"
