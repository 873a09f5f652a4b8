"""A link as one that acts: in the name of its office, in the role of a partner's system, while two persons agree."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.cases.partners.models import Link
from gridcommons.cases.partners.terms import Terms, read_mapping

ROLE: Final = "partner_system"
_PURPOSE: Final = "service"


def state_of(link: Link) -> str:
    """waiting, live or ended."""
    if link.ended_at is not None:
        return "ended"
    return "live" if link.confirmed_at is not None else "waiting"


def viewer_for(link: Link) -> Viewer:
    """The viewer that a link acts as: what its office may see of cases, nothing by area; nothing at all unconfirmed."""
    key, grants = f"partner:{link.pk}", tuple[GrantFacts, ...]()
    if link.confirmed_at is not None:
        grant = GrantFacts(
            ROLE, (), (), frozenset({_PURPOSE}), link.confirmed_at, None, link.office_id, link.ended_at,
        )  # fmt: skip
        grants = (grant,)
    return Viewer(key=key, grants=grants, name=link.name)


def terms_of(link: Link) -> Terms:
    """The terms that two persons agreed on."""
    return Terms(
        link.name, link.way, link.url, link.form, tuple(link.fields), tuple(link.acts), tuple(link.matters),
        read_mapping(link.mapping, link.kind), link.kind,
    )  # fmt: skip


def live_links(at: datetime) -> list[Link]:
    """The links in force at a moment."""
    return list(Link.objects.filter(confirmed_at__lte=at, ended_at__isnull=True).order_by("area_code", "key"))
