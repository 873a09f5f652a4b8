"""Layers of boundaries for county officers: hand one in, look at what it changes, adopt it as a second, put it back."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.queries import names_of_accounts
from gridcommons.access.rules import NO_DEED
from gridcommons.kit.digits import as_page, whole
from gridcommons.kit.disclosure import Mark, alone
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.territory.layerfile import opening
from gridcommons.territory.outlines.actions import WORDS, adopt, decide, drop, hand_in, put_back, send
from gridcommons.territory.outlines.preparing import prepare
from gridcommons.territory.outlines.queries import (
    PAGE,
    DraftFacts,
    draft_facts,
    drafts,
    drawing_of,
    elsewhere,
    findings,
    lacking,
    outline_rows,
    sent_facts,
)
from gridcommons.territory.outlines.rules import KINDS
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.office.outline_words import (
    change_cells,
    change_lines,
    compared,
    finding_cells,
    finding_lines,
)
from gridcommons.web.office.outlines_sent import given_up, sent_lines, sent_page, told_again
from gridcommons.web.pieces import Status
from gridcommons.web.staff import asked, can, frame, language, signed_in, today

DEED: Final = "outlines.hand_in"
_MOST_BYTES: Final = 20_000_000
AT_ONCE: Final = 512_000
"""Bytes, unpacked, below which a layer is read in the request: about a second of work."""
_TONES: Final = {
    "draft": ("now", "clipboard-check"), "adopted": ("done", "circle-check"), "dropped": ("done", "ban"),
    "put_back": ("done", "arrow-back-up"),
}  # fmt: skip
SYSTEMS: Final = (
    ("EPSG:4490", Words("CGCS2000经纬度（EPSG:4490）", "CGCS2000 degrees (EPSG:4490)")),
    ("EPSG:4326", Words("WGS 84经纬度（EPSG:4326）", "WGS 84 degrees (EPSG:4326)")),
    ("EPSG:4549", Words("CGCS2000三度带，中央经线120°（EPSG:4549）", "CGCS2000 3-degree zone, 120° E (EPSG:4549)")),
    ("GCJ-02", Words("GCJ-02（高德、腾讯地图）", "GCJ-02 (Amap, Tencent maps)")),
    ("BD-09", Words("BD-09（百度地图）", "BD-09 (Baidu maps)")),
    ("other", Words("其他：填写EPSG编号", "another: give its EPSG code")),
)
NO_FILE = refusal_kind(
    "web.no_layer",
    status=400,
    zh="请选择一个图层文件。",
    en="Choose the file of the layer.",
)
TOO_LARGE_HERE = refusal_kind(
    "web.layer_too_large",
    status=413,
    zh="网页上最多交{most}MB。更大的图层请由系统管理员在服务器上用 gridcommons areas draw 提交，同样由两人办理。",
    en="Up to {most} MB can be handed in here. Larger ones go in on the machine with gridcommons areas draw, and are "
    "adopted here all the same.",
)


def own_areas(request: HttpRequest) -> list[str]:
    """The areas that the viewer hands layers in for; refuses whoever has none."""
    house = asked(request)
    if not can(house.viewer, DEED, house.now):
        raise refuse(NO_DEED, deed=DEED)
    grants = (grant for role, grant in house.viewer.roles_at(house.now) if grant is not None and DEED in role.deeds)
    return sorted({code for grant in grants for code in grant.areas_now}, key=lambda code: (len(code), code))


def status_of(state: str) -> Status:
    """The state of a draft as a chip."""
    return Status(WORDS[state], *_TONES[state])


def page_number(request: HttpRequest, name: str = "page") -> int:
    """A page as an address gives it; the first where it is none."""
    text = request.GET.get(name, "1")
    return as_page(text)


@signed_in
@never_cache
def layers(request: HttpRequest) -> HttpResponse:
    """The layers of the viewer's areas, and the form to hand one in."""
    areas, house = own_areas(request), asked(request)
    if request.method == "POST":
        return _hand_in(request)
    state = request.GET.get("state", "")
    number = page_number(request)
    wanted = state if state in WORDS else ""
    rows, total = drafts(house.viewer, house.now, state=wanted, first=(number - 1) * PAGE)
    names = names_of([*areas, *(row.area_code for row in rows)])
    context = {
        "rows": [(row, status_of(row.state), name_of(names[row.area_code])) for row in rows if row.area_code in names],
        "sent": sent_lines(request) if number == 1 else [],
        "areas": [(code, name_of(names[code])) for code in areas if code in names], "systems": SYSTEMS,
        "states": [(key, words, key == state) for key, words in WORDS.items()], "state": state,
        "page": Paginator(range(total), PAGE).get_page(number), "most": _MOST_BYTES // 1_000_000,
        "at_once": AT_ONCE // 1_000,
    }  # fmt: skip
    return render(request, "office/outlines.html", frame(request) | context)


