"""The public register of admission: what was proposed, reviewed, tried, admitted and ended, and how the list grew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from gridcommons.collection.forms.queries import Use, use_of_forms
from gridcommons.kit.clock import local_day
from gridcommons.kit.dates import day_text
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.load.admission.queries import entries, entry_of, forms_in_use, stated_rates
from gridcommons.load.admission.refusals import NO_WORKBOOK
from gridcommons.load.admission.rules import STATES
from gridcommons.load.ceiling.growth import Point, changed, growth
from gridcommons.load.ceiling.policy import CeilingPolicy, ceiling_policy
from gridcommons.matters.queries import editions
from gridcommons.web.admission_words import KINDS, entry_words, finding_rows, life_of, status_of
from gridcommons.web.formats import figure_text
from gridcommons.web.pieces import Tile
from gridcommons.web.public.asking import asked, today
from gridcommons.web.staff import ZONE

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADS: Final = (
    pgettext_lazy("grid-creep meter", "Day"), pgettext_lazy("grid-creep meter", "Matters, order"),
    pgettext_lazy("grid-creep meter", "Matters, convenience"), pgettext_lazy("grid-creep meter", "Forms admitted"),
    pgettext_lazy("grid-creep meter", "Questions, order"), pgettext_lazy("grid-creep meter", "Questions, convenience"),
    pgettext_lazy("grid-creep meter", "Minutes of work a week, order"),
    pgettext_lazy("grid-creep meter", "Minutes of work a week, convenience"),
)  # fmt: skip
_CLASSES: Final = (pgettext_lazy("grid-creep meter", "order"), pgettext_lazy("grid-creep meter", "convenience"))
"""What the lines of the chart are called: its title says what is counted, and a phone has little room beside them."""


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every proposal with its state, the newest first."""
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    found = entries(kind=kind if kind in KINDS else "", states=[state] if state in STATES else ())
    context = {
        "rows": [(one, KINDS[one.proposal.kind], status_of(one.proposal.state), one.steps[-1]) for one in found],
        "states": [(key, words, key == state) for key, words in STATES.items()],
        "kinds": [(key, words, key == kind) for key, words in KINDS.items()], "state": state, "kind": kind,
    }  # fmt: skip
    return render(request, "public/admission.html", context)


@require_safe
def single(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal with its whole history, its questions and what the linter said of them."""
    entry = entry_of(proposal_id)
    whole = entry.proposal
    context = {
        "entry": entry, "proposal": whole, "kind": KINDS[whole.kind], "chip": status_of(whole.state),
        "life": life_of(entry), "findings": finding_rows(whole.findings),
        "asked": [one for one in whole.questions if one["asked"]],
        "said": entry_words(whole.entry),
        "verdicts": [step.verdict for step in entry.steps if step.verdict],
    }  # fmt: skip
    return render(request, "public/proposal.html", context)


@require_safe
def meter(request: HttpRequest) -> HttpResponse:
    """How the list grew: matters, questions, minutes of a week in a usual grid, by class."""
    policy, day = ceiling_policy(), today(request)
    listed = [(local_day(one.since, ZONE), one.matters) for one in editions()]
    points = growth(listed, forms_in_use(), day, policy, stated_rates())
    context = {
        "heads": _HEADS, "rows": [list(zip(_HEADS, _row(one), strict=True)) for one in changed(points)],
        "policy": policy,
        "tiles": _tiles(points[0], points[-1], policy, asked(request).now, use_of_forms(on=day)) if points else (),
        "minutes": [(_called(one.day), one.minutes["order"], one.minutes["convenience"]) for one in points],
        "minute_heads": (_HEADS[0], *_CLASSES),
    }  # fmt: skip
    return render(request, "public/growth.html", context)


def _called(day: date) -> Words:
    return Words(day_text(day, "zh", this_year=0), day_text(day, "en", this_year=0))


def _tiles(first: Point, last: Point, policy: CeilingPolicy, at: datetime, use: Use) -> Iterator[Tile]:
    """What the list is today, out of what, and how that changed since the first day that is on record."""
    since = Words(f"较{day_text(first.day, 'zh', this_year=0)}", f"since {day_text(first.day, 'en', this_year=0)}")
    room = figure_text(round(policy.share * policy.week_minutes["employed"]))
    week = Words(f"专职一周可用{room}分钟之中", f"of the {room} minutes that one full-time week may give")
    forms = figure_text(sum(last.forms.values()))
    for label, measure, of in (
        (Words("事项", "Matters"), "matters", _by_class(last.matters)),
        (Words("题目", "Questions"), "questions", _in_forms(forms, figure_text(use.in_use))),
    ):
        now, before = sum(getattr(last, measure).values()), sum(getattr(first, measure).values())
        yield Tile(label, now, of, at, change=now - before, since=since)
    for key, label in (
        ("order", Words("每周办理用时（分钟），秩序类", "Minutes of work a week, order")),
        ("convenience", Words("每周办理用时（分钟），便民类", "Minutes of work a week, convenience")),
    ):
        grown = round(last.minutes[key] - first.minutes[key], 1)  # of tenths, as the table below: whole ones hid it
        yield Tile(label, last.minutes[key], week, at, change=grown, since=since)


def _in_forms(admitted: str, in_use: str) -> Words:
    """The forms that the questions stand in: all that may be used count, whether anybody put them in use or not."""
    return Words(
        f"已准入或试点的{admitted}份表单中，其中已启用{in_use}份",
        f"in {admitted} forms admitted or on trial, of which in use: {in_use}",
    )


def _by_class(found: Mapping[str, int]) -> Words:
    order, other = figure_text(found["order"]), figure_text(found["convenience"])
    return Words(f"秩序类{order}项，便民类{other}项", f"{order} of order, {other} of convenience")


def _row(one: Point) -> tuple[object, ...]:
    return (
        one.day, one.matters["order"], one.matters["convenience"], sum(one.forms.values()), one.questions["order"],
        one.questions["convenience"], one.minutes["order"], one.minutes["convenience"],
    )  # fmt: skip


@require_safe
def workbook(_request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The workbook of a proposed form, byte for byte; it is public, as the register is."""
    held = entry_of(proposal_id).proposal
    if held.kind != "form":
        raise refuse(NO_WORKBOOK)
    answer = HttpResponse(bytes(held.workbook), content_type=_XLSX)
    ending = "xls" if held.workbook_name.endswith(".xls") else "xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{held.key}.{ending}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
