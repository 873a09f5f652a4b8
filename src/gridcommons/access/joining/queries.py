"""Reads of joining: the people of an area's offices, and what an invitation is for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from gridcommons.access.identify import facts_of
from gridcommons.access.joining.actions import UNKNOWN_ACCOUNT, UNKNOWN_CODE
from gridcommons.access.joining.codes import digest_of
from gridcommons.access.joining.models import Invitation, Membership
from gridcommons.access.joining.rules import AccountFacts, objections
from gridcommons.access.models import Grant, User
from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import GrantFacts, Place, Viewer, require
from gridcommons.access.scope import lying_in
from gridcommons.kit.errors import Reason, refuse

PAGE: Final = 40
_UNUSABLE: Final = "!"


@dataclass(frozen=True)
class Held:
    """One post of a member: role, area, office."""

    role: str
    area_code: str
    office: OfficeFacts | None


@dataclass(frozen=True)
class Member:
    """One line of the list of people; nothing in it says when somebody was here (charter 12)."""

    id: UUID
    name: str
    login: str
    state: str
    posts: tuple[Held, ...]
    invited_until: datetime | None
    second_factor: bool
    manager: str
    left_at: datetime | None
    objections: tuple[Reason, ...]
    """Why the viewer may not invite, reset or let go this account; empty where they may."""


@dataclass(frozen=True)
class People:
    """One page of the list, and how many there are in all and in each state."""

    lines: tuple[Member, ...]
    total: int
    first: int
    states: Mapping[str, int]


def _require(viewer: Viewer, area_code: str, at: datetime) -> None:
    """Whoever may invite in an area may see whom; posts and names are work, so that no look is written of it."""
    require(viewer, deed="joining.invite", place=Place(area_code), purpose="administration", at=at)


def people(
    *, area_code: str, words: str = "", state: str = "", viewer: Viewer, at: datetime, first: int = 0,
    most: int = PAGE,
) -> People:  # fmt: skip
    """The staff of an area by name: whoever holds or held a grant in it. Refuses who may not invite there."""
    _require(viewer, area_code, at)
    rows = _accounts(area_code, at)
    if words:
        rows = rows.filter(Q(display_name__icontains=words) | Q(username__icontains=words))
    counted = _counted(rows)
    if state:
        rows = rows.filter(state=state)
    page = list(rows.order_by("display_name", "username")[first : first + most])
    return People(tuple(_lines(page, viewer, at)), rows.count(), first, counted)


def member(*, area_code: str, user_id: UUID, viewer: Viewer, at: datetime) -> Member:
    """The posts and the way in of one member of the staff of an area; nothing of what they did (charter 12)."""
    _require(viewer, area_code, at)
    found = list(_accounts(area_code, at).filter(pk=user_id))
    if not found:
        raise refuse(UNKNOWN_ACCOUNT, login=user_id)
    return next(iter(_lines(found, viewer, at)))


def _accounts(area_code: str, at: datetime) -> QuerySet[Any]:
    """The accounts of an area with their state."""
    open_ones = Invitation.objects.filter(
        user=OuterRef("pk"), used_at__isnull=True, ended_at__isnull=True, expires_at__gt=at
    )
    here = Grant.objects.filter(lying_in("included__0", [area_code]), user=OuterRef("pk"))
    linked = SocialAccount.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(Exists(here)).annotate(
        state=Case(
            When(is_active=False, then=Value("left")),
            When(~Q(password__startswith=_UNUSABLE) | Exists(linked), then=Value("active")),
            When(Exists(open_ones), then=Value("invited")),
            default=Value("none"),
        )
    )


def _counted(rows: QuerySet[Any]) -> dict[str, int]:
    counted: defaultdict[str, int] = defaultdict(int)
    for state in rows.values_list("state", flat=True):
        counted[state] += 1
    return dict(counted)


def _lines(users: Sequence[User], viewer: Viewer, at: datetime) -> Iterable[Member]:
    ids = [user.pk for user in users]
    grants: defaultdict[UUID, list[Grant]] = defaultdict(list)
    for grant in Grant.objects.filter(user_id__in=ids).order_by("valid_from", "id"):
        grants[grant.user_id].append(grant)
    known = offices([g.office_id for held in grants.values() for g in held])
    until = dict(
        Invitation.objects.filter(user_id__in=ids, used_at__isnull=True, ended_at__isnull=True).values_list(
            "user_id", "expires_at"
        )
    )
    factors = set(Authenticator.objects.filter(user_id__in=ids, type="totp").values_list("user_id", flat=True))
    led = {m.user_id: m for m in Membership.objects.filter(user_id__in=ids).select_related("manager")}
    for user in users:
        facts = tuple(facts_of(g) for g in grants[user.pk])
        one = led.get(user.pk)
        yield Member(
            id=user.pk, name=user.display_name, login=user.username, state=str(getattr(user, "state", "none")),
            posts=tuple(_posts(grants[user.pk], facts, known, at)), invited_until=until.get(user.pk),
            second_factor=user.pk in factors, manager=one.manager.display_name if one and one.manager else "",
            left_at=one.left_at if one else None,
            objections=objections(viewer, AccountFacts(user.pk, facts, user.is_active), at),
        )  # fmt: skip


def _posts(
    grants: Sequence[Grant], facts: Sequence[GrantFacts], known: Mapping[UUID, OfficeFacts], at: datetime
) -> Iterable[Held]:
    for grant, fact in zip(grants, facts, strict=True):
        if fact.holds_at(at):
            yield Held(fact.role, min(fact.areas_named, key=len, default=""), known.get(grant.office_id or UUID(int=0)))


@dataclass(frozen=True)
class InvitationFacts:
    """Whom an open invitation is for, who made it, and until when it holds."""

    name: str
    login: str
    made_by: str
    expires_at: datetime


def invitation(code: str, at: datetime) -> InvitationFacts:
    """What an invitation is for; refuses one that is unknown, used, ended or expired, without telling which."""
    held = Invitation.objects.select_related("user").filter(digest=digest_of(code)).first()
    if held is None or held.used_at or held.ended_at or held.expires_at <= at or not held.user.is_active:
        raise refuse(UNKNOWN_CODE)
    maker = held.made_by.removeprefix("user:")
    named = (
        User.objects.filter(pk=maker).values_list("display_name", flat=True).first() if maker != held.made_by else ""
    )
    return InvitationFacts(held.user.display_name, held.user.username, named or "", held.expires_at)


def states_in(area_code: str, at: datetime) -> dict[str, int]:
    """How many accounts of an area are in each state."""
    return _counted(_accounts(area_code, at))


def standing_accounts(logins: Iterable[str]) -> dict[str, AccountStanding]:
    """Accounts by login with their names, grants in force and managers, to compare a sheet with."""
    users = User.objects.filter(username__in=set(logins)).prefetch_related("grants__office", "membership__manager")
    return {user.username: _standing(user) for user in users}


def standing_managers() -> dict[str, str]:
    """Who leads whom, by login names."""
    return Membership.managers()


@dataclass(frozen=True)
class AccountStanding:
    """An account as it stands: name, whether it is in use, its grants as (role, area, key of the office)."""

    name: str
    is_active: bool
    grants: frozenset[tuple[str, str, str]]
    manager: str


def _standing(user: User) -> AccountStanding:
    held = [grant for grant in user.grants.all() if grant.revoked_at is None]
    one = getattr(user, "membership", None)
    return AccountStanding(
        user.display_name, user.is_active,
        frozenset((g.role, next(iter(facts_of(g).areas_named), ""), g.office.key if g.office else "") for g in held),
        one.manager.username if one and one.manager else "",
    )  # fmt: skip


def has_second_factor(user_id: UUID) -> bool:
    """Whether an account is guarded by a second factor."""
    return bool(Authenticator.objects.filter(user_id=user_id, type="totp").exists())


def second_factor_since(user_id: UUID) -> datetime | None:
    """When the second factor of an account was set up; None without one."""
    held = Authenticator.objects.filter(user_id=user_id, type="totp").values_list("created_at", flat=True).first()
    return held if isinstance(held, datetime) else None


def roles_with_logins(area_code: str, at: datetime) -> set[str]:
    """The roles for an area, or for one below it, that somebody holds who can log in."""
    able = _accounts(area_code, at).filter(state="active").values("pk")
    rows = Grant.objects.filter(
        lying_in("included__0", [area_code]), user_id__in=able, revoked_at__isnull=True, valid_from__lte=at
    )
    return set(rows.values_list("role", flat=True))
