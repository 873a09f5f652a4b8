"""Inboxes as pages show them, for residents and staff alike: filtered by the address, in pages, marked and unmarked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import ngettext

from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import require_aware
from gridcommons.kit.words import Words
from gridcommons.notices.actions import mark_all_read, mark_unread
from gridcommons.notices.inboxes import Asked
from gridcommons.notices.queries import PAGE, Told, inbox
from gridcommons.notices.texts import packaged_texts
from gridcommons.notices.unread import Numbers, numbers

_LONGEST: Final = 60
UNDO: Final = "notices-read-at"
"""In the session: the moment of the last marking of everything, which can be taken back."""


@dataclass(frozen=True)
class Inbox:
    """One page of an inbox, its numbers, and what it is filtered by."""

    told: Sequence[Told]
    page: Page[int]
    numbers: Numbers
    asked: Asked
    kinds: Sequence[tuple[str, Words]]

    @property
    def is_filtered(self) -> bool:
        """Whether the address asks for a part only."""
        return self.asked != Asked()


def asked_in(request: HttpRequest) -> Asked:
    """The filter of an address; a kind that there is not is none."""
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:_LONGEST]
    return Asked("unread" in request.GET, kind if kind in packaged_texts().by_key else "", words)


def shown(request: HttpRequest, viewer: Viewer, language: str, at: datetime, *, to: str) -> Inbox:
    """The page of an inbox that an address asks for. `to`: whose texts the filter offers (reporter or office)."""
    asked = asked_in(request)
    found = numbers(viewer=viewer, at=at, asked=asked)
    page = Paginator(range(found.found), PAGE).get_page(request.GET.get("page", "1"))
    first = max(page.start_index() - 1, 0)
    told = inbox(viewer=viewer, language=language, at=at, first=first, most=PAGE, asked=asked)
    named = [(text.key, text.name) for text in packaged_texts().by_key.values() if text.to == to and _is_told(text.key)]
    kinds = [(key, name) for name, key in {name: key for key, name in reversed(named)}.items()][::-1]
    return Inbox(told, page, found, asked, kinds)


def _is_told(key: str) -> bool:
    return not key.startswith("house.")


def read_everything(request: HttpRequest, viewer: Viewer, at: datetime) -> None:
    """Mark all as read, and remember the moment, so that it can be taken back."""
    n = mark_all_read(by=viewer, at=at)
    request.session[UNDO] = at.isoformat()
    said = ngettext("%(n)s notice marked as read.", "%(n)s notices marked as read.", n) % {"n": n}
    messages.info(request, said)


def take_back(request: HttpRequest, viewer: Viewer, at: datetime) -> None:
    """What was marked at once last counts as new again."""
    moment = request.session.pop(UNDO, "")
    if moment:
        mark_unread(read_at=require_aware(datetime.fromisoformat(moment)), by=viewer, at=at)
