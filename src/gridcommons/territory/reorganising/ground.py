"""From rows to plain values: the areas a plan may touch, its lines, its policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from gridcommons.kit.codes import CHINA
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words
from gridcommons.territory.models import Area
from gridcommons.territory.reorganising.models import Line, Plan
from gridcommons.territory.reorganising.rules import Change, Ground, Node, Target


@dataclass(frozen=True)
class Policy:
    """What a reorganisation may leave open, who answers for it, and in which version."""

    owner_zh: str
    owner_en: str
    version: str
    cover_tolerance: float
    most_changes: int


def policy() -> Policy:
    """The policy that the program carries."""
    return shipped("gridcommons.territory.reorganising", "policy.toml", _policy)


def _policy(raw: Raw) -> Policy:
    return Policy(**raw)


def ground_for(changes: Sequence[Change], day: date, plan: UUID | None = None) -> Ground:
    """The areas near the lines of a plan as they stand on its day; `plan` leaves its own codes out."""
    olds = {code for change in changes for code in change.old}
    news = {target.code for change in changes for target in change.into}
    above = {part for code in olds | news for part in CHINA.ancestors(code)}
    beside = Q(code__in=above | olds | news) | Q(parent_code__in=above)
    near = reduce(or_, (Q(code__startswith=code) for code in olds | news if code), beside)
    rows = list(Area.objects.filter(near))
    standing = {row.code: node_of(row) for row in rows if row.valid_from <= day and not _over(row, day)}
    others = [other for other in Plan.objects.filter(state="adopted") if other.pk != plan]
    pending = {code: other.title for other in others for code in other.old_codes}
    used = {row.code for row in rows} | {code for other in others for code in other.new_codes}
    names = {row.code: Words(row.name_zh, row.name_en or row.name_zh) for row in rows}
    return Ground(day, standing, frozenset(used), pending, names)


def _over(row: Area, day: date) -> bool:
    return row.valid_to is not None and row.valid_to <= day


def node_of(row: Area) -> Node:
    """An area as the rules see it."""
    return Node(
        row.code, row.level, row.parent_code, row.name_zh, row.valid_from, row.households, row.residents, row.kind
    )


def changes_of(lines: Iterable[Line]) -> list[Change]:
    """The lines of a plan as the rules see them, in their order."""
    return [change_of(line) for line in sorted(lines, key=lambda line: line.place)]


def change_of(line: Line) -> Change:
    """One line as the rules see it."""
    return Change(line.verb, tuple(line.old_codes), tuple(_target(one) for one in line.into))


def _target(kept: dict[str, Any]) -> Target:
    outline = bytes.fromhex(kept.get("outline", ""))
    return Target(kept["code"], kept["name"], kept.get("share"), tuple(kept.get("parts", ())), outline)


def kept_target(target: Target) -> dict[str, Any]:
    """A target as it is kept in a line."""
    kept: dict[str, Any] = {"code": target.code, "name": target.name}
    if target.share is not None:
        kept["share"] = target.share
    if target.parts:
        kept["parts"] = list(target.parts)
    if target.outline:
        kept["outline"] = target.outline.hex()
    return kept
