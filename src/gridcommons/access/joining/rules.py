"""Who may invite, reset or let go whom, and what an account's state is. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.kit.errors import Reason, refusal_kind
from gridcommons.kit.words import Words

NOT_YOURS = refusal_kind(
    "joining.not_yours",
    status=403,
    zh="这个账号的岗位超出您可以授予的范围：请找上级管理员办理。",
    en="This account holds posts that you could not give: a higher administrator has to do it.",
)
OWN_ACCOUNT = refusal_kind(
    "joining.own_account",
    status=403,
    zh="不能给自己发邀请、重置或离岗，请由另一位管理员办理。",
    en="Nobody invites, resets or lets go themselves; another administrator has to do it.",
)
NO_STAFF = refusal_kind(
    "joining.no_staff",
    status=409,
    zh="这个账号没有任何岗位：请先授予岗位，再发邀请。",
    en="This account holds no post: give it one first, then invite.",
)
HAS_LEFT = refusal_kind(
    "joining.has_left",
    status=409,
    zh="此人已离岗，账号不再使用；回来工作的请新建账号。",
    en="This person has left and the account is closed; whoever comes back gets a new one.",
)
OWN_MANAGER = refusal_kind(
    "joining.own_manager",
    status=400,
    zh="“{login}”的上级填成了本人：请改填实际的上级，或留空。",
    en="“{login}” is given as their own manager: name the real one, or leave it empty.",
)
MANAGER_RING = refusal_kind(
    "joining.manager_ring",
    status=400,
    zh="上级关系绕成了圈：{ring}。请改正其中一人的上级。",
    en="The managers run in a ring: {ring}. Correct the manager of one of them.",
)

STATES: Final[Mapping[str, Words]] = {
    "none": Words("未邀请", "not invited"),
    "invited": Words("已邀请，待启用", "invited"),
    "active": Words("在用", "active"),
    "left": Words("已离岗", "left"),
}


@dataclass(frozen=True)
class AccountFacts:
    """What decides over an account: its grants that are not revoked, and whether it is still in use."""

    user_id: UUID
    grants: tuple[GrantFacts, ...]
    is_active: bool = True

    def held_at(self, at: datetime) -> list[GrantFacts]:
        """The grants that are not over."""
        return [g for g in self.grants if g.revoked_at is None and (g.valid_to is None or g.valid_to > at)]


def objections(officer: Viewer, account: AccountFacts, at: datetime) -> tuple[Reason, ...]:
    """Why an officer may not invite, reset or let go an account; empty when they may.

    Only who could give every grant that the account holds, lest an invitation be a way to more than one's own.
    """
    if not account.is_active:
        return (Reason(HAS_LEFT),)
    if officer.everywhere:
        return ()
    if officer.user_id == account.user_id:
        return (Reason(OWN_ACCOUNT),)
    held = account.held_at(at)
    if not held:
        return (Reason(NO_STAFF),)
    return () if all(_could_give(officer, grant, at) for grant in held) else (Reason(NOT_YOURS),)


def _could_give(officer: Viewer, wanted: GrantFacts, at: datetime) -> bool:
    return any(
        wanted.role in role.may_give and all(grant.covers(code) for code in wanted.included)
        for role, grant in officer.roles_at(at)
        if grant is not None
    )


def state_of(*, is_active: bool, can_log_in: bool, is_invited: bool) -> str:
    """The state of an account, a key of `STATES`."""
    if not is_active:
        return "left"
    if can_log_in:
        return "active"
    return "invited" if is_invited else "none"


def manager_faults(managers: Mapping[str, str], standing: Mapping[str, str]) -> dict[str, Reason]:
    """What is wrong with who leads whom, by login: one's own manager, or a ring, told to each in it.

    `standing`: who leads whom already; a ring may close through somebody of whom nothing new is said.
    """
    found: dict[str, Reason] = {}
    led = {**standing, **managers}
    for login, manager in managers.items():
        if login == manager:
            found[login] = Reason(OWN_MANAGER, (("login", login),))
    for login in managers:
        ring = _ring_from(login, led)
        if len(ring) > 1 and login not in found:
            found[login] = Reason(MANAGER_RING, (("ring", " → ".join([*ring, ring[0]])[:200]),))
    return found


def _ring_from(login: str, managers: Mapping[str, str]) -> list[str]:
    """The ring that starts and ends at a login, empty where its line of managers ends elsewhere."""
    way, here = [login], managers.get(login, "")
    while here and here not in way:
        way.append(here)
        here = managers.get(here, "")
    return way if here == login else []
