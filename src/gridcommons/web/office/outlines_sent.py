"""The page of a layer whose file is still to be read: how far the job is, why it failed, and a way to give it up."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridcommons.access.queries import names_of_accounts
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.territory.outlines.actions import give_up
from gridcommons.territory.outlines.queries import SentFacts, draft_facts, sent_facts, sent_layers
from gridcommons.territory.outlines.rules import STAGES
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.pieces import Status
from gridcommons.web.polling import poll_answer
from gridcommons.web.staff import asked, frame, language

BOX: Final = "reading"
"""The part of the page that asks again by itself."""
_TONES: Final = {
    "waiting": ("plain", "hourglass"), "reading": ("now", "search"), "mending": ("now", "tool"),
    "failed": ("late", "alert-triangle"), "given_up": ("done", "ban"),
}  # fmt: skip
_WAY: Final = ("waiting", "reading", "mending", "done")


def _status(stage: str) -> Status:
    return Status(STAGES[stage], *_TONES[stage])


def _mark(sent: SentFacts) -> str:
    """What changes whenever the page has something new to say."""
    return f"{sent.stage}.{sent.tries}.{sent.ahead}"


def sent_lines(request: HttpRequest) -> list[tuple[SentFacts, Status, Words]]:
    """The files that are under way or failed, for the list of layers."""
    rows = sent_layers(asked(request).viewer, asked(request).now)
    names = names_of(row.area_code for row in rows)
    return [(row, _status(row.stage), name_of(names[row.area_code])) for row in rows if row.area_code in names]


def told_again(request: HttpRequest, sent: SentFacts | None) -> HttpResponse | None:
    """What the asking part of the page is told (`polling.poll_answer`)."""
    return poll_answer(request, BOX, _mark(sent) if sent is not None and sent.under_way else None)


def sent_page(request: HttpRequest, sent: SentFacts, *, owns: bool, asks: bool = False) -> HttpResponse:
    """How far the reading of a layer is."""
    people, names = names_of_accounts([sent.handed_in_by]), names_of([sent.area_code])
    reached = _WAY.index(sent.stage) if sent.under_way else 0
    context = {
        "sent": sent, "status": _status(sent.stage), "box": BOX, "owns": owns, "asks": asks,
        "area": name_of(names[sent.area_code]) if sent.area_code in names else sent.area_code,
        "by": people.get(sent.handed_in_by, _("on the machine itself")), "size": f"{sent.size / 1_000_000:.1f}",
        "way": [(STAGES[stage], place < reached, place == reached) for place, stage in enumerate(_WAY)],
        "again": f"{reverse('office-outline', args=[sent.id])}?was={_mark(sent)}",
    }  # fmt: skip
    return render(request, "office/outline_sent.html", frame(request) | context)


def given_up(request: HttpRequest, sent_id: UUID) -> HttpResponse:
    """The officer gives a file up; asked about first. One that became a draft meanwhile is shown as that."""
    house = asked(request)
    sent = sent_facts(sent_id, house.viewer, house.now)
    if sent is None:
        return redirect("office-outline", draft_facts(sent_id, house.viewer, house.now).id)
    if not request.POST.get("sure"):
        return sent_page(request, sent, owns=True, asks=True)
    try:
        give_up(sent_id=sent_id, by=house.viewer, at=house.now)
    except Refusal as refusal:
        messages.error(request, refusal.words().in_language(language()))
        return redirect("office-outline", sent_id)
    messages.success(request, _("The file is given up and removed."))
    return redirect("office-outlines")
