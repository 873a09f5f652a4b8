"""Which offices a link serves when areas are reorganised: its own, and those that took its place, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from gridcommons.access.queries import OfficeFacts, find_office, last_office
from gridcommons.cases.models import ENDED, Case
from gridcommons.cases.partners.models import Link
from gridcommons.cases.partners.rules import HELD
from gridcommons.kit.lineage import in_force


def is_over(link: Link) -> bool:
    """Whether the office of a link ended with its area, or was closed."""
    return not in_force().follow(link.area_code) or link.office.valid_to is not None


def successor_of(link: Link) -> OfficeFacts | None:
    """The office that took the place of a link's office: of the same kind, where all of its area went; else none.

    Of an area that was divided there is none: nobody agreed to which part the data go.
    """
    if not is_over(link):
        return None
    heirs = in_force().spread(link.area_code)
    found = find_office(heirs[0], link.office.kind) if len(heirs) == 1 else None
    return found if found is not None and found.id != link.office_id else None


def served_by(link: Link) -> tuple[UUID, ...]:
    """The offices that a link serves today: what its own and those between had in hand stays with it."""
    heir = successor_of(link)
    if heir is None:
        return (link.office_id,)
    between = (last_office(codes, link.office.kind) for codes in in_force().heirs(link.area_code))
    return tuple(dict.fromkeys([link.office_id, *(one.id for one in between if one), heir.id]))


def is_paused(link: Link) -> bool:
    """Whether the office of a link is over and no other took its place."""
    return is_over(link) and successor_of(link) is None


def keys_of(link: Link) -> list[str]:
    """The party keys of the offices that a link serves."""
    return [f"office:{office}" for office in served_by(link)]


def following_into(office_id: UUID) -> list[UUID]:
    """The links of offices that are over, which serve this one today."""
    moved = (link for link in Link.objects.filter(ended_at__isnull=True).select_related("office") if is_over(link))
    return [link.pk for link in moved if office_id in served_by(link)]


def is_with(case: Case, served: Sequence[UUID]) -> bool:
    """Whether a case is with one of these offices in charge, or was till its end."""
    return case.handler_office_id in served and (case.state in HELD or case.state in ENDED)
