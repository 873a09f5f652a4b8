"""Warnings to the public as officers make them: drafted from a ground, issued by a second person, followed, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.cautions import actions
from gridcommons.outlook.cautions.grounds import Ground, ground_of, names_words
from gridcommons.outlook.cautions.queries import PAGE, CautionPage, caution, cautions_near, grounds_near
from gridcommons.outlook.cautions.rules import UNKNOWN, State, require_area
from gridcommons.outlook.cautions.templates import Template, templates
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import area_on, below, trail
from gridcommons.web.case_words import name_of
from gridcommons.web.caution_words import KIND_WORDS, category_words, ground_words, marked_words, pill_of
from gridcommons.web.house_address import house_address
from gridcommons.web.office.areas import trail_of
from gridcommons.web.office.cautions_form import NewForm, SaidForm, drafted, initial_of
from gridcommons.web.office.reaching import area_asked, may
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.public.asking import page_number
from gridcommons.web.staff import asked, frame, signed_in, today

_ISSUE: Final = Sure(
    Words(
        "消息签名后立即公开，进入订阅；接收系统可能马上转发。",
        "It is signed and public at once, and stands in the feed.",
    ),
    Words("所有人都能看到发布机构；工作人员还能看到两人的姓名。", "Everybody sees the office; staff see both names."),
    Words("不能撤回；只能由两人更新或解除。", "It cannot be taken back, only updated or called off by two."),
    Words("签发", "Issue it"),
)  # fmt: skip
_DROP: Final = Sure(
    Words("撤下后不会签发；记录保留。", "It is not issued; the record stays."),
    Words("不另行通知。", "Nobody is told by a notice."),
    Words("需要时重新起草。", "If it is needed, draft it anew."),
    Words("确认撤下", "Take it down"),
)
_DECLINE: Final = Sure(
    Words(
        "不予签发，公众看不到；记录和理由保留。", "It is not issued and never public; the record and the reason stay."
    ),
    Words("申请人会收到通知，看到您的理由。", "Whoever asked is told by a notice and reads your reason."),
    Words("不能撤回；修改后可以重新申请。", "It cannot be taken back; it may be changed and asked for anew."),
    Words("不予签发", "Do not issue it"),
)
_USUAL_DAYS: Final = 3


@signed_in
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What a warning could rest on, and all messages, those that wait for a second person among them."""
    code, house, number = area_asked(request), asked(request), page_number(request)
    area = area_on(code, today(request))
    rows, total = cautions_near(code, viewer=house.viewer, at=house.now, first=(number - 1) * PAGE)
    may_ask = may(request, actions.ASKS, code)
    grounds = grounds_near(code, viewer=house.viewer, at=house.now)
    context = {
        "area": area, "name": name_of(area), "trail": trail_of(trail(code), "", today(request)), "may_ask": may_ask,
        "grounds": [(one, ground_words(one.name), names_words(one.codes), _new_address(one.name)) for one in grounds],
        "rows": [(one, pill_of(one), KIND_WORDS[one.kind]) for one in rows],
        "page": Paginator(range(total), PAGE).get_page(number),
        "by_hand": templates().by_ground("hand"), "places": _places(code) if may_ask else [],
    }  # fmt: skip
    return render(request, "office/cautions.html", frame(request) | context)


def _new_address(ground: str) -> str:
    return f"{reverse('office-caution-new')}?{urlencode({'from': ground})}"


def _places(code: str) -> list[tuple[str, Words]]:
    """Where a warning by hand may be for: the county and its townships, or the township itself."""
    if not CHINA.depth_at_least(code, "county"):
        return []
    own = CHINA.cut(code, "township" if CHINA.depth_at_least(code, "township") else "county")
    return [(own, names_words((own,))), *((one.code, name_of(one)) for one in below(own, "township"))]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a warning drafted from a ground, and asking for it."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    codes = tuple(filter(None, request.GET.get("area", "").split(",")))
    ground = ground_of(request.GET.get("from", ""), codes, house.viewer, house.now)
    template = templates().get(request.GET.get("template", "") or ground.fitting()[0].key)
    if request.method != "POST":
        form = NewForm(initial=drafted(template, ground, _last(ground, today(request))))
        return _new(request, form, ground, template)
    form = NewForm(request.POST)
    if not form.is_valid():
        return _new(request, form, ground, template, status=400)
    draft = actions.Draft(
        template.key, ground.codes, form.cleaned_data["last"], form.said(), ground.name,
        exercise=settings.DEMO or form.cleaned_data["exercise"], category=form.cleaned_data["category"],
    )  # fmt: skip
    try:
        made = actions.ask_caution(draft=draft, by=house.viewer, at=house.now)
    except Refusal as refusal:
        return _new(request, form, ground, template, refusal=refusal)
    messages.info(request, _("Asked for. Nothing is public before a second person issues it."))
    return redirect("office-caution", made.pk)


def _last(ground: Ground, day: date) -> date:
    """The last day at first: the day before a colour is due for review, else a few days on."""
    return ground.until - timedelta(days=1) if ground.until else day + timedelta(days=_USUAL_DAYS - 1)


