"""What came in from the field: the list, one of them read well, and the repair of what could not be understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from defusedxml import minidom
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.collection.asking import KNOWN, STILL, Question
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.actions import correct, run_again, set_aside
from gridcommons.collection.inbox.papers import tree_of
from gridcommons.collection.inbox.queries import (
    PAGE,
    SubmissionPage,
    Wanted,
    counts,
    inbox_page,
    picture_of,
    submission_page,
)
from gridcommons.collection.inbox.rules import STATES, limits
from gridcommons.collection.intake import HANDED_OVER
from gridcommons.collection.visits.queries import visits_of
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of
from gridcommons.web.pieces import Status
from gridcommons.web.public.asking import page_number
from gridcommons.web.staff import asked, frame, purpose_of, require_can, signed_in

LOOKS: Final = "look.inbox"
_LIMIT: Final = 300
_TONES: Final = {
    "received": ("now", "inbox"), "understood": ("done", "circle-check"), "held": ("late", "alert-triangle"),
    "aside": ("parked", "ban"),
}  # fmt: skip
NOTES: Final = {
    "clock_off": Words(
        "手机日期不对，走访日期按收到的那天记。", "The phone's date was wrong; the day on which it came counts."
    ),
}  # fmt: skip


def _status(state: str) -> Status:
    tone, icon = _TONES[state]
    return Status(STATES[state], tone, icon)


@signed_in
@require_safe
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """What came in, by state, form and id."""
    house = asked(request)
    require_can(house.viewer, LOOKS, house.now)
    state = request.GET.get("state", "")
    wanted = Wanted(
        state if state in STATES else "", request.GET.get("form", "")[:60], request.GET.get("q", "").strip()[:249]
    )
    number = page_number(request)
    found = inbox_page(
        wanted=wanted, viewer=house.viewer, at=house.now, purpose=purpose_of(request, LOOKS), first=(number - 1) * PAGE
    )
    held = counts(viewer=house.viewer, at=house.now)
    places = names_of({row.area_code for row in found.rows})
    rows = [
        (row, _status(row.state), places[row.area_code].name if row.area_code in places else "") for row in found.rows
    ]
    context = frame(request) | {
        "rows": rows, "total": found.total, "page": Paginator(range(found.total), PAGE).get_page(number),
        "tabs": [(key, words, held.get(key, 0)) for key, words in STATES.items()], "wanted": wanted,
    }  # fmt: skip
    return render(request, "office/inbox.html", context)


@signed_in
@require_safe
@never_cache
def one(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """One submission: what it says, what it led to, what was sent."""
    return _shown(request, submission_id)


def _shown(request: HttpRequest, submission_id: UUID, *, status: int = 200, **more: Any) -> HttpResponse:
    house = asked(request)
    require_can(house.viewer, "look.submission", house.now)
    looking: dict[str, Any] = {
        "viewer": house.viewer,
        "at": house.now,
        "purpose": purpose_of(request, "look.submission"),
    }
    page = submission_page(submission_id=submission_id, **looking)
    version = one_version(page.version_id)
    line = page.line
    context = frame(request) | {
        "page": page, "line": line, "status": _status(line.state), "form": version.form,
        "answers": list(_answers(page.values or {}, version.questions)),
        "reasons": [reason.words() for reason in line.reasons], "notes": [NOTES[n] for n in line.notes if n in NOTES],
        "visits": visits_of(submission_id=submission_id, area_code=line.area_code, **looking),
        "place": names_of([line.area_code]).get(line.area_code), "pretty": pretty(page),
        "may_waive": HANDED_OVER in {reason.code for reason in line.reasons}, "most": limits().most_xml,
    }  # fmt: skip
    return render(request, "office/submission.html", context | more, status=status)


def pretty(page: SubmissionPage) -> str:
    """The latest paper with an element on each line; as it came where it cannot be read."""
    xml = page.papers[-1].xml if page.papers else ""
    try:
        tree_of(xml.encode())
    except Refusal:
        return xml
    lines = minidom.parseString(xml).toprettyxml(indent=" ").splitlines()
    return "\n".join(line for line in lines[1:] if line.strip())


def _answers(values: Mapping[str, Any], questions: tuple[Question, ...]) -> Iterator[tuple[Words, Any]]:
    """Each question with its answer in words; what was confirmed says so."""
    for asked_one in questions:
        if asked_one.kind in {"note", "calculate"}:
            continue
        found = list(_found(values, asked_one.path.split("/")))
        if not any(found) and asked_one.is_shown and values.get(f"{asked_one.name}{STILL}") == "yes":
            known = str(values.get(f"{asked_one.name}{KNOWN}", ""))
            yield asked_one.label, _confirmed(asked_one, known)
        for value in found:
            if value not in {None, ""}:
                yield asked_one.label, _in_words(asked_one, str(value))


def _confirmed(asked_one: Question, known: str) -> Words:
    said = _in_words(asked_one, known)
    return Words(f"{said.zh}（核对无误）", f"{said.en} (confirmed)")


def _found(values: Any, path: list[str]) -> Iterator[Any]:
    here = values.get(path[0]) if isinstance(values, Mapping) else None
    if len(path) == 1:
        yield here
        return
    for item in here if isinstance(here, list) else [here]:
        yield from _found(item, path[1:])


def _in_words(asked_one: Question, value: str) -> Words:
    labels = {choice.key: choice.label for choice in asked_one.choices}
    keys = value.split() if labels else []
    if not keys or not set(keys) <= labels.keys():
        return Words(value, value)
    return Words("、".join(labels[key].zh for key in keys), ", ".join(labels[key].en for key in keys))


@signed_in
@require_safe
@never_cache
def picture(request: HttpRequest, submission_id: UUID, picture_id: UUID) -> HttpResponse:
    """A picture that came with it."""
    house = asked(request)
    jpeg = picture_of(
        submission_id=submission_id, picture_id=picture_id, viewer=house.viewer, at=house.now,
        purpose=purpose_of(request, "look.submission_picture"),
    )  # fmt: skip
    return HttpResponse(jpeg, "image/jpeg")


@signed_in
@require_POST
def step(request: HttpRequest, submission_id: UUID, action: str) -> HttpResponse:
    """Correct what is held, have it read again, let it pass, or set it aside."""
    house, post = asked(request), request.POST
    facts: dict[str, Any] = {"submission_id": submission_id, "by": house.viewer, "at": house.now}
    reason = post.get("reason", "")[:_LIMIT]
    try:
        if action == "correct":
            correct(content=post.get("xml", "").replace("\r\n", "\n").strip().encode(), reason=reason, **facts)
        elif action == "aside":
            set_aside(reason=reason, **facts)
        else:
            run_again(waive=action == "pass", **facts)
    except Refusal as refusal:
        typed = post.get("xml", "")
        return _shown(request, submission_id, status=refusal.status, fault=refusal.words(), typed=typed, reason=reason)
    said = _("Set aside.") if action == "aside" else _("It is read again within seconds; load the page once more.")
    messages.info(request, said)
    return redirect("office-submission", submission_id)
