"""Writes of joining: inviting, setting up one's login, resetting, leaving."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from gridcommons.access.deeds import deed
from gridcommons.access.identify import facts_of
from gridcommons.access.joining.codes import digest_of, invitation_life, new_code
from gridcommons.access.joining.models import Invitation, Membership
from gridcommons.access.joining.rules import AccountFacts, manager_faults, objections
from gridcommons.access.models import Grant, User
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words

UNKNOWN_ACCOUNT = refusal_kind(
    "joining.unknown_account",
    status=404,
    zh="没有“{login}”这个账号，请核对登录名。",
    en="There is no account “{login}”; check the login name.",
)
IN_USE = refusal_kind(
    "joining.in_use",
    status=409,
    zh="这个账号已在使用：如本人丢了密码或手机，请用“重置登录”。",
    en="This account is in use already: if its holder lost password or phone, reset the login instead.",
)
UNKNOWN_CODE = refusal_kind(
    "joining.unknown_code",
    status=404,
    zh="邀请码不对、已用过或已过期：请核对，或请管理员重新发一份邀请。",
    en="This invitation is not known, was used, or has expired: check it, or ask your administrator for a new one.",
)
WEAK_PASSWORD = refusal_kind(
    "joining.weak_password",
    status=400,
    zh="密码没有设定：{why}",
    en="The password was not set: {why}",
)

TAKEN = refusal_kind(
    "joining.private_name",
    status=409,
    zh="这个登录名不能用：请用4到40个字母或数字，不要用姓名、电话；已有人用的，请换一个。",
    en="This login name cannot be used: 4 to 40 letters or digits, no name, no phone; choose another if it is taken.",
)
PRIVATE_NAME: Final = re.compile(r"(?!1[0-9]{10}$)[a-z0-9][a-z0-9._-]{3,39}", re.ASCII | re.IGNORECASE)
RESIDENT: Final = Words("居民", "Resident")
"""What every private login is called: accounts are seen by all, so that none bears a resident's name."""


@dataclass(frozen=True)
class Invited:
    """An invitation as it is handed over, once: whose, by which code, until when."""

    user_id: UUID
    invitation_id: UUID
    login: str
    name: str
    code: str
    expires_at: datetime


def _account(user_id: UUID) -> AccountFacts:
    user = User.objects.filter(pk=user_id).values_list("is_active", flat=True)
    if not user:
        raise refuse(UNKNOWN_ACCOUNT, login=user_id)
    return AccountFacts(user_id, tuple(facts_of(g) for g in Grant.objects.filter(user_id=user_id)), user[0])


def _of_account(facts: Mapping[str, Any]) -> Place:
    codes = [code for grant in _account(facts["user_id"]).grants for code in grant.included]
    return Place(min(codes, key=len, default=""))


def _require(by: Viewer, user_id: UUID, at: datetime) -> None:
    if reasons := objections(by, _account(user_id), at):
        raise Refusal(reasons)


def _subjects_of_invitation(result: Invited, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"user:{result.user_id}", f"invitation:{result.invitation_id}")


def _subject_of_account(_result: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"user:{facts['user_id']}",)


