"""All about me to take along: as JSON with its keys explained, and as one page that opens anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gridcommons.cases.queries import CasePage, QueueRow, own_case
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.notices.queries import PAGE as TOLD_PAGE
from gridcommons.notices.queries import Told, inbox
from gridcommons.people.rights.queries import HeldPage, held_page, moment_iso, persons_of
from gridcommons.people.rights.rules import NOT_YOURS
from gridcommons.territory.succession import ZONE
from gridcommons.web.public.asking import asked, language
from gridcommons.web.public.tracked import status_of
from gridcommons.web.request_words import REQUEST_STATES
from gridcommons.web.resident.held import page_of
from gridcommons.web.resident.keys_of_export import FORMAT, KEYS
from gridcommons.web.resident.looked import all_looks, own_rows, unread_of
from gridcommons.web.zone_words import ZONE_WORDS


def _pages(request: HttpRequest) -> list[HeldPage]:
    """What is held of everybody whose key the account holds."""
    house = asked(request)
    return [held_page(person_id=one, viewer=house.viewer, at=house.now) for one in persons_of(house.viewer)]


def _case(request: HttpRequest, row: QueueRow) -> CasePage:
    house = asked(request)
    return own_case(case_id=row.id, viewer=house.viewer, at=house.now)


def _all_told(request: HttpRequest) -> Iterator[Told]:
    """All that the program told this account, newest first."""
    house, first = asked(request), 0
    while told := inbox(viewer=house.viewer, language=language(), at=house.now, first=first):
        yield from told
        first += TOLD_PAGE


def plain(value: Any) -> Any:
    """A value as JSON has it: moments in the time of the house with their zone, words in both languages."""
    if isinstance(value, datetime):
        return moment_iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Words):
        return value.as_dict()
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


@never_cache
@require_safe
@login_required
def everything(request: HttpRequest) -> HttpResponse:
    """What can be taken along, and in which form."""
    persons = persons_of(asked(request).viewer)
    context = {"unread_count": unread_of(request), "has_person": bool(persons), "keys": KEYS.items()}
    return render(request, "resident/everything.html", context)


@never_cache
@require_safe
@login_required
def as_json(request: HttpRequest) -> JsonResponse:
    """For programs: every value, with what its key means."""
    house = asked(request)
    facts = _head(request) | {
        "account": {"name": house.viewer.name, "key": house.viewer.key},
        "persons": [page.as_dict() for page in _pages(request)],
        "cases": [_exported(_case(request, row)) for row in own_rows(request)],
        "notices": [{"at": one.at, "text": one.text, "read": one.is_read} for one in _all_told(request)],
        "looks": [{key: one for key, one in asdict(look).items() if key != "question_url"}
                  for look in all_looks(request)],
    }  # fmt: skip
    return json_answer(facts, "about-me.json")


def _head(request: HttpRequest) -> dict[str, Any]:
    keys = {key: words.as_dict() for key, words in KEYS.items()}
    return {"format": FORMAT, "made_at": asked(request).now, "zone": str(ZONE), "keys": keys}


def json_answer(facts: Mapping[str, Any], name: str) -> JsonResponse:
    """Facts as a file of this name."""
    answer = JsonResponse(plain(facts), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@never_cache
@require_safe
@login_required
def held_json(request: HttpRequest) -> JsonResponse:
    """What is held of one person, for programs."""
    page = page_of(request)
    if page is None:
        raise refuse(NOT_YOURS)
    return json_answer(_head(request) | page.as_dict(), "held-about-me.json")


def _exported(page: CasePage) -> dict[str, Any]:
    """A case as plain values: what was said, where, and every step."""
    return {
        "number": page.number, "matter": page.matter.key, "matter_name": page.matter.name,
        "state": page.state, "text": page.text, "address": page.address, "area": page.area_code,
        "lon": page.lon, "lat": page.lat, "reported_at": page.reported_at, "due_at": page.due_at,
        "ended_at": page.ended_at, "photos": len(page.photos), "share_with_handler": page.share_with_handler,
        "steps": [
            {
                "what": step.action, "at": step.at, "state": step.to_state, "note": step.note,
                "office": Words(step.office.name_zh, step.office.name_en) if step.office else None,
            }
            for step in page.steps
        ],
    }  # fmt: skip


@never_cache
@require_safe
@login_required
def as_page(request: HttpRequest) -> HttpResponse:
    """For people: one page without anything beside it, in the language of the session; it opens and prints anywhere."""
    house = asked(request)
    context = {
        "account": house.viewer.name, "made_at": house.now, "zone": ZONE_WORDS, "tongue": language(),
        "persons": [(page, [(one, REQUEST_STATES[one.state]) for one in page.asked]) for page in _pages(request)],
        "cases": [(page, status_of(page.state)) for page in (_case(request, row) for row in own_rows(request))],
        "notices": list(_all_told(request)), "looks": all_looks(request),
    }  # fmt: skip
    answer = render(request, "resident/everything_file.html", context)
    answer["Content-Disposition"] = 'attachment; filename="about-me.html"'
    return answer
