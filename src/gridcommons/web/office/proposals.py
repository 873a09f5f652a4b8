"""Admission for offices: proposing a form or a matter, reviewing, deciding; what stands against a form at its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.rules import NO_DEED
from gridcommons.collection.fitting import beside_calls
from gridcommons.collection.forms.shipping import ShippedForm, shipped_form, shipped_forms
from gridcommons.collection.known import facts_known
from gridcommons.collection.xlsform import ReadForm, read_xlsform, require_modest
from gridcommons.kit.cleaning import TOO_LONG
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.load.admission import actions
from gridcommons.load.admission.forms import found_in
from gridcommons.load.admission.queries import Entry, entries, entry_of
from gridcommons.load.admission.refusals import NOT_ANSWERED, NOT_DECIDED
from gridcommons.load.admission.rules import ANSWERS, DECIDER, MOVES, PROPOSER, ROLE_OF, STATES
from gridcommons.load.admission.weighing import duty_key, standing_duties, weigh
from gridcommons.load.ceiling.rules import Duty
from gridcommons.matters.linting.knowing import known_by_key
from gridcommons.matters.linting.minutes import minutes_of
from gridcommons.matters.linting.policy import linting_policy
from gridcommons.territory.queries import children, names_of
from gridcommons.web.admission_words import KINDS, entry_words, finding_rows, life_of, missing_desks, status_of
from gridcommons.web.office.proposal_forms import (
    DecisionForm,
    FormProposal,
    MatterProposal,
    ReviewForm,
    given_of,
    require_read,
)
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.office.waiting import waiting_rows
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, frame, language, signed_in, today

_NONE: Final = ShippedForm("", Words("", ""), "", "", "", (), ())
DEEDS: Final = ("admission.propose_matter", "admission.review", "admission.decide")
_DECIDE: Final = Sure(
    Words(
        "决定立即生效，并写入公开的事项清单和登记簿。", "It holds at once and stands in the public list and register."
    ),
    Words("申请单位和公众都能看到理由。", "The proposer and everybody can read the reasons."),
    Words("决定不能删除；以后可以另作决定终止。", "A decision is not deleted; a later one can end what it admits."),
    Words("确认决定", "Decide"),
)
_WITHDRAW: Final = Sure(
    Words("申请撤回，评审停止。", "The proposal is taken back and its review stops."),
    Words("登记簿上会写明撤回和理由。", "The register says that it was withdrawn, and why."),
    Words("撤回后可以重新提出。", "You can propose it anew."),
    Words("确认撤回", "Withdraw"),
)


def _roles(request: HttpRequest) -> dict[str, str]:
    """The roles of admission that the viewer holds, each with the county it is held for."""
    house = asked(request)
    ours = {PROPOSER, DECIDER, *ROLE_OF.values()}
    return {
        role.key: code
        for role, grant in house.viewer.roles_at(house.now)
        if grant is not None and role.key in ours
        for code in grant.areas_now
        if CHINA.level_of(code).key == "county"
    }


def _require_part(request: HttpRequest) -> dict[str, str]:
    held = _roles(request)
    if not held:
        raise refuse(NO_DEED, deed=DEEDS[0])
    return held


@signed_in
@require_safe
@never_cache
def proposals(request: HttpRequest) -> HttpResponse:
    """The proposals by state, the newest first, with who reviews next."""
    held = _require_part(request)
    state = request.GET.get("state", "")
    found = entries(states=[state] if state in STATES else ())
    context = {
        "waiting": waiting_rows(request), "rows": [_row(one) for one in found], "may_propose": PROPOSER in held,
        "state": state,
        "states": [(key, words, key == state) for key, words in STATES.items()],
    }  # fmt: skip
    return render(request, "office/proposals.html", frame(request) | context)


def _row(one: Entry) -> dict[str, object]:
    return {
        "entry": one, "kind": KINDS[one.proposal.kind], "chip": status_of(one.proposal.state),
        "waits_for": missing_desks(one),
    }  # fmt: skip


# --- Proposing ------------------------------------------------------------------------------------------------------


def _county(request: HttpRequest) -> str:
    held = _roles(request)
    if PROPOSER not in held:
        raise refuse(NO_DEED, deed=DEEDS[0])
    return held[PROPOSER]


def _droppable(county: str, request: HttpRequest, without: str = "") -> list[tuple[str, Words]]:
    return [(duty.key, _weighed(duty)) for duty in standing_duties(county, today(request)) if duty.key != without]


def _weighed(duty: Duty) -> Words:
    term = duty.term
    return Words(
        f"{duty.name.zh}（{term.zh}{duty.minutes:g}分钟，每千户每年{duty.per_year:,.0f}次）",
        f"{duty.name.en} ({duty.minutes:g} min {term.en}, {duty.per_year:,.0f} a year for 1,000 households)",
    )


def _read(upload: Any) -> tuple[bytes, ReadForm]:
    require_modest(upload.size or 0)
    content = upload.read()
    return content, read_xlsform(content)


def _read_shipped(shipped: ShippedForm) -> tuple[bytes, ReadForm | None]:
    if shipped is _NONE:
        return b"", None
    content = shipped.workbook()
    return content, read_xlsform(content)


def _named(upload: Any, shipped: ShippedForm) -> str:
    if upload is not None:
        return upload.name or ""
    return f"{shipped.key}.xlsx" if shipped is not _NONE else ""


@signed_in
@never_cache
def propose_form(request: HttpRequest) -> HttpResponse:
    """Hand a workbook in: what stands against it is said at its row before anything is proposed."""
    county, shipped = _county(request), _shipped(request)
    first = {"key": shipped.key, "matter_key": shipped.matter, "name_zh": shipped.name.zh, "name_en": shipped.name.en}
    form = FormProposal(
        *_sent(request), droppable=_droppable(county, request), given=shipped is not _NONE,
        initial=(first if shipped is not _NONE else {}) | request.POST.dict(),
    )  # fmt: skip
    return _form_page(request, form, county, None)


def _shipped(request: HttpRequest) -> ShippedForm:
    """The form of the program that is proposed as it is, if one was chosen."""
    key = request.GET.get("shipped", "")
    return shipped_form(key) if key else _NONE


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    """What was sent to be judged: a workbook that is only checked leaves the other fields alone, as they were typed."""
    return (None, None) if "check" in request.POST else (request.POST or None, request.FILES or None)


def _form_page(request: HttpRequest, form: FormProposal, county: str, amended: Entry | None) -> HttpResponse:
    upload, shipped = request.FILES.get("workbook") if request.method == "POST" else None, _shipped(request)
    found, problems, status = {}, [], 200
    if request.method == "POST":
        try:
            content, read = _read(upload) if upload is not None else _read_shipped(shipped)
            found = _found(read) if read is not None else {}
            if "check" not in request.POST and form.is_valid():
                done = _hand_in(request, form, county, content, read, _named(upload, shipped), amended)
                messages.info(
                    request, _("The proposal stands in the register; law, staff council and data protection review it.")
                )
                return redirect("office-proposal", done)
        except Refusal as refusal:
            problems = [say(reason.words(), language()) for reason in refusal.reasons]
        status = 200 if "check" in request.POST and not problems else 400
    context = {
        "form": form,
        "found": found,
        "problems": problems,
        "amended": amended,
        "checked": "check" in request.POST,
        "shipped": shipped if shipped is not _NONE else None,
        "offered": [] if amended else shipped_forms(),
    }
    return render(request, "office/proposal_form.html", frame(request) | context, status=status)


def _found(read: ReadForm) -> dict[str, object]:
    """What the linter says of a workbook, for the page."""
    known = known_by_key(facts_known())
    findings = [one.as_dict() for one in found_in(read, known)]
    return {
        "rows": finding_rows(findings), "title": read.title, "asked": sum(1 for one in read.questions if one.is_asked),
        "known": sum(1 for one in findings if one["rule"] == "known"),
        "minutes": minutes_of(read.questions, known, linting_policy()),
    }  # fmt: skip


def _hand_in(
    request: HttpRequest, form: FormProposal, county: str, content: bytes, read: ReadForm | None, name: str,
    amended: Entry | None,
) -> UUID:  # fmt: skip
    house, given = asked(request), form.cleaned_data
    weight = {"per_year": given["per_year"], "reason": given["reason"], "drops": given["drops"]}
    known = known_by_key(facts_known())
    if amended is not None:
        return actions.amend(
            proposal_id=amended.proposal.pk, workbook=content, workbook_name=name, form=read, known=known,
            by=house.viewer, at=house.now, **weight,
        ).pk  # fmt: skip
    assert read is not None
    return actions.propose_form(
        area_code=county, key=given["key"], matter_key=given["matter_key"], name_zh=given["name_zh"],
        name_en=given["name_en"], workbook=content, workbook_name=name, form=read, known=known, by=house.viewer,
        at=house.now, **weight,
    ).pk  # fmt: skip


@signed_in
@never_cache
def propose_matter(request: HttpRequest) -> HttpResponse:
    """Write a matter down: class, basis, purpose, owner, minutes, review date."""
    county = _county(request)
    form = MatterProposal(request.POST or None, droppable=_droppable(county, request))
    return _matter_page(request, form, county, None)


def _matter_page(request: HttpRequest, form: MatterProposal, county: str, amended: Entry | None) -> HttpResponse:
    problems: Sequence[str] = []
    if request.method == "POST" and form.is_valid():
        house, given = asked(request), form.cleaned_data
        weight: dict[str, Any] = {key: given[key] for key in ("per_year", "reason", "drops")}
        entry = form.entry(today(request))
        try:
            if amended is None:
                done = actions.propose_matter(
                    area_code=county, key=given["key"], entry=entry, by=house.viewer, at=house.now, **weight
                ).pk
            else:
                done = actions.amend(
                    proposal_id=amended.proposal.pk, entry=entry, by=house.viewer, at=house.now, **weight
                ).pk
            messages.info(
                request, _("The proposal stands in the register; law, staff council and data protection review it.")
            )
            return redirect("office-proposal", done)
        except Refusal as refusal:
            problems = [say(reason.words(), language()) for reason in refusal.reasons]
    context = {"form": form, "problems": problems, "amended": amended}
    status = 400 if request.method == "POST" else 200
    return render(request, "office/proposal_matter.html", frame(request) | context, status=status)


@signed_in
@never_cache
def amend(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Change a proposal of the own office that is under review."""
    county, entry = _county(request), entry_of(proposal_id)
    held = entry.proposal
    initial: dict[str, Any] = {"per_year": held.per_year, "reason": held.reason, "drops": held.drops}
    droppable = _droppable(county, request, without=duty_key(held))
    if held.kind == "form":
        form = FormProposal(*_sent(request), droppable=droppable, amends=True, initial=initial | request.POST.dict())
        return _form_page(request, form, county, entry)
    matter = MatterProposal(
        request.POST or None, droppable=droppable, amends=True, initial=initial | given_of(held.entry)
    )
    return _matter_page(request, matter, county, entry)


