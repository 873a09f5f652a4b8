"""Reports by schedule: the list, making one, one with its editions and failures, ending it, the files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.queries import staff_to_choose
from gridcommons.cases.reports.actions import define_report, end_report
from gridcommons.cases.reports.editions import NOT_COUNTED
from gridcommons.cases.reports.queries import ScheduleFacts, edition_file, schedule_page, schedules
from gridcommons.cases.reports.rules import DEED, FORMS, LANGUAGES, MOST_RECEIVERS, NAME_LENGTH, Draft
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.outlook.indicators.terms import term_of
from gridcommons.territory.queries import children, names_of
from gridcommons.web.case_words import name_of, office_name
from gridcommons.web.csv_answer import CSV
from gridcommons.web.house_form import HouseForm
from gridcommons.web.office.indicators import XLSX
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, can, frame, language, require_can, signed_in, today

_FORM_WORDS: Final[Mapping[str, Words]] = {
    "xlsx": Words("工作簿（XLSX）", "workbook (XLSX)"), "csv": Words("CSV", "CSV"),
}  # fmt: skip
_TONGUES: Final[Mapping[str, Words]] = {"zh-hans": Words("中文", "Chinese"), "en": Words("英文", "English")}
_EVERY: Final[Mapping[str, Words]] = {
    "week": Words("每周", "every week"), "month": Words("每月", "every month"),
    "quarter": Words("每季度", "every quarter"), "year": Words("每年", "every year"),
}  # fmt: skip
_REASONS: Final[Mapping[str, Words]] = {
    NOT_COUNTED: Words("这一期还没有统计完", "the period was not counted to its end"),
}  # fmt: skip
_LONGEST: Final = 200
_END: Final = Sure(
    Words("停止后不再生成新的报告，已生成的各期仍可下载。", "No more editions are made; those made stay."),
    Words("不另行通知。", "Nobody is told by a notice."),
    Words("停止后不能恢复，可以另设一份。", "It cannot be started again; a new one can be made."),
    Words("确认停止", "End the report"),
)


@signed_in
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The reports that the viewer receives, makes or audits."""
    house = asked(request)
    found = schedules(viewer=house.viewer, at=house.now)
    names = names_of(one.area_code for one in found)
    rows = [
        (one, name_of(names[one.area_code]), _EVERY[one.kind], _last(one)) for one in found if one.area_code in names
    ]
    context = {"rows": rows, "makes": can(house.viewer, DEED, house.now)}
    return render(request, "office/reports.html", frame(request) | context)


def _last(one: ScheduleFacts) -> Words | str:
    return term_of(one.last.term).words if one.last else ""


class ReportForm(HouseForm):
    """A report to be made by schedule."""

    def __init__(self, data: Any, *, areas: list[tuple[str, str]], tongue: str) -> None:
        super().__init__(data, initial={"kind": "month", "form": "xlsx", "language": tongue, "hour": 6})
        self.fields["name"] = forms.CharField(label=_("Name of the report"), max_length=NAME_LENGTH)
        self.fields["area"] = forms.ChoiceField(
            label=_("Area"), choices=[("", _("Choose …")), *areas] if len(areas) > 1 else areas
        )
        every = [(kind, say(words, tongue)) for kind, words in _EVERY.items()]
        self.fields["kind"] = forms.ChoiceField(label=_("How often"), choices=every)
        self.fields["hour"] = forms.IntegerField(
            label=_("From what hour"), min_value=0, max_value=23,
            help_text=_("Local time on the day after the period's end; it waits until the period is counted whole."),
        )  # fmt: skip
        told = [(one.key, say(one.name, tongue)) for one in formulas().indicators.values()]
        self.fields["indicators"] = forms.MultipleChoiceField(
            label=_("Indicators"), choices=told, required=False, widget=forms.CheckboxSelectMultiple,
            help_text=_("None ticked: all of them."),
        )  # fmt: skip
        self.fields["by_mail"] = forms.BooleanField(
            label=_("Tell them by e-mail too"), required=False,
            help_text=_("With a link to sign in. No file and no figure is sent by e-mail."),
        )  # fmt: skip
        self.fields["form"] = forms.ChoiceField(
            label=_("Format"), choices=[(key, say(_FORM_WORDS[key], tongue)) for key in FORMS]
        )
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=[(key, say(_TONGUES[key], tongue)) for key in LANGUAGES]
        )

    def draft(self, receivers: Sequence[str]) -> Draft:
        """What was asked for, for the staff of these lines."""
        facts, names = self.cleaned_data, tuple(map(_login, receivers))
        return Draft(
            facts["name"], facts["area"], facts["kind"], facts["form"], names, facts["language"], facts["hour"],
            tuple(facts["indicators"]), facts["by_mail"],
        )  # fmt: skip


_NAMED: Final = re.compile(r"[(（]([^()（）]+)[)）]\s*$")
_LINES: Final = 3
"""Lines for receivers that the form begins with."""


