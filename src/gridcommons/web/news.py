"""Numbers beside entries of the header: unread notices, proposals that wait, what waits behind “More”."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.urls import reverse

from gridcommons.access.rules import Viewer
from gridcommons.cases.partners.queries import how_many_stuck
from gridcommons.collection.campaigns import waiting as objections
from gridcommons.load.admission.queries import waiting_for
from gridcommons.notices.unread import with_others
from gridcommons.people.rights.waiting import answers_requests, wait_here
from gridcommons.web.pieces import NavItem


def with_news(items: Iterable[NavItem], viewer: Viewer, at: datetime) -> tuple[NavItem, ...]:
    """The entries, that of the office's inbox and of all other pages with what waits there for the viewer.

    Without such an entry the database is not asked.
    """
    held = tuple(items)
    if viewer.user_id is None or not any(item.url == reverse("office-notices") for item in held):
        return held
    found = waiting_behind(viewer, at)
    counts = {reverse("office-notices"): found.pop(""), reverse("office-more"): sum(found.values())}
    if any(item.url == reverse("office-proposals") for item in held):
        counts[reverse("office-proposals")] = len(waiting_for(viewer, at))
    return tuple(replace(item, count=counts.get(item.url, 0)) for item in held)


def waiting_behind(viewer: Viewer, at: datetime) -> dict[str, int]:
    """What waits for the viewer on pages that no entry of the header leads to, by the name of the page.

    Under the empty name what is new in their inbox, which is counted in the same transaction.
    """
    others = {"office-resident-requests": wait_here} if answers_requests(viewer, at) else {}
    if objections.answers_objections(viewer, at):
        others["office-campaigns"] = objections.wait_here
    found = with_others(viewer=viewer, at=at, others=others)
    if answers_for_links(viewer, at):
        found["office-partners"] = how_many_stuck(viewer, at)
    return found


def answers_for_links(viewer: Viewer, at: datetime) -> bool:
    """Whether a post of the viewer deals with what is stuck between systems."""
    return any("partner.retry" in role.deeds for role, grant in viewer.roles_at(at) if grant is not None)
