"""Writes of access: offices, accounts, grants, api keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from gridcommons.access.apikeys import digest_of, new_key
from gridcommons.access.deeds import deed
from gridcommons.access.models import SIDES, ApiKey, Grant, Office, User
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import (
    MORE_THAN_OWN,
    GrantFacts,
    OfficeAt,
    Place,
    Viewer,
    may_give,
    missing,
    missing_to_grant,
    require,
)
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, refuse, worded
from gridcommons.kit.ids import uuid7

UNKNOWN_GRANT = refusal_kind(
    "access.unknown_grant",
    status=404,
    zh="没有这条授权，或它已经收回。",
    en="There is no such grant, or it was revoked already.",
)
UNKNOWN_ACCOUNT = refusal_kind(
    "access.unknown_account",
    status=404,
    zh="没有这个账号。",
    en="There is no such account.",
)
UNKNOWN_OFFICE = refusal_kind(
    "access.unknown_office",
    status=404,
    zh="没有这个机构。",
    en="There is no such office.",
)
UNKNOWN_KEY = refusal_kind(
    "access.unknown_key",
    status=404,
    zh="没有名为“{name}”的有效密钥；现有：{known}。",
    en="There is no valid key of the name “{name}”; there are: {known}.",
)
NAME_TAKEN = refusal_kind(
    "access.name_taken",
    status=409,
    zh="登录名“{username}”已被使用，请换一个。",
    en="The login name “{username}” is taken; choose another.",
)
OFFICE_EXISTS = refusal_kind(
    "access.office_exists",
    status=409,
    zh="这里已有同类机构或同一标识的机构：{what}。",
    en="There is an office of this kind, or of this key, at the place already: {what}.",
)
BAD_SIDE = refusal_kind(
    "access.bad_side",
    status=400,
    zh="机构只能属于监督（supervision）、处置（command）或独立（independent）一方，不能是“{side}”。",
    en="An office is of the supervision, the command or the independent side, not of “{side}”.",
)
OWN_PASSWORD = refusal_kind(
    "access.own_password",
    status=403,
    zh="账号的密码只能由本人设定；请不带密码新建账号。",
    en="The password of an account is set by its holder alone; make the account without one.",
)
OUTSIDE = refusal_kind(
    "access.outside_place",
    status=400,
    zh="“{what}”不在“{area}”之内；一次办理只能涉及同一区域。",
    en="“{what}” lies outside “{area}”; one list may only concern one area.",
)


@dataclass(frozen=True)
class NewOffice:
    """An office to be opened."""

    key: str
    area_code: str
    kind: str
    side: str
    name_zh: str
    name_en: str
    phone: str = ""


@dataclass(frozen=True)
class NewMember:
    """An account to be added together with its grants; without a ready hash nobody can log in to it."""

    username: str
    display_name: str
    grants: tuple[GrantFacts, ...]
    hashed: str = ""
    language: str = "zh-hans"
    email: str = ""


def _at_area(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"])


def _widest(facts: Mapping[str, Any]) -> Place:
    included = facts["wanted"].included
    return Place(min(included, key=len) if included else "")


def _of_grant(facts: Mapping[str, Any]) -> Place:
    grant = Grant.objects.filter(pk=facts["grant_id"], revoked_at__isnull=True).first()
    if grant is None:
        raise refuse(UNKNOWN_GRANT)
    return Place(min(grant.included, key=len) if grant.included else "")


@deed("access.open_office", on=_at_area, keeps=("key",))
def open_office(
    *, key: str, area_code: str, kind: str, side: str, name_zh: str, name_en: str, phone: str = "",
    by: Viewer, at: datetime, purpose: str = "administration",
) -> Office:  # fmt: skip
    """Open an office at a place; its key is unique and stays with it."""
    return _opened([NewOffice(key, area_code, kind, side, name_zh, name_en, phone)], at)[0]


@deed("access.open_offices", on=_at_area)
def open_offices(
    *, area_code: str, offices: Sequence[NewOffice], by: Viewer, at: datetime, purpose: str = "administration"
) -> list[Office]:
    """Open the offices of one area and the areas below it in one entry; refuses one that lies elsewhere."""
    for office in offices:
        CHINA.level_of(office.area_code)
        _require_within(area_code, office.area_code, office.key)
    return _opened(offices, at)


def _of_office(facts: Mapping[str, Any]) -> Place:
    found = Office.objects.filter(pk=facts["office_id"]).values_list("area_code", flat=True).first()
    if found is None:
        raise refuse(UNKNOWN_OFFICE)
    return Place(found)


@deed("access.amend_office", on=_of_office, keeps=("name_zh", "phone"))
def amend_office(
    *, office_id: UUID, name_zh: str, name_en: str, phone: str, by: Viewer, at: datetime,
    purpose: str = "administration",
) -> Office:  # fmt: skip
    """Correct the public name and telephone of an office; place, kind and side stay what they are."""
    held = Office.objects.select_for_update().get(pk=office_id)
    held.name_zh, held.name_en, held.phone = name_zh, name_en, phone
    held.save(update_fields=["name_zh", "name_en", "phone"])
    return held


def _opened(offices: Sequence[NewOffice], at: datetime) -> list[Office]:
    for office in offices:
        CHINA.level_of(office.area_code)
        if office.side not in SIDES:
            raise refuse(BAD_SIDE, side=office.side[:40])
    try:
        with transaction.atomic():
            return Office.objects.bulk_create(Office(**vars(office), valid_from=at) for office in offices)
    except IntegrityError as error:
        raise refuse(OFFICE_EXISTS, what=", ".join(office.key for office in offices[:5])) from error


@deed("access.add_user", keeps=("username",))
def add_user(
    *, username: str, display_name: str, password: str | None = None, hashed: str | None = None, email: str = "",
    language: str = "zh-hans", by: Viewer, at: datetime, purpose: str = "administration",
) -> User:  # fmt: skip
    """Add an account without any rights; without a password nobody can log in to it.

    `hashed` takes a ready hash, so that a thousand demo accounts share the cost of one. Only the program gives a
    password: an officer who knew it could act in another's name.
    """
    _require_no_password(by, password, hashed)
    if User.objects.filter(username=username).exists():
        raise refuse(NAME_TAKEN, username=username)
    return User.objects.create(
        username=username, display_name=display_name, email=email, language=language, created_at=at,
        password=hashed or make_password(password),
    )  # fmt: skip


@deed("access.add_staff", on=_at_area, keeps=("reason",))
def add_staff(
    *, area_code: str, members: Sequence[NewMember], reason: str = "", by: Viewer, at: datetime,
    purpose: str = "administration",
) -> list[User | Grant]:  # fmt: skip
    """Add the staff of one area with their grants in one entry, which names every account and grant.

    Each grant is asked for as by `grant`: one that may not be given refuses the whole list.
    """
    _require_free([member.username for member in members])
    _require_no_password(by, *(member.hashed for member in members))
    users = [
        User(
            id=uuid7(), username=member.username, display_name=member.display_name, language=member.language,
            email=member.email, created_at=at, password=member.hashed or make_password(None),
        )
        for member in members
    ]  # fmt: skip
    pairs = [(user, wanted) for user, member in zip(users, members, strict=True) for wanted in member.grants]
    reasons: list[Reason] = []
    where = _offices_of(wanted for _user, wanted in pairs)
    for user, wanted in pairs:
        reasons += missing_to_grant(by, wanted, to=user.id, at=at, office=where.get(wanted.office_id))
        for code in (*wanted.included, *wanted.excluded):
            CHINA.level_of(code)
            _require_within(area_code, code, user.username)
    if reasons:
        raise Refusal(tuple(dict.fromkeys(reasons)))
    added = User.objects.bulk_create(users)
    given = Grant.objects.bulk_create([_new_grant(user.id, wanted, by, reason) for user, wanted in pairs])
    return [*added, *given]


def _require_no_password(by: Viewer, *given: str | None) -> None:
    if any(given) and not by.everywhere:
        raise refuse(OWN_PASSWORD)


def _require_within(area_code: str, code: str, what: str) -> None:
    if not within(code, (area_code,)):
        raise refuse(OUTSIDE, what=what, area=area_code)


def _require_free(usernames: Sequence[str]) -> None:
    taken = User.objects.filter(username__in=usernames).order_by("username").first()
    twice = sorted(name for name, times in Counter(usernames).items() if times > 1)
    for name in [taken.username] if taken else twice:
        raise refuse(NAME_TAKEN, username=name)


@deed("access.grant", on=_widest, keeps=("to", "wanted", "reason"))
def grant(
    *, to: UUID, wanted: GrantFacts, reason: str = "", by: Viewer, at: datetime, purpose: str = "administration"
) -> Grant:
    """Give a role for areas, purposes and a period; nobody gives what they lack, nor to themselves."""
    if not User.objects.filter(pk=to).exists():
        raise refuse(UNKNOWN_ACCOUNT)
    office = _offices_of([wanted]).get(wanted.office_id)
    reasons = missing_to_grant(by, wanted, to=to, at=at, office=office)
    if reasons:
        raise Refusal(reasons)
    for code in (*wanted.included, *wanted.excluded):
        CHINA.level_of(code)
    given = _new_grant(to, wanted, by, reason)
    given.save(force_insert=True)
    return given


def _offices_of(grants: Iterable[GrantFacts]) -> dict[UUID | None, OfficeAt]:
    """The offices of grants; refuses one that does not exist."""
    wanted = {grant.office_id for grant in grants if grant.office_id is not None}
    rows = Office.objects.filter(pk__in=wanted).values_list("id", "area_code", "side")
    found: dict[UUID | None, OfficeAt] = {key: OfficeAt(area, side) for key, area, side in rows}
    if wanted - set(found):
        raise refuse(UNKNOWN_OFFICE)
    return found


def _new_grant(to: UUID, wanted: GrantFacts, by: Viewer, reason: str) -> Grant:
    return Grant(
        user_id=to, office_id=wanted.office_id, role=wanted.role, included=list(wanted.included),
        excluded=list(wanted.excluded), purposes=sorted(wanted.purposes), valid_from=wanted.valid_from,
        valid_to=wanted.valid_to, given_by=by.key, reason=reason,
    )  # fmt: skip


@deed("access.revoke", on=_of_grant, keeps=("grant_id", "reason"))
def revoke(*, grant_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "administration") -> Grant:
    """Take a grant back from now on; what was done under it stays in the ledger."""
    held = Grant.objects.select_for_update().get(pk=grant_id)
    if held.revoked_at is not None:  # somebody was faster: who and when stay as they were
        raise refuse(UNKNOWN_GRANT)
    for code in held.included:
        require(by, deed="access.revoke", place=Place(code), purpose=purpose, at=at)
    if not may_give(by, held.role, at):
        raise Refusal((worded(MORE_THAN_OWN, what=ROLES[held.role].name),))
    held.revoked_at, held.revoked_by = at, by.key
    held.save(update_fields=["revoked_at", "revoked_by"])
    return held


@deed("access.end_all", keeps=("user_id", "reason"))
def end_all(
    *, user_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> list[Grant]:  # fmt: skip
    """Take back every grant of somebody who leaves that this officer may take back; refuses when there is none."""
    rows = Grant.objects.select_for_update().filter(user_id=user_id, revoked_at__isnull=True).order_by("valid_from")
    taken = [row for row in rows if row.valid_to is None or row.valid_to > at]
    taken = [row for row in taken if may_give(by, row.role, at) and _may_revoke(by, row, purpose, at)]
    if not taken:
        raise refuse(UNKNOWN_GRANT)
    for row in taken:
        row.revoked_at, row.revoked_by = at, by.key
    Grant.objects.bulk_update(taken, ["revoked_at", "revoked_by"])
    return taken


def _may_revoke(by: Viewer, row: Grant, purpose: str, at: datetime) -> bool:
    places = [Place(code) for code in row.included]
    return not any(missing(by, deed="access.revoke", place=one, purpose=purpose, at=at) for one in places)


@deed("access.add_key", keeps=("name", "door"))
def add_api_key(
    *, name: str, door: str, may_set_time: bool = False, by: Viewer, at: datetime, purpose: str = "operation"
) -> tuple[ApiKey, str]:
    """Make a key for a machine client; the key itself is returned once and kept nowhere."""
    text = new_key()
    made = ApiKey.objects.create(name=name, door=door, digest=digest_of(text), created_at=at, may_set_time=may_set_time)
    return made, text


@deed("access.withdraw_keys", keeps=("name", "reason"))
def withdraw_api_keys(
    *, name: str, reason: str = "", by: Viewer, at: datetime, purpose: str = "operation"
) -> list[ApiKey]:
    """Withdraw every valid key of a name, from now on; refuses a name that no valid key has."""
    valid = ApiKey.objects.filter(revoked_at__isnull=True)
    held = list(valid.filter(name=name).select_for_update())
    if not held:
        known = valid.order_by("name").values_list("name", flat=True).distinct()
        raise refuse(UNKNOWN_KEY, name=name[:40], known=", ".join(known) or "–")
    for key in held:
        key.revoked_at = at
    ApiKey.objects.bulk_update(held, ["revoked_at"])
    return held


@deed("access.restored", keeps=("replaced", "restored", "made_at"))
def tell_of_restore(
    *, replaced: Sequence[Mapping[str, object]], restored: Mapping[str, object], made_at: str, by: Viewer,
    at: datetime, purpose: str = "operation",
) -> None:  # fmt: skip
    """Write into a restored log which logs it took the place of; the rows themselves came with the backup.

    `replaced`: size, root, moment and missing entries of each, the last one first; `restored`: size and root of the
    backup made at `made_at`.
    """