# --- One proposal ---------------------------------------------------------------------------------------------------


@signed_in
@require_safe
@never_cache
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """One proposal: what it asks, what stands against it, whether there is time for it, who said what."""
    return _shown(request, proposal_id)


def _shown(
    request: HttpRequest, proposal_id: UUID, problems: Sequence[str] = (), status: int = 200, asking: str = ""
) -> HttpResponse:
    held, entry = _require_part(request), entry_of(proposal_id)
    whole = entry.proposal
    desks = [desk for desk, role in ROLE_OF.items() if role in held]
    data = request.POST if request.method == "POST" else None
    answers = [(key, ANSWERS[key]) for key, states in MOVES.items() if whole.state in states]
    is_decider, own = DECIDER in held, PROPOSER in held and whole.state == "proposed" and _is_own(request, entry)
    context = {
        "entry": entry, "proposal": whole, "chip": status_of(whole.state), "kind": KINDS[whole.kind],
        "problems": problems, "life": life_of(entry), "findings": finding_rows(whole.findings),
        "verdict": _verdict(entry, request), "areas": names_of([whole.area_code]),
        "asked": [one for one in whole.questions if one["asked"]],
        "review": ReviewForm(data if asking == "review" else None, desks=desks)
        if desks and whole.state == "proposed" else None,
        "decision": DecisionForm(data if asking == "decide" else None, answers=answers, areas=_areas(entry, request))
        if is_decider and answers else None,
        "own": own, "said": entry_words(whole.entry), "decide_sure": _DECIDE, "withdraw_sure": _WITHDRAW,
        "ask_decide": Words("决定", "decide"),
        "ask_withdraw": Words("撤回", "withdraw"), "asking": asking,
    }  # fmt: skip
    return render(request, "office/proposal.html", frame(request) | context, status=status)


