"""One form from the field: read well, its repair by question or by markup, let pass, set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID
from xml.parsers.expat import ExpatError

from defusedxml import minidom
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.queries import display_names
from gridcommons.collection import households
from gridcommons.collection.actions import drop, empty
from gridcommons.collection.asking import KNOWN, OUTCOMES, STILL, Question
from gridcommons.collection.forms.queries import one_version
from gridcommons.collection.inbox.actions import correct, remark, run_again, set_aside
from gridcommons.collection.inbox.counting import corrected_by
from gridcommons.collection.inbox.homes import home_in
from gridcommons.collection.inbox.papers import tree_of
from gridcommons.collection.inbox.queries import SubmissionLine, SubmissionPage, picture_of, submission_page
from gridcommons.collection.inbox.rules import DROPPED, LAPSED, REVIEWS
from gridcommons.collection.intake import MAY_PASS
from gridcommons.collection.visits.queries import VisitLine, visits_of
from gridcommons.kit.clock import local_day
from gridcommons.kit.dates import day_text
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.ids import as_uuid
from gridcommons.kit.words import Words
from gridcommons.people.homes.queries import HouseholdLine
from gridcommons.people.rights.queries import is_objected_to, objections_to
from gridcommons.territory.queries import names_of
from gridcommons.web.office.inbox_list import back_to, filter_of, status_of
from gridcommons.web.office.mending import home_words, label_of, mend_of, mended_by, texts_of, worded_reason
from gridcommons.web.office.resident_requests import Line, line_of
from gridcommons.web.office.sure import SURE
from gridcommons.web.staff import ZONE, asked, can, frame, require_can, signed_in, today

ON_THE_PHONE: Final = timedelta(days=7)
"""So long the field app keeps what was received, to be corrected (`KEPT_DAYS` of `frontend/src/field/sync.js`)."""
NOTES: Final = {
    "clock_off": Words(
        "手机日期不对，走访日期按收到的那天记。", "The phone's date was wrong; the day on which it came counts."
    ),
    LAPSED: Words(
        "一直没有人处理，到期后未采用，内容已删除。",
        "Nobody decided on it in time: not taken, and what it said is deleted.",
    ),
    DROPPED: Words(
        "没能读取，也没能清空应删除的回答，全部回答已删除。",
        "It was neither understood nor emptied of what was erased: all its answers were deleted.",
    ),
    "no_such_time": Words(
        "所约时间已过去很久或太远，没有记下约定时间。", "The time asked for is long past or far off; none was noted."
    ),
}  # fmt: skip
_ERASED: Final = Words(
    "应居民要求，已删除这份表单中的一些答案；同一份表单再次送来或重新读取，也不会恢复。",
    "Answers of this form were erased as a resident asked; sent or read again, it does not bring them back.",
)

_ALL_GONE: Final = Words(
    "应居民要求删除过其中的回答；这份表单的全部回答现已删除。收到过、哪天走访过，仍然保留。",
    "Answers were erased as a resident asked, and by now all answers of this form are deleted. That it came, and a "
    "visit that it led to, stay.",
)
NOT_SURE = refusal_kind(
    "web.form_not_sure",
    status=422,
    zh="还没有做：请先勾选，确认您知道这样做的后果。",
    en="Nothing was done yet: tick the box first, to say that you know what this does.",
)


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
        "purpose": "forms",
    }
    page = submission_page(submission_id=submission_id, **looking)
    version = one_version(page.version_id)
    line = page.line
    visits = visits_of(submission_id=submission_id, root=line.root, area_code=line.area_code, **looking)
    home, objections = _home(page, visits, version.questions, looking), _objections(request, submission_id)
    context = frame(request) | {
        "page": page, "line": line, "status": status_of(line), "form": version.form,
        "answers": list(_answers(page.values or {}, version.questions, _called(request, home))),
        "reasons": [worded_reason(reason, version.questions) for reason in line.reasons],
        "notes": _notes(line),
        "visits": visits, "outcomes": OUTCOMES, "sender": display_names([line.by_key]).get(line.by_key, ""),
        "home": home, "phone_until": _on_the_phone_until(request, line),
        "opens_home": can(house.viewer, "look.household", house.now),
        "place": names_of([line.area_code]).get(line.area_code), "pretty": pretty(page),
        "may_waive": any(reason.code in MAY_PASS for reason in line.reasons),
        "filter": filter_of(request), "back": back_to(request), **_beside(page),
        "review": REVIEWS.get(page.review),
        "may_remark": can(house.viewer, "inbox.remark", house.now) and not (line.empty_by or line.forgotten),
        "may_repair": line.state == "held" and not line.empty_by and can(house.viewer, "inbox.correct", house.now),
        "objections": objections, "asks_aside": bool(objections), "earlier_objections": _earlier(request, line),
        "may_set_aside": _may_be_aside(line) and can(house.viewer, "inbox.set_aside", house.now),
        "may_empty": bool(line.empty_by) and can(house.viewer, "inbox.empty", house.now),
    }  # fmt: skip
    if context["may_repair"]:
        context["mend"] = mend_of(request, page, version, more.get("texts"))
    return render(request, "office/submission.html", context | more, status=status)


def _objections(request: HttpRequest, submission_id: UUID) -> list[Line]:
    """What residents say against it and nobody has answered; a look of its own, only where there is any."""
    house, thing = asked(request), f"submission:{submission_id}"
    if not can(house.viewer, "look.rights_requests", house.now) or not is_objected_to(thing, house.viewer, house.now):
        return []
    found = objections_to(thing=thing, viewer=house.viewer, at=house.now)
    return [line_of(one, today(request)) for one in found]


def _earlier(request: HttpRequest, line: SubmissionLine) -> list[Line]:
    """What residents say against what it corrects: that counts once more should this one be set aside."""
    house = asked(request)
    former = corrected_by(line.id, line.root, viewer=house.viewer, at=house.now) if line.state != "aside" else ()
    return [one for each in former for one in _objections(request, each)]


def _home(
    page: SubmissionPage, visits: Sequence[VisitLine], questions: tuple[Question, ...], looking: dict[str, Any]
) -> HouseholdLine | None:
    """The household that it is about, where the reader may read it: of its visit, or as its last paper chooses it."""
    home = next((one.household_id for one in visits if one.household_id), None)
    home = home or (home_in(page.papers[-1].content, questions) if page.papers else None)
    return households.called(household_ids=[home], **looking).get(home) if home else None


def _called(request: HttpRequest, home: HouseholdLine | None) -> Callable[[str], Words]:
    """How a home among the answers is called: that which the page is about is not looked at once more."""
    elsewhere = home_words(request)

    def called(text: str) -> Words:
        known = home is not None and as_uuid(text) == home.id
        return Words(home.address, home.address) if home is not None and known else elsewhere(text)

    return called


def _on_the_phone_until(request: HttpRequest, line: SubmissionLine) -> date | None:
    """Until which day whoever sent what counts here can correct it on their phone; None where nobody can any more."""
    counts = line.state == "understood" and not (line.replaced_by or line.empty_by or line.forgotten)
    last = local_day(line.received_at + ON_THE_PHONE, ZONE)
    return last if counts and today(request) <= last else None


def _may_be_aside(line: SubmissionLine) -> bool:
    """Whatever counts, or may yet: what it led to is taken back without its words too."""
    return line.state != "aside" and not line.empty_by


def _beside(page: SubmissionPage) -> dict[str, Any]:
    """Corrections and remarks, each with the name of who made it."""
    names = display_names({*(one.by_key for one in page.papers), *(one.by_key for one in page.remarks)})
    papers = [(one, names.get(one.by_key, "")) for one in page.papers if one.number]
    return {"corrections": papers, "remarks": [(one, names.get(one.by_key, "")) for one in page.remarks]}


def _notes(line: SubmissionLine) -> list[Words]:
    """What else is to be known of it."""
    told = [NOTES[one] for one in line.notes if one in NOTES]
    gone = _ALL_GONE if line.forgotten else _ERASED
    return [*told, *([gone] if line.erased_at and not line.empty_by else [])]


def pretty(page: SubmissionPage) -> str:
    """The latest paper with an element on each line; as it came where it cannot be read."""
    xml = page.papers[-1].xml if page.papers else ""
    try:
        tree_of(xml.encode())
        lines = minidom.parseString(xml).toprettyxml(indent=" ").splitlines()
    except (Refusal, ValueError, ExpatError):  # broken, or written in a way that only the inbox reads
        return xml
    return "\n".join(line for line in lines[1:] if line.strip())


def _answers(
    values: Mapping[str, Any], questions: tuple[Question, ...], homes: Callable[[str], Words]
) -> Iterator[tuple[Words, Any]]:
    """Each question with its answer in words; what was confirmed says so."""
    for asked_one in questions:
        if asked_one.kind in {"note", "calculate"}:
            continue
        found = list(_found(values, asked_one.path.split("/")))
        if not any(found) and asked_one.is_shown and values.get(f"{asked_one.name}{STILL}") == "yes":
            known = str(values.get(f"{asked_one.name}{KNOWN}", ""))
            yield label_of(asked_one), _confirmed(asked_one, known)
        for value in found:
            if value not in {None, ""}:
                yield label_of(asked_one), _shown_as(asked_one, str(value), homes)


def _shown_as(asked_one: Question, text: str, homes: Callable[[str], Words]) -> Words:
    """An answer as people read it: the address of a home, a day as a day, a choice in words."""
    if asked_one.name == "household" and asked_one.kind == "select_one_from_file":
        return homes(text)
    if asked_one.kind in {"date", "today"}:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return Words(text, text)
        return Words(*(day_text(day, tongue, this_year=0) for tongue in ("zh-hans", "en")))
    return _in_words(asked_one, text)


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
        purpose="forms",
    )  # fmt: skip
    return HttpResponse(jpeg, "image/jpeg")


@signed_in
@require_POST
def step(request: HttpRequest, submission_id: UUID, action: str) -> HttpResponse:
    """Correct what is held, have it read again, let it pass, set it aside, or put a remark beside it."""
    house, post = asked(request), request.POST
    facts: dict[str, Any] = {"submission_id": submission_id, "by": house.viewer, "at": house.now}
    reason = post.get("reason", "")  # refused where it is too long, and never cut
    try:
        done = _step(request, action, reason, facts)
    except Refusal as refusal:
        texts = texts_of(post) if action == "mend" else None
        more = {"typed": post.get("xml", ""), "reason": reason, "texts": texts, "remark": post.get("body", ""),
                "dropped": post.getlist("drop"), f"asks_{action}": True}  # fmt: skip
        return _shown(request, submission_id, status=refusal.status, fault=refusal.words(), **more)
    if not done:
        messages.warning(request, _("It could not be emptied this time either. Nobody reads it meanwhile."))
        return redirect("office-submission", submission_id)
    messages.info(request, _SAID.get(action, _SAID["again"])())
    if action == "remark" or not filter_of(request):
        return redirect("office-submission", submission_id)
    return redirect(back_to(request))


_SAID: Final = {
    "aside": lambda: _("Set aside."), "remark": lambda: _("The remark stands beside the form."),
    "empty": lambda: _("It is emptied: what was erased is gone, and the form can be read again."),
    "drop": lambda: _("All its answers are deleted."),
    "again": lambda: _("It is read again within seconds; load the page once more."),
}  # fmt: skip


def _step(request: HttpRequest, action: str, reason: str, facts: dict[str, Any]) -> bool:
    """Do it; whether it is done, for emptying may break once more."""
    post = request.POST
    if action in {"aside", "drop"} and post.get(SURE) != "1":
        raise refuse(NOT_SURE)
    if action == "empty":
        return empty(**facts).done
    if action == "mend":
        correct(content=mended_by(post, facts), reason=reason, **facts)
    elif action == "correct":
        correct(content=post.get("xml", "").replace("\r\n", "\n").strip().encode(), reason=reason, **facts)
    elif action == "aside":
        if set_aside(reason=reason, **facts).answered:
            messages.info(request, _("That answers the objection: whoever objected is told and reads the reason."))
    elif action == "drop":
        drop(reason=reason, **facts)
    elif action == "remark":
        remark(body=post.get("body", ""), **facts)
    else:
        run_again(waive=action == "pass", **facts)
    return True
