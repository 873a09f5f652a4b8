"""What is not simple about a case, on its page: joining, parking, more time, assisting offices, likely doubles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest

from gridcommons.cases.finding_same import Same, Spot
from gridcommons.cases.queries import CasePage, likely_same
from gridcommons.web.case_words import office_name, status_of
from gridcommons.web.drawing import Sketch
from gridcommons.web.office.places import pair_sketch
from gridcommons.web.office.unusual import asked_first
from gridcommons.web.pieces import Status
from gridcommons.web.staff import asked, language, purpose_of

_PARTS_OVER: Final = frozenset({"handled", "closed", "confirmed", "merged", "void", "settled"})
"""States in which no assisting office can answer any more, unless the case goes back to work."""


@dataclass(frozen=True)
class Beside:
    """A known case beside the one looked at: how it stands, and a drawing of the two places."""

    same: Same
    status: Status
    sketch: Sketch | None


def apart_of(page: CasePage) -> dict[str, Any]:
    """The facts of a case that is not simple, in words."""
    apart = page.apart
    requests = [line.note for line in page.steps if line.action == "ask_extension"]
    return {
        "lead_status": status_of(apart.lead.state) if apart.lead else None,
        "owner": office_name(apart.owner),
        "parts": [(office_name(part.office), part) for part in apart.parts],
        "parts_over": page.state in _PARTS_OVER,
        "asked_why": requests[-1] if requests and apart.wanted_until else "",
    }


def same_of(request: HttpRequest, page: CasePage) -> dict[str, Any]:
    """Known cases that are perhaps the same, for whoever may join them; a look of its own."""
    if "merge" not in {action.key for action in page.may}:
        return {"same": []}
    house = asked(request)
    found = likely_same(
        spot=Spot(page.matter.key, page.text, page.area_code, page.lon, page.lat), but=page.id, viewer=house.viewer,
        at=house.now, purpose=purpose_of(request, "look.queue"),
    )  # fmt: skip
    beside = [Beside(one, status_of(one.state), pair_sketch(page, one, language())) for one in found]
    return {"same": beside, "merge_sure": asked_first(page)["merge"]}
