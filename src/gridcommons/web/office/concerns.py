"""Concerns in the office that reads them: weeks, words, what is set aside, and the answer that is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.cases.concerns.actions import ANSWER_LIMIT, UNKNOWN, answer, set_aside
from gridcommons.cases.concerns.policy import packaged
from gridcommons.cases.concerns.queries import (
    PAGE,
    DigestFacts,
    Week,
    digest_of_week,
    digests,
    digests_of_week,
    lines_of,
    this_week,
    words_of_week,
)
from gridcommons.kit.codes import CHINA
from gridcommons.kit.digits import as_page, code_or_none
from gridcommons.kit.disclosure import Shown
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.outlook.rules import require_staff
from gridcommons.web.concern_words import place_name, places, shown_text, status_of, week_words
from gridcommons.web.house_form import HouseForm
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, can, frame, language, signed_in

_READS: Final = "look.concerns"
_MOST: Final = 60
Names = Mapping[str, Words | str]
SURE_ANSWER: Final = Sure(
    Words("概括和答复在公开页面发布。", "Your summary and your answer stand on the public page."),
    Words(
        "要求答复的居民会收到通知，或凭代码查看。", "Whoever asked for the answer is told, or reads it with their code."
    ),
    Words("发布后可以更正，更正留有记录。", "You can correct it afterwards; every version is kept."),
    Words("发布", "Publish"),
)


class AnswerForm(HouseForm):
    """The office's own words about a week, and what it answers."""

    summary = forms.CharField(
        label=gettext_lazy("What people care about, in your own words"), max_length=ANSWER_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("No quotes, no names: nobody must be recognised by their words."),
    )  # fmt: skip
    answer = forms.CharField(
        label=gettext_lazy("The answer"), max_length=ANSWER_LIMIT, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("What is done and by when; what is not done, and why."),
    )  # fmt: skip


@dataclass(frozen=True)
class WeekLine:
    """A week of a township in a list; without a digest it is still being said."""

    place: Words | str
    week: Words
    url: str
    digest: DigestFacts | None
    total: str


def _townships(request: HttpRequest) -> list[str]:
    """The townships whose words the viewer reads."""
    house = asked(request)
    return sorted({
        CHINA.cut(code, "township")
        for role, grant in house.viewer.roles_at(house.now)
        if grant is not None and _READS in role.deeds
        for code in grant.areas_now
        if CHINA.depth_at_least(code, "township")
    })  # fmt: skip


@signed_in
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The weeks: of one's own townships with the one under way, else those of all with hidden small figures."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    own = _townships(request)
    area = request.GET.get("area", "")
    found = [one for code in own for one in digests(area_code=code, most=_MOST)]
    found = found if own else digests(area_code=code_or_none(area), most=_MOST)
    names = places([*own, *(one.township_code for one in found)])
    lines = [_under_way(code, this_week(house.now), names) for code in own] + [_line(one, names) for one in found]
    open_ = request.GET.get("open") == "1"
    lines = [line for line in lines if not open_ or (line.digest and line.digest.answered_at is None)]
    context = {
        "lines": [(line, status_of(line.digest, house.now) if line.digest else None) for line in lines],
        "reads": bool(own), "open": open_, "policy": packaged(),
    }  # fmt: skip
    return render(request, "office/concerns.html", frame(request) | context)


def _under_way(code: str, monday: date, names: Names) -> WeekLine:
    return WeekLine(names[code], week_words(monday), _url(code, monday), None, "")


def _line(one: DigestFacts, names: Names) -> WeekLine:
    total = shown_text(one.total)
    return WeekLine(names[one.township_code], week_words(one.week), _url(one.township_code, one.week), one, total)


def _url(code: str, monday: date) -> str:
    return reverse("office-concern-week", args=[code, monday.isoformat()])


def monday_of(text: str) -> date:
    """The day in an address; refuses what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse(UNKNOWN) from None


def digest_or_none(township: str, monday: date) -> DigestFacts | None:
    """The digest of a week, None while it is not gathered."""
    try:
        return digest_of_week(township_code=township, week=monday)
    except Refusal:
        return None


@signed_in
@require_safe
@never_cache
def week(request: HttpRequest, township: str, week: str) -> HttpResponse:
    """One week: figures for all staff, words and the answer's form for the office that reads them."""
    return _shown(request, township, monday_of(week))


