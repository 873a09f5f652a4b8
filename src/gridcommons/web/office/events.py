"""Events of an area, by which the situation page compares before, during and after: a list and a form."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.rules import Place, missing
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.actions import NAME_LENGTH, add_event, drop_event
from gridcommons.outlook.queries import events_over
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import area_on, names_of, trail
from gridcommons.web.case_words import name_of
from gridcommons.web.house_form import HouseForm
from gridcommons.web.office.areas import trail_of
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, frame, language, signed_in, today

_DEED: Final = "outlook.add_event"
_DROP: Final = Sure(
    Words("这个事件从清单中撤下，不能再用来比较。", "The event leaves the list and cannot be compared by any more."),
    Words("不另行通知。", "Nobody is told by a notice."),
    Words("各项数字不受影响；需要时可以重新登记。", "No figure changes. If you need it again, enter it anew."),
    Words("确认撤下", "Drop the event"),
)


class EventForm(HouseForm):
    """Name and days of an event."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = {"type": "date"}
        self.fields["name"] = forms.CharField(
            label=pgettext("event", "Name"),
            max_length=NAME_LENGTH,
            help_text=_("A typhoon, a holiday, a campaign. Name no person."),
        )
        self.fields["first"] = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=day))
        self.fields["last"] = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs=day))


def _may(request: HttpRequest, code: str) -> bool:
    house = asked(request)
    return not missing(house.viewer, deed=_DEED, place=Place(code), purpose="administration", at=house.now)


def _shown(request: HttpRequest, code: str, form: EventForm, problems: list[str], status: int = 200) -> HttpResponse:
    area = area_on(code, today(request))
    found = events_over(code)
    places = names_of({one.area_code for one in found})
    context = {
        "area": area, "name": name_of(area), "trail": trail_of(trail(code), "", today(request)),
        "events": [(one, name_of(places[one.area_code]), _may(request, one.area_code)) for one in found],
        "form": form if _may(request, code) else None, "problems": problems, "drop": _DROP,
        "ask": Words("撤下", "drop"), "asking": request.GET.get("drop", ""),
    }  # fmt: skip
    return render(request, "office/events.html", frame(request) | context, status=status)


@signed_in
@require_safe
def events(request: HttpRequest, code: str) -> HttpResponse:
    """The events that concern an area, and a form for those who may enter one."""
    require_staff(asked(request).viewer, asked(request).now)
    CHINA.level_of(code)
    return _shown(request, code, EventForm(), [])


@signed_in
@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Enter an event."""
    house, form = asked(request), EventForm(request.POST)
    require_staff(house.viewer, house.now)
    CHINA.level_of(code)
    if not form.is_valid():
        return _shown(request, code, form, [], status=400)
    given = form.cleaned_data
    try:
        add_event(
            area_code=code, name=given["name"], first=given["first"], last=given["last"], by=house.viewer, at=house.now
        )
    except Refusal as refusal:
        return _shown(request, code, form, [say(refusal.words(), language())], status=refusal.status)
    messages.info(request, _("The event is entered. It can be dropped again at any time."))
    return redirect("office-events", code)


@signed_in
@require_POST
def drop(request: HttpRequest, code: str, event_id: UUID) -> HttpResponse:
    """Take an event off the list, once that was confirmed."""
    house = asked(request)
    if SURE not in request.POST:
        return redirect(f"{request.path.rpartition('/events')[0]}/events?drop={event_id}")
    drop_event(event_id=event_id, by=house.viewer, at=house.now)
    messages.info(request, _("The event is off the list."))
    return redirect("office-events", code)