def _is_own(request: HttpRequest, entry: Entry) -> bool:
    return f"office:{entry.proposal.office_id}" in asked(request).viewer.office_keys_at(asked(request).now)


def _verdict(entry: Entry, request: HttpRequest) -> Mapping[str, object] | None:
    """The sum of the load: as it was decided, else as it is today, told with what calls on homes take beside it."""
    whole = entry.proposal
    if whole.state != "proposed":
        decided = [step.verdict for step in entry.steps if step.verdict]
        return decided[-1] if decided else None
    try:
        weighed = weigh(whole, today(request), drops=whole.drops)
    except Refusal:  # what was to be dropped is gone meanwhile
        weighed = weigh(whole, today(request))
    calls, found = beside_calls(whole.area_code, today(request), weighed.sums), weighed.verdict
    return replace(found, because=(*found.because, *([calls] if calls else []))).as_dict()


def _areas(entry: Entry, request: HttpRequest) -> list[tuple[str, Words]]:
    code = entry.proposal.area_code
    county = names_of([code])[code]
    below = [one for one in children(code, today(request)) if one.level == "township"]
    return [(one.code, one.name) for one in (county, *below)]


@signed_in
@require_POST
def do(request: HttpRequest, proposal_id: UUID, step: str) -> HttpResponse:
    """One step: review, decide, withdraw; what cannot be taken back is asked about first."""
    if step in ("decide", "withdraw") and SURE not in request.POST:
        return _shown(request, proposal_id, asking=step)
    try:
        said = _STEPS[step](request, proposal_id)
    except KeyError:
        raise refuse(NO_DEED, deed=step[:20]) from None
    except Refusal as refusal:
        beside = refusal.code == TOO_LONG and step != "withdraw"  # said at its field already
        problems = [] if beside else [say(reason.words(), language()) for reason in refusal.reasons]
        return _shown(request, proposal_id, problems, refusal.status, step)
    messages.info(request, said)
    return HttpResponseRedirect(request.path.rpartition("/do/")[0])


