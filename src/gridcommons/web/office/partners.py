"""Links to departments' systems: the list, one link, proposing and changing it, and what two persons do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.rules import NO_DEED, Viewer
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.content import preview
from gridcommons.cases.partners.exporting import TYPES
from gridcommons.cases.partners.giving import own_address
from gridcommons.cases.partners.kinds import CASE, KINDS
from gridcommons.cases.partners.pages import MANAGES, WORKS, LinkPage
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.queries import file_content, how_many_stuck, link_page, links_for
from gridcommons.cases.partners.terms import Terms
from gridcommons.kit.digits import whole
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.matters.queries import matter_name
from gridcommons.web.office.partner_forms import LinkForm, own_areas, terms_in
from gridcommons.web.office.partner_rows import MORE, lines_of, mapping_of
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.partner_words import ACTS, WAYS, event_words, field_words, link_status, out_status, why
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, can, frame, language, signed_in

Act = Callable[[UUID, HttpRequest, Viewer, datetime], object]
SURES: Final[Mapping[str, Sure]] = {
    "confirm": Sure(
        Words(
            "从现在起，这些字段会发送到该系统，并由它代办勾选的步骤。",
            "From now on these fields leave, and their system may take the steps ticked.",
        ),
        Words("每次发送，报告人都能在“谁看过”里看到。", "Whoever reported reads of each sending under “who looked”."),
        Words("发出去的内容收不回来；对接可随时停用。", "What has left cannot be called back; the link can be ended."),
        Words("同意这项对接", "Agree to the link"),
    ),
    "decline": Sure(
        Words("对接作废，不会发送任何内容。", "The link ends, and nothing leaves."),
        Words("不另行通知。", "Nobody is told by a notice."),
        Words("如仍需要，须重新提出。", "If it is wanted, it has to be proposed anew."),
        Words("不同意", "Decline it"),
    ),
    "end": Sure(
        Words("对接停用，排队的内容不再发送，对方发来的也不再接收。", "The link ends: nothing goes out or comes in."),
        Words("请自行告知该单位。", "Tell the office yourself."),
        Words("停用后不能恢复，只能重新提出。", "It cannot be taken up again, only proposed anew."),
        Words("停用对接", "End the link"),
    ),
    "rotate": Sure(
        Words("换用新密钥签名；对方旧密钥一周内仍可用。", "A new secret signs; theirs still opens for a week."),
        Words("请立即把新密钥交给对方。", "Hand the new secret over at once."),
        Words("旧密钥不能恢复。", "The old secret does not come back."),
        Words("更换密钥", "Change the secret"),
    ),
}  # fmt: skip
_DO: Final[Mapping[str, Act]] = {
    "confirm": lambda pk, r, by, at: actions.confirm(link_id=pk, edition=_whole(r.POST.get("edition")), by=by, at=at),
    "decline": lambda pk, _r, by, at: actions.decline(link_id=pk, by=by, at=at),
    "end": lambda pk, _r, by, at: actions.end(link_id=pk, by=by, at=at),
    "rotate": lambda pk, _r, by, at: actions.rotate(link_id=pk, by=by, at=at),
    "test": lambda pk, _r, by, at: actions.try_link(link_id=pk, by=by, at=at),
    "key": lambda pk, r, by, at: actions.keep_key(link_id=pk, text=r.POST.get("api_key", ""), by=by, at=at),
    "file": lambda pk, _r, by, at: actions.make_file(link_id=pk, by=by, at=at),
}


def _whole(text: str | None) -> int:
    return whole(text or "", digits=5)


def require_some(request: HttpRequest) -> None:
    """Refuse whoever answers for no link: their post opens none of it."""
    house = asked(request)
    held = [role.deeds for role, grant in house.viewer.roles_at(house.now) if grant is not None]
    if not any(deeds & (MANAGES | WORKS) for deeds in held):
        raise refuse(NO_DEED)


def tabs(request: HttpRequest, here: str) -> list[tuple[Words, str, bool, int | None]]:
    """The two pages of the room, with how much waits for a person."""
    house = asked(request)
    stuck = how_many_stuck(house.viewer, house.now)
    return [
        (Words("对接", "Links"), reverse("office-partners"), here == "links", None),
        (Words("待人工处理", "Needs attention"), reverse("office-partners-stuck"), here == "stuck", stuck),
    ]  # fmt: skip


@signed_in
@require_safe
@never_cache
def links(request: HttpRequest) -> HttpResponse:
    """The links that the viewer answers for."""
    require_some(request)
    house = asked(request)
    rows = [
        (one, Words(one.office_zh, one.office_en), WAYS[one.way], link_status(one.state, one.health))
        for one in links_for(house.viewer, house.now)
    ]
    context = {
        "rows": rows, "tabs": tabs(request, "links"), "may_draft": can(house.viewer, "partner.draft", house.now),
        "policy": policy(),
    }  # fmt: skip
    return render(request, "office/partners.html", frame(request) | context)


@signed_in
@require_safe
@never_cache
def link(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """One link and what the viewer may do with it."""
    require_some(request)
    house = asked(request)
    return _shown(request, link_page(link_id, house.viewer, house.now))


def _shown(request: HttpRequest, page: LinkPage, status: int = 200, **more: object) -> HttpResponse:
    house, terms = asked(request), page.terms

    def may(key: str, *states: str) -> bool:
        return page.state in states and can(house.viewer, f"partner.{key}", house.now)

    context = {
        "page": page, "terms": terms, "status": link_status(page.state, page.health), "way": WAYS[terms.way],
        "office": Words(page.office_zh, page.office_en), "fields": field_words(terms.fields, terms.kind),
        "careful": field_words(terms.careful, terms.kind), "matters": [matter_name(key) for key in terms.matters],
        "acts": [ACTS[act] for act in terms.acts],
        "preview": preview(terms, house.now), "sures": SURES, "address": request.build_absolute_uri(
            reverse("partner-status", args=[page.key])
        ),
        "may": {
            "confirm": may("confirm", "waiting") and page.asked_by != house.viewer.user_id,
            "amend": may("amend", "waiting", "live"), "end": may("end", "waiting", "live", "paused"),
            "rotate": may("rotate", "live", "waiting") and terms.way == "webhook",
            "show": may("show_key", "live", "waiting") and terms.way == "webhook",
            "test": may("try", "live") and terms.way != "export",
            "key": may("keep_key", "live", "waiting") and terms.way == "open311",
            "file": may("make_file", "live") and terms.way == "export", "fetch": can(
                house.viewer, "look.partner_file", house.now
            ),
        },
        "pictures": request.build_absolute_uri(reverse("partner-picture", args=[page.key, "NUMBER"])),
        "hours": int(policy().photo_rules.opens_for.total_seconds() // 3_600), "lacks_address": _lacks_address(terms),
        "lines": [(one, event_words(one.event), out_status(one), why(one.reason)) for one in page.sendings],
        "tabs": tabs(request, "links"),
    }  # fmt: skip
    return render(request, "office/partner.html", frame(request) | context | more, status=status)


def _lacks_address(terms: Terms) -> bool:
    """Whether photos of a link cannot be fetched because the operator gave no address of this house."""
    if not terms.with_photos or terms.way == "export":
        return False
    try:
        return not own_address()
    except (ValueError, OSError):
        return True


@signed_in
@require_POST
@never_cache
def act(request: HttpRequest, link_id: UUID, action: str) -> HttpResponse:
    """Agree, decline, end, change or show the secret, keep their api key, send a test, write a file."""
    require_some(request)
    house = asked(request)
    page = link_page(link_id, house.viewer, house.now)
    if action in SURES and SURE not in request.POST:
        return _shown(request, page, 400, asks=action)
    try:
        if action == "show":
            text = actions.show_key(link_id=link_id, by=house.viewer, at=house.now)
            return _shown(request, page, secret=text)
        if action not in _DO:
            raise refuse(NO_DEED)
        _DO[action](link_id, request, house.viewer, house.now)
    except Refusal as refusal:
        return _shown(request, page, refusal.status, problem=say(refusal.words(), language()))
    messages.info(request, _("Done. It stands in the ledger."))
    return redirect("office-partner", link_id)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: HttpRequest, link_id: UUID | None = None) -> HttpResponse:
    """Propose a link, or other terms for one; a preview first if wished."""
    require_some(request)
    house = asked(request)
    if not can(house.viewer, "partner.draft", house.now):
        raise refuse(NO_DEED)
    page = link_page(link_id, house.viewer, house.now) if link_id else None
    data = request.POST if request.method == "POST" else None
    wish = request.GET.get("of", CASE)
    kind = page.terms.kind if page else wish if wish in KINDS else CASE
    form = LinkForm(data, areas=own_areas(house.viewer, house.now), page=page, language=language(), kind=kind)
    context: dict[str, Any] = {
        "form": form, "page": page, "tabs": tabs(request, "links"), "of_cases": kind == CASE,
        "lines": lines_of(data, page.terms.mapping if page else None, kind),
    }  # fmt: skip
    status = 200
    if data is not None and MORE in data:
        form.errors.clear()  # more lines were asked for, nothing was sent in yet
    elif data is not None:
        status = 400
        try:
            answer = _written(request, form, page, context)
        except Refusal as refusal:
            context["problems"] = [say(reason.words(), language()) for reason in refusal.reasons]
            status = refusal.status
        else:
            if answer is not None:
                return answer
            status = 200 if form.is_valid() else 400
    return render(request, "office/partner_edit.html", frame(request) | context, status=status)


def _written(
    request: HttpRequest, form: LinkForm, page: LinkPage | None, context: dict[str, Any]
) -> HttpResponse | None:
    """Save what a form describes, or show what it would send; nothing while it is not whole."""
    house = asked(request)
    if "preview" in request.POST:
        form.fields["reason"].required = False
    is_whole = form.is_valid() or ("preview" in request.POST and set(form.errors) == {"reason"})
    form.fields["reason"].required = True
    if not is_whole:
        return None
    terms = terms_in(form, mapping_of(request.POST))
    if "preview" in request.POST:
        context["preview"] = preview(terms, house.now)
        return None
    reason = form.cleaned_data["reason"]
    if page is None:
        office = UUID(form.cleaned_data["office"])
        made = actions.draft(office_id=office, terms=terms, reason=reason, by=house.viewer, at=house.now)
    else:
        made = actions.amend(link_id=page.id, terms=terms, reason=reason, by=house.viewer, at=house.now)
    messages.info(request, _("Proposed. Nothing leaves before a second person of another office agrees."))
    return redirect("office-partner", made.pk)


@signed_in
@require_safe
@never_cache
def fetch(request: HttpRequest, link_id: UUID, file_id: UUID) -> HttpResponse:
    """A file of the office's own link; each fetching is a look."""
    house = asked(request)
    row, content = file_content(link_id=link_id, file_id=file_id, viewer=house.viewer, at=house.now)
    answer = HttpResponse(content, content_type=TYPES[row.name.rpartition(".")[2]])
    answer["Content-Disposition"] = f'attachment; filename="{row.name}"'
    answer["Cache-Control"] = "no-store"
    return answer
