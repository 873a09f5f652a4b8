"""Numbers beside entries of the header: unread notices, proposals that wait, what is stuck between systems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.urls import reverse

from gridcommons.access.rules import Viewer
from gridcommons.cases.partners.queries import how_many_stuck
from gridcommons.load.admission.queries import waiting_for
from gridcommons.notices.unread import how_many_new
from gridcommons.web.pieces import NavItem


def with_news(items: Iterable[NavItem], viewer: Viewer, at: datetime) -> tuple[NavItem, ...]:
    """The entries, that of the office's inbox and of all other pages with what waits there for the viewer.

    Without such an entry the database is not asked.
    """
    held = tuple(items)
    if viewer.user_id is None or not any(item.url == reverse("office-notices") for item in held):
        return held
    counts = {reverse("office-notices"): how_many_new(viewer=viewer, at=at)}
    if answers_for_links(viewer, at):
        counts[reverse("office-more")] = how_many_stuck(viewer, at)
    if any(item.url == reverse("office-proposals") for item in held):
        counts[reverse("office-proposals")] = len(waiting_for(viewer, at))
    return tuple(replace(item, count=counts.get(item.url, 0)) for item in held)


def answers_for_links(viewer: Viewer, at: datetime) -> bool:
    """Whether a post of the viewer deals with what is stuck between systems."""
    return any("partner.retry" in role.deeds for role, grant in viewer.roles_at(at) if grant is not None)
