"""A link as one that acts: in the name of its office, in the role of a partner's system, while two persons agree."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.access.scope import on_day
from gridcommons.cases.partners.models import Link
from gridcommons.cases.partners.serving import is_paused, served_by
from gridcommons.cases.partners.terms import Terms, read_mapping

ROLE: Final = "partner_system"
_PURPOSE: Final = "service"


def state_of(link: Link) -> str:
    """waiting, live, ended; or paused: in force, and its office is over without another in its place."""
    if link.ended_at is not None:
        return "ended"
    if link.confirmed_at is None:
        return "waiting"
    return "paused" if is_paused(link) else "live"


def viewer_for(link: Link) -> Viewer:
    """The viewer that a link acts as: what its office may see of cases, nothing by area or while paused."""
    key, grants = f"partner:{link.pk}", tuple[GrantFacts, ...]()
    if link.confirmed_at is not None and not is_paused(link):
        grants = tuple(
            GrantFacts(ROLE, (), (), frozenset({_PURPOSE}), link.confirmed_at, None, office, link.ended_at)
            for office in served_by(link)
        )
    return Viewer(key=key, grants=grants, name=link.name)


def viewer_on(link: Link, at: datetime) -> Viewer:
    """The same for jobs, which hold no lineage of their own: by the areas of the day."""
    with on_day(at):
        return viewer_for(link)


def terms_of(link: Link) -> Terms:
    """The terms that two persons agreed on."""
    return Terms(
        link.name, link.way, link.url, link.form, tuple(link.fields), tuple(link.acts), tuple(link.matters),
        read_mapping(link.mapping, link.kind), link.kind,
    )  # fmt: skip


def agreed_links(at: datetime) -> list[Link]:
    """The links in force at a moment, those that are paused among them."""
    rows = Link.objects.filter(confirmed_at__lte=at, ended_at__isnull=True).select_related("office")
    return list(rows.order_by("area_code", "key"))


def live_links(at: datetime) -> list[Link]:
    """The links in force at a moment over which something may leave."""
    return [link for link in agreed_links(at) if not is_paused(link)]