@deed("joining.invite", on=_of_account, subjects=_subjects_of_invitation)
def invite(*, user_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Invited:
    """Make an invitation to an account that nobody can log in to yet; an older one ends. The code is returned once.

    What is in use is reset instead: otherwise an invitation would be a quiet way past a password and a second factor.
    """
    _require(by, user_id, at)
    if _is_in_use(user_id):
        raise refuse(IN_USE)
    return _made(user_id, by, at)


def _is_in_use(user_id: UUID) -> bool:
    held = User.objects.get(pk=user_id)
    return held.has_usable_password() or SocialAccount.objects.filter(user_id=user_id).exists()


def _made(user_id: UUID, by: Viewer, at: datetime) -> Invited:
    user = User.objects.select_for_update().get(pk=user_id)
    Invitation.objects.filter(user=user, used_at__isnull=True, ended_at__isnull=True).update(ended_at=at)
    code = new_code()
    held = Invitation.objects.create(
        user=user, digest=digest_of(code), made_at=at, made_by=by.key, expires_at=at + invitation_life()
    )
    return Invited(user.pk, held.pk, user.username, user.display_name, code, held.expires_at)


@deed("joining.reset", on=_of_account, subjects=_subjects_of_invitation)
def reset(*, user_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Invited:
    """Shut an account's password, second factor and linked login at once, and make a new invitation to it."""
    _require(by, user_id, at)
    _shut(user_id)
    return _made(user_id, by, at)


def _shut(user_id: UUID) -> None:
    """No way in is left; sessions end with the password that they were opened by."""
    User.objects.filter(pk=user_id).update(password=make_password(None))
    Authenticator.objects.filter(user_id=user_id).delete()
    SocialAccount.objects.filter(user_id=user_id).delete()


def _open(code: str, at: datetime) -> Invitation:
    """The open invitation of a code, locked; unknown, used, ended and expired are the same."""
    held = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(digest=digest_of(code), used_at__isnull=True, ended_at__isnull=True, expires_at__gt=at)
        .first()
    )
    if held is None or not held.user.is_active:
        raise refuse(UNKNOWN_CODE)
    return held


def _subject_of_user(result: User, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"user:{result.pk}",)


@deed("joining.accept", subjects=_subject_of_user)
def accept(*, code: str, password: str, by: Viewer, at: datetime, purpose: str = "own_case") -> User:
    """Set one's own password by an invitation, which is used up; nobody else ever knows it."""
    held = _open(code, at)
    try:
        validate_password(password, held.user)
    except ValidationError as weak:
        raise refuse(WEAK_PASSWORD, why=" ".join(weak.messages)) from weak
    held.user.set_password(password)
    held.user.save(update_fields=["password"])
    held.used_at = at
    held.save(update_fields=["used_at"])
    return held.user


@deed("joining.open_private", subjects=_subject_of_user)
def open_private(
    *, username: str, password: str, by: Viewer, at: datetime, language: str = "zh-hans", purpose: str = "own_case"
) -> User:
    """Open an account of a resident's own: without rights, without a name, with a password that nobody else knows."""
    login = username.strip()
    if not PRIVATE_NAME.fullmatch(login) or User.objects.filter(username=login).exists():
        raise refuse(TAKEN)
    made = User(username=login, display_name=RESIDENT.in_language(language), language=language, created_at=at)
    try:
        validate_password(password, made)
    except ValidationError as weak:
        raise refuse(WEAK_PASSWORD, why=" ".join(weak.messages)) from weak
    made.set_password(password)
    made.save()
    return made


@deed("joining.link", subjects=_subject_of_user)
def accept_by_login(*, code: str, by: Viewer, at: datetime, purpose: str = "own_case") -> User:
    """Use an invitation up by linking the house's own login instead of a password; the caller links it."""
    held = _open(code, at)
    held.used_at = at
    held.save(update_fields=["used_at"])
    return held.user


@deed("joining.leave", on=_of_account, subjects=_subject_of_account, keeps=("reason",))
def leave(*, user_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "administration") -> list[Grant]:
    """Let somebody go: every grant revoked, every way in shut, at once and in one entry; returns what was revoked."""
    _require(by, user_id, at)
    held = list(Grant.objects.select_for_update().filter(user_id=user_id, revoked_at__isnull=True))
    for one in held:
        one.revoked_at, one.revoked_by = at, by.key
    Grant.objects.bulk_update(held, ["revoked_at", "revoked_by"])
    _shut(user_id)
    Invitation.objects.filter(user_id=user_id, used_at__isnull=True, ended_at__isnull=True).update(ended_at=at)
    User.objects.filter(pk=user_id).update(is_active=False)
    Membership.objects.update_or_create(user_id=user_id, defaults={"left_at": at, "left_by": by.key})
    return held


def _at_area(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"])


@deed("joining.set_managers", on=_at_area)
def set_managers(
    *, area_code: str, managers: Mapping[str, str], by: Viewer, at: datetime, purpose: str = "administration"
) -> list[Membership]:
    """Say who leads whom, by login names; nobody leads themselves, and no ring leads."""
    if faults := manager_faults(managers, Membership.managers()):
        raise Refusal(tuple(dict.fromkeys(faults.values())))
    ids = dict(User.objects.filter(username__in={*managers, *managers.values()}).values_list("username", "id"))
    for login in sorted({*managers, *managers.values()} - set(ids)):
        raise refuse(UNKNOWN_ACCOUNT, login=login)
    for login in managers:
        _require(by, ids[login], at)
    return [
        Membership.objects.update_or_create(user_id=ids[login], defaults={"manager_id": ids[manager]})[0]
        for login, manager in managers.items()
    ]