def _shown(
    request: HttpRequest, township: str, monday: date, *, form: AnswerForm | None = None, wrong: str = "",
    asks: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    house = asked(request)
    require_staff(house.viewer, house.now)
    digest = digest_or_none(township, monday)
    reads = can(house.viewer, _READS, house.now) and in_force().follow(township) in _townships(request)
    others = _others(township, monday)
    if digest is None and not reads and not others:
        raise refuse(UNKNOWN)
    words, page = _words(request, township, monday) if reads else (None, None)
    start = {"summary": digest.summary, "answer": digest.answer} if digest else {}
    table = _table(digest, request) if digest else []
    context = {
        "place": place_name(township), "township": township, "week": monday, "said_week": week_words(monday),
        "digest": digest, "status": status_of(digest, house.now) if digest else None, "table": table,
        "total": shown_text(digest.total) if digest else "", "words": words, "page": page, "reads": reads,
        "others": others,
        "form": form or (AnswerForm(initial=start) if digest and reads else None), "wrong": wrong, "asks": asks,
        "sure": SURE_ANSWER, "asides": list(packaged().asides.items()), "subjects": packaged().subjects,
        "subject": request.GET.get("subject", ""), "ask": Words("发布答复", "Publish the answer"),
        "exact": reads, "days": packaged().words_days,
    }  # fmt: skip
    return render(request, "office/concern_week.html", frame(request) | context, status=status)


def _others(township: str, monday: date) -> list[tuple[Words | str, str]]:
    """The digests of the same week that belong here since a merger, each by its former name with its page."""
    found = [one.township_code for one in digests_of_week(township_code=township, week=monday)]
    names = places(found)
    return [(names[code], _url(code, monday)) for code in found if code != township]


def _words(request: HttpRequest, township: str, monday: date) -> tuple[Any, Any]:
    """One page of the words, with the subjects they may be filtered by."""
    house = asked(request)
    text = request.GET.get("page", "")
    number = as_page(text)
    subject = request.GET.get("subject", "")
    found: Week = words_of_week(
        township_code=township, week=monday, subject=subject if subject in packaged().subjects else "",
        first=(number - 1) * PAGE, viewer=house.viewer, at=house.now,
    )  # fmt: skip
    rows = [
        (
            row,
            packaged().subjects[row.subject],
            place_name(row.village_code or township),
            packaged().asides.get(row.aside),
        )
        for row in found.rows
    ]
    choices = [(key, packaged().subjects[key], n) for key, n in sorted(found.subjects.items(), key=lambda one: -one[1])]
    pages = Paginator(range(found.total), PAGE).get_page(number)
    return {"rows": rows, "total": found.total, "subjects": choices}, pages


def _table(digest: DigestFacts, request: HttpRequest) -> list[tuple[Words, str, list[tuple[Words | str, str]]]]:
    """By subject: the figure, and by village within it, as the viewer may see them."""
    house = asked(request)
    lines = lines_of(digest=digest, viewer=house.viewer, at=house.now)
    names = places([digest.township_code, *(code for villages in lines.values() for code in villages)])
    rows = []
    for subject, villages in lines.items():
        exact = [one.value for one in villages.values() if one.value is not None]
        own = sum(exact) if len(exact) == len(villages) else None
        whole: Shown | int = digest.subjects[subject] if own is None else own
        figure = str(whole) if isinstance(whole, int) else shown_text(whole)
        here = [(names[code or digest.township_code], shown_text(n)) for code, n in villages.items()]
        rows.append((packaged().subjects.get(subject, Words(subject, subject)), figure, here, own or 0))
    rows.sort(key=lambda row: -row[3])
    return [row[:3] for row in rows]


@signed_in
@require_POST
def answered(request: HttpRequest, township: str, week: str) -> HttpResponse:
    """Publish the summary and the answer, after what that means was read."""
    house, monday = asked(request), monday_of(week)
    digest = digest_of_week(township_code=township, week=monday)
    form = AnswerForm(request.POST)
    asks = SURE not in request.POST
    if not form.is_valid() or asks:
        return _shown(request, township, monday, form=form, asks=asks, status=400)
    try:
        answer(
            digest_id=digest.id, summary=form.cleaned_data["summary"], answer=form.cleaned_data["answer"],
            by=house.viewer, at=house.now,
        )  # fmt: skip
    except Refusal as refusal:
        wrong = say(refusal.words(), language())
        return _shown(request, township, monday, form=form, wrong=wrong, status=refusal.status)
    messages.info(request, _("Published. The public page shows it now, and whoever asked for it is told."))
    return redirect("office-concern-week", township, monday.isoformat())


@signed_in
@require_POST
def aside(request: HttpRequest, concern_id: UUID) -> HttpResponse:
    """Destroy words that must not stay, with the reason chosen."""
    house = asked(request)
    row = set_aside(concern_id=concern_id, reason=request.POST.get("reason", ""), by=house.viewer, at=house.now)
    messages.info(request, _("The words are destroyed; the reason is kept."))
    return redirect("office-concern-week", row.township_code, row.week.isoformat())
