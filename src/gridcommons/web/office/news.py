"""What other programs said of a case, on its page."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest

from gridcommons.cases.clients.queries import NewsLine, has_news, news_of
from gridcommons.kit.words import Words
from gridcommons.web.staff import asked, purpose_of

_LOOK: Final = "look.case"
_OUTCOMES: Final = {
    "step": Words("已按此办理一步", "a step was taken by it"),
    "note": Words("只作记录", "kept as a note"),
    "already": Words("事项已在这一步", "the case stood there already"),
    "late": Words("晚到，只作记录", "came late, kept as a note"),
}


def news_shown(request: HttpRequest, case_id: UUID) -> list[tuple[NewsLine, Words]]:
    """The news with what became of each; a look of its own, only where there is any."""
    house = asked(request)
    if not has_news(case_id, house.viewer, house.now):
        return []
    found = news_of(case_id=case_id, viewer=house.viewer, at=house.now, purpose=purpose_of(request, _LOOK))
    return [(one, _OUTCOMES[one.outcome]) for one in found]