def _login(line: str) -> str:
    """The login name of a line: in brackets at its end, as the list offers it, or the line itself."""
    found = _NAMED.search(line)
    return found[1].strip() if found else line.strip()


def _receivers(request: HttpRequest) -> list[str]:
    """The receivers that were filled in, one by one."""
    given = "\n".join(request.POST.getlist("receivers")[:MOST_RECEIVERS]).replace(",", "\n").replace("，", "\n")
    return [line.strip()[:_LONGEST] for line in given.split("\n") if line.strip()]


def _lines(request: HttpRequest) -> dict[str, Any]:
    """The lines for receivers, what was typed and empty ones, and who is offered."""
    house, given = asked(request), _receivers(request)
    empty = max(_LINES - len(given), 1) + (_LINES if "more" in request.POST else 0)
    held = [
        code
        for role, grant in house.viewer.roles_at(house.now)
        if grant and DEED in role.deeds
        for code in grant.areas_now
    ]
    offered = [
        f"{name} · {say(office_name(office), language())} ({login})"
        for login, name, office in staff_to_choose(under=held, at=house.now)
    ]
    return {"receivers": [*given, *[""] * min(empty, MOST_RECEIVERS - len(given))], "offered": offered}


def _areas(request: HttpRequest) -> list[tuple[str, str]]:
    """The areas of which the viewer may have reports made: those of their grants, and the next level of service."""
    house, tongue = asked(request), language()
    held = [
        code
        for role, grant in house.viewer.roles_at(house.now)
        if grant is not None and DEED in role.deeds
        for code in grant.areas_now
    ]
    names = names_of(held)
    found = [(code, say(name_of(names[code]), tongue)) for code in dict.fromkeys(held) if code in names]
    for code in dict.fromkeys(held):
        found += [(one.code, f"– {say(name_of(one), tongue)}") for one in children(code, today(request))]
    return found


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Have a report made by schedule."""
    house = asked(request)
    require_can(house.viewer, DEED, house.now)
    data = request.POST if request.method == "POST" else None
    form = ReportForm(data, areas=_areas(request), tongue=language())
    context: dict[str, Any] = {"form": form} | _lines(request)
    status = 200
    if data is not None and "more" in data:
        form.errors.clear()  # more lines were asked for, nothing was sent in yet
    elif data is not None:
        status = 400
        try:
            if form.is_valid():
                made = define_report(draft=form.draft(_receivers(request)), by=house.viewer, at=house.now)
                messages.info(request, _("The report is set up. Its first edition is made within the hour."))
                return redirect("office-report", made.pk)
        except Refusal as refusal:
            context["problems"] = [say(reason.words(), language()) for reason in refusal.reasons]
            status = refusal.status
    return render(request, "office/report_new.html", frame(request) | context, status=status)


@signed_in
@require_safe
def one(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """One report: its editions, and what failed."""
    return _page(request, schedule_id)


def _page(request: HttpRequest, schedule_id: UUID, *, ask: bool = False) -> HttpResponse:
    house = asked(request)
    page = schedule_page(schedule_id=schedule_id, viewer=house.viewer, at=house.now)
    told = [formulas().indicators[key].name for key in page.indicators if key in formulas().indicators]
    context = {
        "page": page, "facts": page.facts, "area": name_of(names_of([page.facts.area_code])[page.facts.area_code]),
        "every": _EVERY[page.facts.kind], "form": _FORM_WORDS[page.facts.form], "told": told,
        "editions": [(edition, term_of(edition.term).words) for edition in page.editions],
        "failures": [(f, term_of(f.term).words, _REASONS.get(f.reason, _failed(f.reason))) for f in page.failures],
        "sure": _END, "ask": Words("停止", "end"), "open": ask,
    }  # fmt: skip
    return render(request, "office/report.html", frame(request) | context)


def _failed(code: str) -> Words:
    """Why a report could not be made, where nothing more is known than the word for the machine's keeper."""
    return Words(
        f"程序出错，每小时会再试；请告知系统管理员：{code}",
        f"the program failed and tries again every hour; tell the keeper: {code}",
    )


@signed_in
@require_POST
def end(request: HttpRequest, schedule_id: UUID) -> HttpResponse:
    """End a report, once that was read."""
    house = asked(request)
    if SURE not in request.POST:
        return _page(request, schedule_id, ask=True)
    end_report(schedule_id=schedule_id, by=house.viewer, at=house.now)
    messages.info(request, _("The report is ended. Its editions stay."))
    return redirect("office-report", schedule_id)


@signed_in
@require_safe
def edition(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """The file of one edition."""
    house = asked(request)
    file = edition_file(edition_id=edition_id, viewer=house.viewer, at=house.now)
    answer = HttpResponse(file.data, content_type=XLSX if file.form == "xlsx" else CSV)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer["Cache-Control"] = "no-store"
    return answer
