"""Pure rules of keys: what one may be given, and whether a key may do what its client wants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from gridcommons.kit.errors import Reason, refusal_kind
from gridcommons.kit.lineage import in_force
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words

OPEN311: Final = "open311"
NAME_LIMIT: Final = 100
_HANDLES: Final = "command"

NO_NAME = refusal_kind(
    "key.no_name",
    status=400,
    zh="请写明这把密钥是谁的（最多{most}个字，不要写人名）。",
    en="Say whose key it is ({most} signs at most; a system or an office, no person).",
)
NO_REASON = refusal_kind(
    "key.no_reason",
    status=400,
    zh="请写明理由（至少{least}个字），它会记入账本。",
    en="Say why ({least} signs at least): it goes into the ledger.",
)
NAME_TAKEN = refusal_kind(
    "key.name_taken",
    status=409,
    zh="已有一把有效的密钥叫“{name}”。请换一个名称，或先停用那一把。",
    en="A valid key has the name “{name}” already. Choose another name, or withdraw that key first.",
)
NO_RIGHT = refusal_kind(
    "key.no_right",
    status=400,
    zh="请至少选一项：提交事项，或发送进展。",
    en="Choose at least one: posting requests, or sending updates.",
)
NO_AREA = refusal_kind(
    "key.no_area",
    status=400,
    zh="请选择密钥适用的区域（一到{most}个）。",
    en="Choose the areas that the key is for (one to {most}).",
)
NO_OFFICE = refusal_kind(
    "key.no_office",
    status=400,
    zh="发送进展的密钥要选定一个承办单位：它只能以这个单位的名义说话。",
    en="A key that sends updates needs an office that handles cases: it speaks in that office's name alone.",
)
BAD_RATE = refusal_kind(
    "key.bad_rate",
    status=400,
    zh="每分钟次数请填1到{most}的整数。",
    en="Calls a minute: a whole number from 1 to {most}.",
)
TOO_MANY = refusal_kind(
    "key.too_many",
    status=409,
    zh="有效的密钥已有{most}把，请先停用不再使用的。",
    en="There are {most} valid keys already; withdraw those that nobody uses any more.",
)
MAY_NOT = refusal_kind(
    "key.may_not",
    status=403,
    zh="这把密钥不能{what_zh}。需要的话请县级管理员另发一把。",
    en="This key may not {what_en}. If you need it, ask the county officer for another one.",
)
NOT_ITS_AREA = refusal_kind(
    "key.not_its_area",
    status=403,
    zh="这把密钥不能用于这个地方（{area}），没有收取。",
    en="This key is not for that place ({area}); nothing was taken.",
)
TOO_FAST = refusal_kind(
    "key.too_fast",
    status=429,
    zh="这把密钥每分钟最多{most}次，请{seconds}秒后再发；没有收取。",
    en="This key has {most} calls a minute; send it again in {seconds} seconds. Nothing was taken.",
)
POST: Final = Words("提交事项", "post requests")
UPDATE: Final = Words("发送进展", "send updates")


@dataclass(frozen=True)
class Limits:
    """What a key may be given at most, with who answers for it."""

    version: str
    owner: Words
    per_minute: int
    most_per_minute: int
    most_areas: int
    least_reason: int
    most_valid: int


def limits() -> Limits:
    """The packaged limits."""
    return shipped("gridcommons.access.keyring", "keyring.toml", _limits)


def _limits(raw: Raw) -> Limits:
    return Limits(owner=Words(raw.pop("owner_zh"), raw.pop("owner_en")), **raw)


@dataclass(frozen=True)
class Terms:
    """What a key may do. `areas`: empty for the whole house. `per_minute`: 0 for no limit."""

    areas: tuple[str, ...] = ()
    office_id: UUID | None = None
    may_post: bool = True
    may_update: bool = False
    per_minute: int = 0

    def reaches(self, area_code: str) -> bool:
        """Whether what lies under a code is for this key, all levels alike."""
        return not self.areas or in_force().covers(area_code, self.areas, ())


UNBOUND: Final = Terms()
"""The terms of a key made on the command line by whoever runs the program."""


def missing_to_make(name: str, reason: str, terms: Terms, side: str, known: frozenset[str]) -> tuple[Reason, ...]:
    """Everything that is wrong with a wanted key. `side`: of its office; `known`: names of valid keys."""
    return tuple(_faults(name, reason, terms, side, known))


def _faults(name: str, reason: str, terms: Terms, side: str, known: frozenset[str]) -> Iterator[Reason]:
    most = limits()
    if not name or len(name) > NAME_LIMIT:
        yield Reason(NO_NAME, (("most", str(NAME_LIMIT)),))
    if name in known:
        yield Reason(NAME_TAKEN, (("name", name),))
    if len(known) >= most.most_valid:
        yield Reason(TOO_MANY, (("most", str(most.most_valid)),))
    if not (terms.may_post or terms.may_update):
        yield Reason(NO_RIGHT)
    if not 1 <= len(terms.areas) <= most.most_areas:
        yield Reason(NO_AREA, (("most", str(most.most_areas)),))
    if terms.may_update and side != _HANDLES:
        yield Reason(NO_OFFICE)
    if not 1 <= terms.per_minute <= most.most_per_minute:
        yield Reason(BAD_RATE, (("most", str(most.most_per_minute)),))
    yield from missing_reason(reason)


def missing_reason(reason: str) -> tuple[Reason, ...]:
    """What is wrong with the reason why a key is made or withdrawn."""
    least = limits().least_reason
    return () if len("".join(reason.split())) >= least else (Reason(NO_REASON, (("least", str(least)),)),)
