"""Break-glass: ask, confirm as the second person, end, answer afterwards; and the list of those concerned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.book.queries import read_under
from gridcommons.access.glass import actions
from gridcommons.access.glass.queries import PAGE, GlassLine, glass_of, glasses
from gridcommons.access.glass.rules import CALM, FOR, limits, review_by
from gridcommons.access.naming import deed_words
from gridcommons.access.roles import PURPOSES
from gridcommons.access.rules import readers
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of, trail
from gridcommons.web.case_words import listed, office_name
from gridcommons.web.house_form import HouseForm
from gridcommons.web.office.choosing import Option, county_places
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import Status, Step, say
from gridcommons.web.public.asking import page_number
from gridcommons.web.staff import asked, can, frame, language, purpose_of, require_can, signed_in

_LOOK: Final = "look.glass"
_TONES: Final = {
    "waiting": ("now", "hourglass"), "open": ("now", "lock-open"), "over": ("parked", "scale"),
    "reviewed": ("done", "circle-check"), "lapsed": ("plain", "clock"), "declined": ("plain", "ban"),
}  # fmt: skip
OPENS: Final = Sure(
    Words("从现在起，申请人可以查看所申请的内容。", "From now on the one who asked can read what they asked for."),
    Words(
        "当事人、县级管理员和审计员会收到通知；每次查看都记入账本。",
        "Whoever is concerned, county officers and auditors are told; each reading is in the ledger.",
    ),
    Words("您或申请人可以随时提前结束。", "You or the one who asked can end it early at any time."),
    Words("确认，开放查看", "Confirm and open it"),
)
ENDS: Final = Sure(
    Words("立即结束，之后不能再查看。", "It ends at once; nothing can be read through it any more."),
    Words("审计员会收到通知，进行事后审查。", "The auditor is told and answers whether it was right."),
    Words("结束后不能恢复，只能重新申请。", "It cannot be taken up again, only asked for anew."),
    Words("确认结束", "End it"),
)

Places = list[tuple[str, list[Option]]]


class AskForm(HouseForm):
    """What a request says."""

    number = forms.CharField(
        label=gettext_lazy("Number of the case"), required=False, max_length=20,
        help_text=gettext_lazy("Leave it out to read the cases of a whole place; name it where one case is enough."),
    )  # fmt: skip
    area = forms.ChoiceField(
        label=gettext_lazy("Which place"),
        help_text=gettext_lazy("The township or village where it lies. A larger place cannot be opened."),
    )
    stated = forms.ChoiceField(label=gettext_lazy("For what"))
    reason = forms.CharField(
        label=gettext_lazy("Why it has to be read now"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Whoever is concerned reads this. Name no person and no phone."),
    )  # fmt: skip

    def __init__(self, *args: Any, places: Places, own: Callable[[str], bool], **kwargs: Any) -> None:
        """`own`: whether a place can be read without a glass; it is not offered, and refused in the deed's words."""
        super().__init__(*args, **kwargs)
        area, stated = self.fields["area"], self.fields["stated"]
        area.choices = places  # type: ignore[attr-defined]
        left = [(name, [one for one in inside if not own(one[0])]) for name, inside in places]
        area.widget.choices = [("", _("Choose …")), *(group for group in left if group[1])]
        said = [(key, lazystr(say(PURPOSES[key], language()))) for key in FOR]
        stated.choices = [("", _("Choose …")), *said]  # type: ignore[attr-defined]


_FIELD_OF: Final = {
    "glass.bad_number": "number", "glass.too_wide": "area", "area.shape": "area", "glass.not_needed": "area",
    "glass.no_reason": "reason", "text.too_long_masked": "reason", "glass.bad_purpose": "stated",
}  # fmt: skip


def status_of(state: str) -> Status:
    """A state as a pill; what is open now stands out."""
    tone, icon = _TONES[state]
    return Status(CALM[state], tone, icon)


def place_words(code: str) -> Words:
    """A place with the township above it."""
    above = [area.name for area in trail(code) if len(area.code) > len("331123")]
    return listed(above) if above else Words(code, code)


@signed_in
@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """Requests and readings that concern the viewer, the newest first."""
    house, number = asked(request), page_number(request)
    state = request.GET.get("state", "")
    state = state if state in CALM else ""
    found = glasses(
        viewer=house.viewer, at=house.now, state=state, first=(number - 1) * PAGE, most=PAGE + 1,
        purpose=purpose_of(request, _LOOK),
    )  # fmt: skip
    names = names_of(line.glass.area_code for line in found)
    rows = [(line, _place(names, line), office_name(line.office), status_of(line.state)) for line in found[:PAGE]]
    context = {
        "rows": rows, "more": number + 1 if len(found) > PAGE else 0, "less": number - 1, "state": state,
        "states": [(key, words, key == state) for key, words in CALM.items()], "limits": limits(),
        "may_ask": can(house.viewer, "glass.ask", house.now),
    }  # fmt: skip
    return render(request, "office/glass_list.html", frame(request) | context)


