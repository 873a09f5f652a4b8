"""From an account to a viewer: the grants that are in force, read once per request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gridcommons.access.models import Grant, User
from gridcommons.access.rules import GrantFacts, Viewer

Opened = Callable[[UUID], tuple[GrantFacts, ...]]
_opened: list[Opened] = []
Keys = Callable[[UUID], frozenset[str]]
_keys: list[Keys] = []


def opens_glasses(read: Opened) -> Opened:
    """Register the one function that reads what was opened to an account for hours: the room of break-glass has it."""
    _opened[:] = [read]
    return read


def carries_keys(read: Keys) -> Keys:
    """Register the one function that reads whose keys a resident's account holds (`person:<id>`): `people` has it."""
    _keys[:] = [read]
    return read


def facts_of(grant: Grant) -> GrantFacts:
    """A grant as a plain value."""
    return GrantFacts(
        role=grant.role,
        included=tuple(grant.included),
        excluded=tuple(grant.excluded),
        purposes=frozenset(grant.purposes),
        valid_from=grant.valid_from,
        valid_to=grant.valid_to,
        office_id=grant.office_id,
        revoked_at=grant.revoked_at,
    )


def viewer_of(user_id: UUID) -> Viewer:
    """The viewer behind an account; without grants they are a resident with the rights of everyone."""
    return viewer_behind(User.objects.get(pk=user_id))


def viewer_behind(user: User) -> Viewer:
    """The same of an account that was read already."""
    grants = tuple(facts_of(grant) for grant in Grant.objects.filter(user_id=user.pk))
    found = _viewer(user, grants)
    if _keys and not grants:  # an account of staff is never somebody's private login
        return replace(found, parties=_keys[0](user.pk))
    return replace(found, glasses=_opened[0](user.pk)) if _opened and grants else found


def viewers_of(user_ids: Iterable[UUID]) -> dict[UUID, Viewer]:
    """The viewers behind many accounts of staff by what was granted to them, without what was opened for hours.

    In two questions; unknown accounts are left out.
    """
    users = User.objects.in_bulk(set(user_ids))
    held = grants_of(users)
    return {pk: _viewer(user, held.get(pk, ())) for pk, user in users.items()}


def grants_of(user_ids: Iterable[UUID]) -> dict[UUID, tuple[GrantFacts, ...]]:
    """The grants of many accounts, in one question; an account without any is left out."""
    found: dict[UUID, tuple[GrantFacts, ...]] = {}
    for held in Grant.objects.filter(user_id__in=set(user_ids)):
        found[held.user_id] = (*found.get(held.user_id, ()), facts_of(held))
    return found


def program(job: str) -> Viewer:
    """The program itself, doing a named job; its deeds stand in the role `program`."""
    return Viewer(key=f"program:{job}", everywhere=True, name=job)


def staff_with_role(role: str, at: datetime) -> list[tuple[Viewer, GrantFacts, str]]:
    """All holders of a role at a moment with the grant and the key of its office, by login name."""
    rows = Grant.objects.filter(role=role).select_related("user", "office").order_by("user__username")
    held = [(row, facts) for row in rows if (facts := facts_of(row)).holds_at(at)]
    grants = grants_of(row.user_id for row, _facts in held)
    return [
        (_viewer(row.user, grants[row.user_id]), facts, row.office.key if row.office else "") for row, facts in held
    ]


def _viewer(user: User, grants: tuple[GrantFacts, ...]) -> Viewer:
    return Viewer(key=f"user:{user.pk}", user_id=user.pk, grants=grants, name=user.display_name)


def staff_called(username: str) -> Viewer | None:
    """Somebody with grants, by their login name; nobody where there is none."""
    found = User.objects.only("pk").filter(username=username, is_active=True).first()
    viewer = viewer_of(found.pk) if found else None
    return viewer if viewer and viewer.grants else None


def account(username: str) -> Viewer:
    """The viewer behind a login name."""
    return viewer_of(User.objects.only("pk").get(username=username).pk)