def _hand_in(request: HttpRequest) -> HttpResponse:
    house, given = asked(request), request.POST
    try:
        raw, name = _upload(request.FILES.get("layer"))
        system = given.get("system", "")
        declared = given.get("epsg", "") if system == "other" else system
        area = given.get("area", "")
        if area not in own_areas(request):
            raise refuse(NO_DEED, deed=DEED)
        told: dict[str, Any] = {
            "name": name,
            "declared": declared,
            "code_field": given.get("field", "").strip()[:60] or "code",
        }
        facts: dict[str, Any] = {
            "area_code": area, "source": given.get("source", ""), "synthetic": given.get("kind") == "synthetic",
            "by": house.viewer, "at": house.now,
        }  # fmt: skip
        if not _is_small(raw, name):
            return redirect("office-outline", send(raw=raw, **told, **facts).pk)
        draft = hand_in(prepared=prepare(raw, **told, day=today(request), under=area), **facts)
    except Refusal as refusal:
        messages.error(request, refusal.words().in_language(language()))
        return redirect("office-outlines")
    messages.success(request, _("The layer is kept as a draft. Nothing holds before a second officer adopts it."))
    return redirect("office-outline", draft.pk)


def _is_small(raw: bytes, name: str) -> bool:
    """Whether a file is read while the officer waits: what it unpacks to counts, not what it weighs packed."""
    return len(raw) < AT_ONCE and len(opening(raw, name, AT_ONCE)) < AT_ONCE


