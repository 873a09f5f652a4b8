"""What residents object to in a campaign, in the language in which each of them wrote, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from gridcommons.access.rules import PUBLIC, Viewer
from gridcommons.collection.campaigns import actions as campaigns
from gridcommons.collection.campaigns.queries import objections_to


def objected(
    campaign_id: UUID, said: Sequence[Mapping[str, str]], village: str, by: Viewer,
    when: tuple[datetime, datetime | None],
) -> None:  # fmt: skip
    """Objections as they come in, and the office's answers where there are any. `when`: the moments of both."""
    came, answered = when
    for one in said:
        number = campaigns.object_to(
            campaign_id=campaign_id, village_code=village, subject=one["subject"], text=one["text"], by=PUBLIC, at=came
        )
        held = next(row.id for row in objections_to(campaign_id) if row.number == number)
        if answered is not None and one.get("answer"):
            campaigns.answer_objection(
                objection_id=held,
                decision=one["decision"],
                answer=one["answer"],
                other=one.get("other", ""),
                by=by,
                at=answered,
            )
