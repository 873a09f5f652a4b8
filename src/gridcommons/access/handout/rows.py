"""From rows of exports to plain values."""

from __future__ import annotations

from gridcommons.access.handout.models import Handout
from gridcommons.access.handout.rules import HandoutFacts


def handout_facts(row: Handout) -> HandoutFacts:
    """An export as a plain value."""
    return HandoutFacts(
        row.pk, row.number, row.kind, row.asked_by_id, row.office_id, row.area_code, row.reason, row.asked_at,
        row.bound, row.confirmed_by_id, row.confirmed_at, row.ended_at, row.taken_at,
    )  # fmt: skip
