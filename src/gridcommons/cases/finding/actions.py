"""Writes of finding: searches that somebody keeps for themselves. The lines are kept by the cases' own triggers."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Viewer
from gridcommons.cases.finding.models import Saved
from gridcommons.kit.errors import refusal_kind, refuse

MOST_KEPT: Final = 12
_LONGEST_NAME, _LONGEST_QUERY = 60, 500
FULL = refusal_kind(
    "finding.full",
    status=409,
    zh="最多保存{most}个检索，请先删除一个。",
    en="{most} searches can be kept; let one go first.",
)
NAMELESS = refusal_kind(
    "finding.nameless",
    status=400,
    zh="请给这个检索起个名字（不超过60个字），并先填写检索内容。",
    en="Give this search a name (60 signs at most), and search for something first.",
)


@deed("finding.keep")
def keep_search(*, name: str, query: str, by: Viewer, at: datetime, purpose: str = "service") -> UUID:
    """Keep a search under a name, in place of one of the same name; the ledger holds neither name nor words."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or not query or len(query) > _LONGEST_QUERY:
        raise refuse(NAMELESS)
    held = Saved.objects.filter(owner=by.key)
    same = held.filter(name=name).first()
    if same is not None:
        held.filter(pk=same.pk).update(query=query, at=at)
        return same.pk
    if held.count() >= MOST_KEPT:
        raise refuse(FULL, most=MOST_KEPT)
    return Saved.objects.create(owner=by.key, name=name, query=query, at=at).pk


@deed("finding.drop")
def drop_search(*, search_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> None:
    """Let go of a kept search; one that is gone already, or another's, changes nothing."""
    Saved.objects.filter(pk=search_id, owner=by.key).delete()
