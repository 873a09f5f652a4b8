"""Orders: lists, one order with its returns and life line, and the form by which one is written and handed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.cases.orders import actions
from gridcommons.cases.orders.loading import load_of_order
from gridcommons.cases.orders.queries import PAGE, OrderPage, Tab, order_page, orders_for, to_do_count
from gridcommons.cases.orders.rules import (
    Draft,
    clean_draft,
    limits,
    require_below,
    require_order,
    serves,
    why_allowed,
)
from gridcommons.collection.campaigns.queries import names_by_order
from gridcommons.kit.digits import whole
from gridcommons.kit.errors import Refusal
from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current, matter_name, require_taken_in
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.csv_heads import heads
from gridcommons.web.office import order_words as words
from gridcommons.web.office.order_forms import BreakDownForm, OrderForm, ReasonForm, ReturnForm, draft_of, first_values
from gridcommons.web.office.sure import SURE
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, can, frame, language, signed_in, today

_MOST_DIGITS: Final = 9
TABS: Final[Mapping[Tab, Words]] = {
    "to_do": Words("待回复", "To answer"), "received": Words("收到的", "Received"), "sent": Words("发出的", "Sent"),
    "ended": Words("已撤回或替换", "Withdrawn or replaced"),
}  # fmt: skip


@signed_in
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """The orders to and from the areas that the viewer serves."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    writes = can(house.viewer, "order.send", house.now)
    wish = request.GET.get("tab", "")
    todo = to_do_count(house.viewer, house.now)
    tab: Tab = next((key for key in TABS if key == wish), "to_do" if todo or not writes else "sent")
    first = (max(1, _whole(request.GET.get("page", ""), else_=1)) - 1) * PAGE
    lines, total = orders_for(viewer=house.viewer, at=house.now, tab=tab, first=first)
    named = names_by_order([line.id for line in lines])
    context = {
        "lines": [
            (line, named.get(line.id, line.title), words.state_of(line), matter_name(line.matter_key))
            for line in lines
        ], "tab": tab,
        "tabs": [(key, label, key == tab, todo if key == "to_do" else None) for key, label in TABS.items()],
        "total": total, "writes": writes, "pages": Paginator(range(total), PAGE).get_page(first // PAGE + 1),
        "sent": tab == "sent",
    }  # fmt: skip
    return render(request, "office/orders.html", frame(request) | context)


def _whole(text: str, *, else_: int) -> int:
    """A whole number of a few digits, or what stands for none."""
    return whole(text, digits=_MOST_DIGITS, otherwise=else_)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """Write an order: first what it costs is shown, then it is sent."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    own = sorted(serves(house.viewer, "order.send", house.now))
    sender = request.GET.get("from", "") or request.POST.get("from", "")
    area = sender if sender in own else next(iter(own), "")
    if not area:
        raise Refusal((words.no_post(),))
    old = _replaced(request)
    data = request.POST if request.method == "POST" else None
    form = OrderForm(
        data, area=area, day=today(request), language=language(), initial=first_values(old, today(request))
    )
    context: dict[str, Any] = {"form": form, "area": names_of([area])[area], "old": old, "own": _senders(own, area)}
    status = 200
    if data is not None:
        try:
            return _checked(request, form, context, old)
        except Refusal as refusal:
            context["problems"] = [say(reason.words(), language()) for reason in refusal.reasons]
            status = refusal.status
    return render(request, "office/order_new.html", frame(request) | context, status=status)


def _senders(own: list[str], area: str) -> list[tuple[Words, str, bool]]:
    names = names_of(own)
    return (
        [(name_of(names[code]), f"?from={code}", code == area) for code in own if code in names] if len(own) > 1 else []
    )


def _replaced(request: HttpRequest) -> OrderPage | None:
    wish = request.GET.get("replaces", "") or request.POST.get("replaces", "")
    try:
        key = UUID(wish) if wish else None
    except ValueError:
        return None
    house = asked(request)
    return order_page(order_id=key, viewer=house.viewer, at=house.now) if key else None


def _checked(request: HttpRequest, form: OrderForm, context: dict[str, Any], old: OrderPage | None) -> HttpResponse:
    """Show what the order costs, or send it once that was read."""
    house = asked(request)
    if not form.is_valid():
        return render(request, "office/order_new.html", frame(request) | context, status=400)
    draft = draft_of(form)
    if SURE in request.POST:
        sent = actions.send_order(draft=draft, replaces=old.id if old else None, by=house.viewer, at=house.now)
        messages.info(request, _("The order is sent. You can withdraw it at any time."))
        return redirect("office-order", sent[0].pk)
    verdict = _verdict(draft, today(request), old)
    facts = {"verdict": verdict, "sure": words.sure_to_send(draft, len(draft.areas))}
    return render(request, "office/order_new.html", frame(request) | context | facts)


def _verdict(draft: Draft, day: date, old: OrderPage | None) -> Any:
    draft = clean_draft(draft)
    require_below(draft.area_code, draft.areas, most=limits().most_areas)
    matter = require_order(draft, current(), day)
    require_taken_in(matter, draft.area_code, draft.areas, day)
    load = load_of_order(draft, matter, day, without=old.id if old else None)
    heaviest = names_of([load.week_area]).get(load.week_area)
    return why_allowed(matter, load, name_of(heaviest) if heaviest else Words(load.week_area, load.week_area))


def _page(request: HttpRequest, order_id: UUID) -> OrderPage:
    house = asked(request)
    return order_page(order_id=order_id, viewer=house.viewer, at=house.now)


@signed_in
@require_safe
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """One order."""
    return _shown(request, _page(request, order_id))


def _shown(
    request: HttpRequest, page: OrderPage, *, problem: str = "", deed: str = "", status: int = 200
) -> HttpResponse:
    """The page of an order; `problem`: what a refused step was refused for; `deed`: the step that stands open."""
    sent = request.POST if request.method == "POST" else None
    mine, tongue = page.mine, language()
    context = {
        "page": page, "title": names_by_order([page.id]).get(page.id, page.title),
        "matter": matter_name(page.matter_key), "status": words.status_of(page),
        "parts": [(part, words.part_status(part)) for part in page.parts] if page.full else [],
        "unanswered": [part for part in page.parts if part.state in {"sent", "acknowledged"}] if page.full else [],
        "life": words.life_of(page), "asks": words.ASKS[page.asks], "problem": problem, "deed": deed,
        "minutes": page.minutes * page.times, "may": {one.rpartition(".")[2] for one in page.may},
        "return_form": ReturnForm(sent if deed == "answer" else None, page=page),
        "break_form": BreakDownForm(
            sent if deed == "break_down" else None, page=page, day=today(request), language=tongue
        ) if mine is not None and "order.break_down" in page.may else None,
        "back_form": ReasonForm(sent if deed == "send_back" else None, prefix="back", label=_("Reasons")),
        "withdraw_form": ReasonForm(sent if deed == "withdraw" else None, prefix="withdraw", label=_("Reasons")),
        "sure": words.SURE, "ask": words.ASK, "mine_status": words.part_status(mine) if mine else None,
    }  # fmt: skip
    return render(request, "office/order.html", frame(request) | context, status=status)


Step = Callable[[HttpRequest, OrderPage], object]
_FINAL: Final = frozenset({"send_back", "withdraw"})


def _acknowledge(request: HttpRequest, page: OrderPage) -> object:
    return actions.acknowledge(part_id=_mine(page), by=asked(request).viewer, at=asked(request).now)


def _answer(request: HttpRequest, page: OrderPage) -> object:
    given = request.POST.get("number", "").strip()
    return actions.answer(
        part_id=_mine(page), number=_whole(given, else_=-1) if given else None,
        text=request.POST.get("text", ""), by=asked(request).viewer, at=asked(request).now,
    )  # fmt: skip


def _break_down_form(request: HttpRequest, page: OrderPage) -> BreakDownForm:
    return BreakDownForm(request.POST, page=page, day=today(request), language=language())


def _break_down(request: HttpRequest, page: OrderPage) -> object:
    given = _break_down_form(request, page)
    given.full_clean()
    return actions.break_down(
        part_id=_mine(page), areas=given["areas"].value(), due_date=given.cleaned_data["due"],
        note=request.POST.get("note", ""), by=asked(request).viewer, at=asked(request).now,
    )  # fmt: skip


def _unreadable(request: HttpRequest, page: OrderPage, action: str) -> bool:
    """Whether a form that hands on names no day that can be read: never is another taken for it."""
    return action == "break_down" and "due" in _break_down_form(request, page).errors


def _send_back(request: HttpRequest, page: OrderPage) -> object:
    reason = request.POST.get("back-reason", "")
    return actions.send_back(part_id=_mine(page), reason=reason, by=asked(request).viewer, at=asked(request).now)


def _withdraw(request: HttpRequest, page: OrderPage) -> object:
    reason = request.POST.get("withdraw-reason", "")
    return actions.withdraw(order_id=page.id, reason=reason, by=asked(request).viewer, at=asked(request).now)


def _remind(request: HttpRequest, page: OrderPage) -> object:
    return actions.remind(order_id=page.id, by=asked(request).viewer, at=asked(request).now)


def _resend(request: HttpRequest, page: OrderPage) -> object:
    part = next((one for one in page.parts if str(one.id) == request.POST.get("part")), None)
    if part is None:
        raise Refusal((words.gone(),))
    note = request.POST.get("resend-reason", "")
    return actions.resend(part_id=part.id, note=note, by=asked(request).viewer, at=asked(request).now)


def _mine(page: OrderPage) -> UUID:
    if page.mine is None:
        raise Refusal((words.gone(),))
    return page.mine.id


_STEPS: Final[Mapping[str, Step]] = {
    "acknowledge": _acknowledge, "answer": _answer, "break_down": _break_down, "send_back": _send_back,
    "withdraw": _withdraw, "remind": _remind, "resend": _resend,
}  # fmt: skip


@signed_in
@require_POST
def step(request: HttpRequest, order_id: UUID, action: str) -> HttpResponse:
    """Take one step; what ends something is asked about first."""
    page = _page(request, order_id)
    if action not in _STEPS:
        raise Refusal((words.gone(),))
    if _unreadable(request, page, action) or (action in _FINAL and SURE not in request.POST):
        return _shown(request, page, deed=action, status=400)
    try:
        _STEPS[action](request, page)
    except Refusal as refusal:
        return _shown(request, page, problem=say(refusal.words(), language()), deed=action, status=refusal.status)
    messages.info(request, say(words.DONE[action], language()))
    return redirect("office-order", order_id)


@signed_in
@require_safe
def export(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The returns of an order as CSV, in the order of areas, for the office that sent it."""
    page = _page(request, order_id)
    if not page.full:
        raise Refusal((words.gone(),))
    rows: list[tuple[Cell, ...]] = [tuple(heads(words.HEADS, language()))]
    for part in page.parts:
        texts = (part.area.code, say(name_of(part.area), language()), say(words.PART_STATES[part.state], language()))
        number = part.number if part.number is not None else part.below.number if part.below else ""
        rows.append((*texts, number, part.text, part.answered_at))
    return csv_answer(rows, f"order-{page.id}.csv")
