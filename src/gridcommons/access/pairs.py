"""Two persons for one thing: who may be the second to whom. Pure; break-glass and exports ask the same."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gridcommons.kit.errors import Reason, refusal_kind

SAME_PERSON = refusal_kind(
    "pair.same_person",
    status=403,
    zh="申请人不能自己确认，请由另一单位的第二确认人办理。",
    en="Nobody confirms what they asked for themselves; a second person of another office has to.",
)
NO_OFFICE = refusal_kind(
    "pair.no_office",
    status=409,
    zh="两个人都要各有所在机构，才能看出是不是两家；请管理员在授权里写明机构。",
    en="Both persons must serve an office, or nobody can tell that there are two; have the grant name it.",
)
SAME_OFFICE = refusal_kind(
    "pair.same_office",
    status=403,
    zh="申请人与确认人在同一机构，请由另一单位的人确认。",
    en="Both serve the same office; somebody of another office has to confirm.",
)
SAME_LINE = refusal_kind(
    "pair.same_line",
    status=403,
    zh="确认人与申请人属于同一条线（上下级同类机构），请由别的条线的人确认。",
    en="Both offices are of one line, one above the other; somebody of another line has to confirm.",
)


@dataclass(frozen=True)
class Hand:
    """One of the two: their account, the offices they serve, and the lines (kinds) of these offices."""

    user_id: UUID
    offices: frozenset[UUID]
    lines: frozenset[str]


def missing_between(asker: Hand, second: Hand) -> tuple[Reason, ...]:
    """Why one may not be the second person to the other; empty when they may."""
    reasons = [Reason(SAME_PERSON)] if asker.user_id == second.user_id else []
    if not asker.offices or not second.offices:
        reasons.append(Reason(NO_OFFICE))
    if asker.offices & second.offices:
        reasons.append(Reason(SAME_OFFICE))
    elif asker.lines & second.lines:
        reasons.append(Reason(SAME_LINE))
    return tuple(reasons)