def _place(names: dict[str, Any], line: GlassLine) -> Words | str:
    found = names.get(line.glass.area_code)
    return found.name if found else line.glass.area_code


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """The form of a request."""
    house, status = asked(request), 200
    require_can(house.viewer, "glass.ask", house.now)
    places = county_places(house.viewer, house.now, language())
    grants = readers(house.viewer, house.now)
    form = AskForm(
        request.POST if request.method == "POST" else None, initial=request.GET.dict(), places=places,
        own=lambda code: any(grant.covers(code) for grant in grants),
    )  # fmt: skip
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = actions.ask(
                area_code=given["area"].strip(), number=given["number"], reason=given["reason"], stated=given["stated"],
                by=house.viewer, at=house.now, purpose=purpose_of(request, "glass.ask"),
            )  # fmt: skip
        except Refusal as refusal:
            status = refusal.status
            problems = blame(form, refusal, _FIELD_OF)
        else:
            messages.info(request, _("Asked. A second person of another office has been told and has to confirm."))
            return redirect("office-glass-one", made.pk)
    elif request.method == "POST":
        status = 400
    context = {"form": form, "problems": problems, "limits": limits()}
    return render(request, "office/glass_ask.html", frame(request) | context, status=status)


def blame(form: HouseForm, refusal: Refusal, fields: dict[str, str]) -> list[str]:
    """Put each reason beside its field; returns the others."""
    rest = []
    for reason in refusal.reasons:
        said = say(reason.words(), language())
        if reason.code in fields:
            form.add_error(fields[reason.code], said)
        else:
            rest.append(said)
    return rest


@signed_in
@require_safe
@never_cache
def one(request: HttpRequest, glass_id: UUID) -> HttpResponse:
    """One glass: who asked for what and why, who confirmed, what was read, and what the viewer may do."""
    return _shown(request, glass_id)


def _shown(request: HttpRequest, glass_id: UUID, problem: str = "", status: int = 200, asks: str = "") -> HttpResponse:
    house = asked(request)
    line = glass_of(glass_id=glass_id, viewer=house.viewer, at=house.now, purpose=purpose_of(request, _LOOK))[0]
    running = line.state in {"waiting", "open"}
    confirms = can(house.viewer, "glass.confirm", house.now)
    read = [(at, deed_words(what), n) for at, what, n in read_under(line.glass.key)]
    context = {
        "line": line, "glass": line.glass, "status": status_of(line.state), "place": place_words(line.glass.area_code),
        "office": office_name(line.office), "stated": PURPOSES[line.glass.purpose], "life": _life(line), "read": read,
        "may_confirm": confirms and line.state == "waiting" and not line.mine,
        "may_end": running and (line.mine or line.confirmed_by_me or (confirms and line.state == "waiting")),
        "may_read": line.mine and line.state == "open", "opens": OPENS, "ends": ENDS, "asks": asks,
        "may_review": can(house.viewer, "glass.review", house.now) and line.state == "over",
        "review_by": review_by(line.glass), "problem": problem, "limits": limits(), "typed": request.POST,
    }  # fmt: skip
    return render(request, "office/glass.html", frame(request) | context, status=status)


def _life(line: GlassLine) -> list[Step]:
    """The life line: offices and duties, no names."""
    glass, office = line.glass, office_name(line.office)
    second, auditor = Words("第二确认人", "the second person"), Words("审计员", "the auditor")
    steps = [Step(Words("申请", "asked"), Words("申请人", "the one who asked"), office, "office", glass.asked_at)]
    if glass.confirmed_at:
        steps.append(Step(Words("确认并开放", "confirmed and opened"), second, "", "reviewer", glass.confirmed_at))
    if glass.ended_at:
        own = glass.ended_by == f"user:{glass.asked_by}"
        did = (
            Words("提前结束", "ended early") if glass.confirmed_at else Words("未同意或撤回", "declined or taken back")
        )
        steps.append(Step(did, steps[0].who if own else second, "", "office", glass.ended_at, glass.ended_why))
    elif glass.valid_to and line.state in {"over", "reviewed"}:
        steps.append(Step(Words("到时结束", "ended after its hours"), Words("程序", "the program"), at=glass.valid_to))
    if glass.reviewed_at:
        did = (
            Words("审查：应当", "answered: it was right")
            if glass.right
            else Words("审查：不应当", "answered: it was wrong")
        )
        steps.append(Step(did, auditor, "", "auditor", glass.reviewed_at, glass.answer))
    elif line.state in {"open", "over"}:
        steps.append(Step(Words("事后审查", "answers whether it was right"), auditor, "", "auditor", state="next"))
    return steps


@signed_in
@require_POST
def act(request: HttpRequest, glass_id: UUID, action: str) -> HttpResponse | HttpResponseRedirect:
    """Confirm, end or answer; what cannot be taken back is asked about first."""
    house, post = asked(request), request.POST
    if action in {"confirm", "end"} and SURE not in post:
        return _shown(request, glass_id, status=400, asks=action)
    right = {"yes": True, "no": False}.get(post.get("right", ""))
    facts: dict[str, Any] = {"glass_id": glass_id, "by": house.viewer, "at": house.now}
    facts["purpose"] = purpose_of(request, f"glass.{action}")
    try:
        if action == "confirm":
            actions.confirm(**facts)
        elif action == "end":
            actions.end(**facts, why=post.get("why", ""))
        else:
            actions.review(**facts, right=right, answer=post.get("answer", ""))
    except Refusal as refusal:
        if refusal.code == actions.UNKNOWN:
            raise
        return _shown(request, glass_id, say(refusal.words(), language()), refusal.status)
    messages.info(request, _("Done. It stands in the ledger, and those concerned are told."))
    return redirect("office-glass-one", glass_id)