def _review(request: HttpRequest, proposal_id: UUID) -> str:
    house, form = asked(request), ReviewForm(request.POST, desks=list(ROLE_OF))
    require_read(form, NOT_ANSWERED)
    given = form.cleaned_data
    actions.review(
        proposal_id=proposal_id, desk=given["desk"], answer=given["answer"], said=given["said"], by=house.viewer,
        at=house.now,
    )  # fmt: skip
    return _("The review stands in the public register.")


def _decide(request: HttpRequest, proposal_id: UUID) -> str:
    house = asked(request)
    entry = entry_of(proposal_id)
    answers = [(key, ANSWERS[key]) for key in ANSWERS]
    form = DecisionForm(request.POST, answers=answers, areas=_areas(entry, request))
    require_read(form, NOT_DECIDED)
    given = form.cleaned_data
    actions.decide(
        proposal_id=proposal_id, answer=given["answer"], until=given["until"], pilot_area=given["pilot_area"],
        reason=given["reason"], by=house.viewer, at=house.now,
    )  # fmt: skip
    return _("Decided. The public register shows it.")


def _withdraw(request: HttpRequest, proposal_id: UUID) -> str:
    house = asked(request)
    reason = request.POST.get("reason", "")
    actions.withdraw(proposal_id=proposal_id, reason=reason, by=house.viewer, at=house.now)
    return _("The proposal is withdrawn.")


_STEPS: Final = {"review": _review, "decide": _decide, "withdraw": _withdraw}