def _upload(upload: object) -> tuple[bytes, str]:
    if not isinstance(upload, UploadedFile) or not upload.size:
        raise refuse(NO_FILE)
    if upload.size > _MOST_BYTES:
        raise refuse(TOO_LARGE_HERE, most=_MOST_BYTES // 1_000_000)
    return upload.read(), (upload.name or "layer").rpartition("/")[2]


@signed_in
@require_safe
@never_cache
def layer(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """One layer: what it changes, what was found in it, and what can be done with it; or how far its reading is."""
    areas, house = own_areas(request), asked(request)
    sent = sent_facts(draft_id, house.viewer, house.now)
    if (answer := told_again(request, sent)) is not None:
        return answer
    if sent is not None:
        return sent_page(request, sent, owns=in_force().covers(sent.area_code, tuple(areas)))
    return shown(request, draft_facts(draft_id, house.viewer, house.now))


def shown(request: HttpRequest, draft: DraftFacts, asks: str = "", wrong: str = "") -> HttpResponse:
    """The page of a layer; `asks`: the step that has to be confirmed; `wrong`: what was refused."""
    house, tongue, get = asked(request), language(), request.GET
    who = (draft.id, house.viewer, house.now)
    kind, words, number = get.get("kind", ""), get.get("q", "").strip()[:40], page_number(request)
    rows, total = outline_rows(*who, kind=kind, words=words, first=(number - 1) * PAGE)
    faults_at = page_number(request, "finding")
    found, all_found = findings(*who, first=(faults_at - 1) * PAGE)
    missing, missing_n = lacking(*who, today(request))
    drawing = drawing_of(*who, code=get.get("of", "")[:40])
    people = names_of_accounts(by for _state, by, _at in draft.steps)
    names = names_of([draft.area_code, *missing])
    context: dict[str, Any] = {
        "draft": draft, "status": status_of(draft.state), "area": name_of(names[draft.area_code]),
        "steps": [(WORDS[state], people.get(by, _("on the machine itself")), at) for state, by, at in draft.steps],
        "kinds": [(key, said, draft.counts.get(key, 0), key == kind) for key, said in KINDS.items()], "kind": kind,
        "lines": change_lines(rows, tongue), "page": Paginator(range(total), PAGE).get_page(number), "total": total,
        "found": finding_lines(found, tongue), "all_found": all_found,
        "found_page": Paginator(range(all_found), PAGE).get_page(faults_at),
        "missing": [name_of(names[code]) for code in missing if code in names], "missing_n": missing_n,
        "map": compared(drawing, tongue, reverse("office-outline", args=[draft.id])), "of": get.get("of", ""),
        "elsewhere": _elsewhere(draft, request), "asks": asks, "wrong": wrong, "q": words,
        "mine": any(by == house.viewer.key and state == "draft" for state, by, _at in draft.steps),
        "adopted_by_me": any(by == house.viewer.key and state == "adopted" for state, by, _at in draft.steps),
        "owns": in_force().covers(draft.area_code, tuple(own_areas(request))),
    }  # fmt: skip
    return render(request, "office/outline.html", frame(request) | context, status=400 if wrong else 200)


def _elsewhere(draft: DraftFacts, request: HttpRequest) -> list[tuple[Words, str]] | None:
    """What lies in another grid by its point, small numbers hidden; None where nothing can be counted."""
    if draft.state != "draft":
        return None
    found = elsewhere(draft.id, asked(request).viewer, asked(request).now)
    if found is None:
        return None
    told = ((one.what, alone(one.n)) for one in found)
    return [(what, "<5" if shown.mark is Mark.FEW else f"{shown.value:,}") for what, shown in told]


_SURE: Final = frozenset({"adopt", "drop", "put_back"})


@signed_in
@require_POST
def do(request: HttpRequest, draft_id: UUID, action: str) -> HttpResponse:
    """A step of a layer; what takes effect is asked about first."""
    own_areas(request)
    house, given = asked(request), request.POST
    if action == "give_up":
        return given_up(request, draft_id)
    facts = draft_facts(draft_id, house.viewer, house.now)
    if action in _SURE and not given.get("sure"):
        return shown(request, facts, asks=action)
    here: dict[str, Any] = {"draft_id": draft_id, "by": house.viewer, "at": house.now}
    try:
        if action == "adopt":
            adopt(authority=given.get("authority", ""), **here)
            messages.success(request, _("The outlines hold from now on. What they replaced is kept."))
        elif action == "drop":
            drop(reason=given.get("reason", ""), **here)
        elif action == "put_back":
            put_back(reason=given.get("reason", ""), **here)
            messages.success(request, _("The former outlines hold again."))
        elif action == "decide":
            place = given.get("place", "")
            decide(place=whole(place, digits=9),
                   answer=given.get("answer", "")[:40], **here)  # fmt: skip
    except Refusal as refusal:
        said = refusal.words().in_language(language())
        return shown(request, facts, asks=action if action in _SURE else "", wrong=said)
    return redirect(f"{reverse('office-outline', args=[draft_id])}{'#found' if action == 'decide' else ''}")


@signed_in
@require_safe
def changes_csv(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What every area of a layer would get, as CSV."""
    own_areas(request)
    house = asked(request)
    rows, _total = outline_rows(draft_id, house.viewer, house.now, most=None)
    return csv_answer(change_cells(rows, language()), f"outlines-{today(request)}.csv")


@signed_in
@require_safe
def findings_csv(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What was found in a layer, as CSV."""
    own_areas(request)
    house = asked(request)
    rows, _total = findings(draft_id, house.viewer, house.now, most=None)
    return csv_answer(finding_cells(rows, language()), f"findings-{today(request)}.csv")