def _new(
    request: HttpRequest, form: NewForm, ground: Ground, template: Template, *, refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    code = require_area(ground.codes)
    context = {
        "form": form, "ground": ground, "template": template, "on": ground_words(ground.name),
        "places": names_words(ground.codes), "demo": settings.DEMO, "may_ask": may(request, actions.ASKS, code),
        "fitting": [(one, f"{_address(request, one)}") for one in ground.fitting() if one.key != template.key],
        "trail": trail_of(trail(code), "", today(request)), "area_code": code,
        "problems": [one.words() for one in refusal.reasons] if refusal else [], "marked": marked_words(template),
    }  # fmt: skip
    return render(request, "office/caution_new.html", frame(request) | context,
                  status=refusal.status if refusal else status)  # fmt: skip


def _address(request: HttpRequest, template: Template) -> str:
    query = request.GET.copy()
    query["template"] = template.key
    return f"?{query.urlencode()}"


@signed_in
@require_safe
def single(request: HttpRequest, caution_id: UUID) -> HttpResponse:
    """One message: what it says and rests on, who stands by it, and what may be done with it."""
    return _page(request, _held(request, caution_id))


def _held(request: HttpRequest, caution_id: UUID) -> CautionPage:
    house = asked(request)
    return caution(caution_id=caution_id, viewer=house.viewer, at=house.now)


def _page(
    request: HttpRequest, held: CautionPage, *, form: SaidForm | None = None, asks: str = "",
    refusal: Refusal | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    one = held.facts
    code, follows = one.area_code, one.state is State.IN_FORCE
    context = {
        "held": held, "one": one, "pill": pill_of(one), "kind": KIND_WORDS[one.kind],
        "about": category_words(one),
        "marked": marked_words(one.template, ends=one.kind == "Cancel") if one.template else [],
        "on": ground_words(held.ground),
        "thread": [(each, pill_of(each), KIND_WORDS[each.kind]) for each in held.thread],
        "may_issue": one.state is State.WAITING and may(request, actions.ISSUES, code, "oversight"),
        "may_decline": one.state is State.WAITING and may(request, actions.DECLINES, code, "oversight"),
        "may_drop": one.state is State.WAITING and may(request, "caution.drop", code),
        "may_follow": follows and may(request, "caution.amend", code),
        "form": form or SaidForm(initial=initial_of(one.said, one.category, one.last)), "asks": asks,
        "sure_issue": _ISSUE, "sure_drop": _DROP, "ask_issue": Words("签发", "issue"),
        "sure_decline": _DECLINE, "ask_decline": Words("不予签发", "do not issue"), "why": request.POST.get("why", ""),
        "ask_drop": Words("撤下", "take down"), "trail": trail_of(trail(code), "", today(request)),
        "why_zh": request.POST.get("why_zh", ""), "why_en": request.POST.get("why_en", ""),
        "problems": [each.words() for each in refusal.reasons] if refusal else [],
    }  # fmt: skip
    return render(request, "office/caution.html", frame(request) | context,
                  status=refusal.status if refusal else status)  # fmt: skip


@signed_in
@require_POST
def act(request: HttpRequest, caution_id: UUID, what: str) -> HttpResponse:
    """Issue a message or decline to, take it down, ask for its update or for calling it off."""
    held = _held(request, caution_id)
    if what not in _ACTS:
        raise refuse(UNKNOWN)
    if what in {"issue", "decline", "drop"} and SURE not in request.POST:
        return _page(request, held, asks=what)
    form = SaidForm(request.POST) if what == "amend" else None
    if form is not None and not form.is_valid():
        return _page(request, held, form=form, asks=what, status=400)
    try:
        made = _ACTS[what](request, caution_id, form)
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return _page(request, held, form=form, asks=what, refusal=refusal)
    messages.info(request, _done(what))
    return redirect("office-caution", made)


def _done(what: str) -> str:
    return {
        "issue": _("Issued. It is public, and its file stands under its own address."),
        "decline": _("Not issued. Whoever asked is told within ten minutes."),
        "drop": _("Taken down. It was never public."),
        "amend": _("Asked for. Nothing is public before a second person issues it."),
        "call-off": _("Asked for. The warning holds until a second person calls it off."),
    }[what]


def _issue(request: HttpRequest, caution_id: UUID, _form: SaidForm | None) -> UUID:
    house = asked(request)
    address = house_address(request)
    return actions.issue_caution(caution_id=caution_id, house=address, by=house.viewer, at=house.now).pk


def _decline(request: HttpRequest, caution_id: UUID, _form: SaidForm | None) -> UUID:
    house, why = asked(request), request.POST.get("why", "")
    return actions.decline_caution(caution_id=caution_id, why=why, by=house.viewer, at=house.now).pk


def _drop(request: HttpRequest, caution_id: UUID, _form: SaidForm | None) -> UUID:
    house, why = asked(request), request.POST.get("why", "")
    return actions.drop_caution(caution_id=caution_id, why=why, by=house.viewer, at=house.now).pk


def _amend(request: HttpRequest, caution_id: UUID, form: SaidForm | None) -> UUID:
    house = asked(request)
    assert form is not None
    return actions.amend_caution(
        caution_id=caution_id, said=form.said(), last=form.cleaned_data["last"],
        category=form.cleaned_data["category"], by=house.viewer, at=house.now,
    ).pk  # fmt: skip


def _call_off(request: HttpRequest, caution_id: UUID, _form: SaidForm | None) -> UUID:
    house, post = asked(request), request.POST
    why = Words(post.get("why_zh", ""), post.get("why_en", ""))
    return actions.call_off_caution(caution_id=caution_id, why=why, by=house.viewer, at=house.now).pk


_ACTS: Final[dict[str, Callable[[HttpRequest, UUID, SaidForm | None], UUID]]] = {
    "issue": _issue, "decline": _decline, "drop": _drop, "amend": _amend, "call-off": _call_off,
}  # fmt: skip
