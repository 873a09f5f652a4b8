"""Who looks at signals: the desks whose grants name exactly an area and list the deed."""

from __future__ import annotations

from datetime import datetime

from gridcommons.access.identify import staff_with_role
from gridcommons.access.queries import keys_serving
from gridcommons.collection.signals.models import Signal
from gridcommons.collection.signals.policy import policy
from gridcommons.notices.outbox import enqueue
from gridcommons.territory.queries import names_of
from gridcommons.territory.succession import area_now

DESK = "duty_officer"


def desks_of(area_code: str, at: datetime) -> list[str]:
    """The party keys of an area's duty desks; empty where there is none."""
    return sorted(
        {
            f"office:{grant.office_id}"
            for _viewer, grant, _key in staff_with_role(DESK, at)
            if grant.office_id is not None and area_code in grant.areas_now
        }
    )


def tell_desks(row: Signal, area_code: str, text_key: str, at: datetime) -> None:
    """A notice to everybody who serves an area's duty desk."""
    there = area_now(row.area_code, row.pk)
    area = names_of([there]).get(there)
    kind = policy().kinds[row.kind]
    facts = {
        "kind_zh": kind.zh, "kind_en": kind.en, "area_zh": area.name.zh if area else there,
        "area_en": area.name.en if area else there,
    }  # fmt: skip
    for keys in keys_serving([area_code], "signal.triage", at).values():
        for key in keys:
            enqueue(
                to=key, channel="inside", text_key=text_key, facts=facts, language="zh-hans", area_code=area_code,
                at=at, about=f"signal:{row.pk}",
            )  # fmt: skip
