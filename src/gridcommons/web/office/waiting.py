"""What waits for the part of whoever is signed in: shown where they begin their day, so that nobody has to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest
from django.urls import reverse

from gridcommons.kit.words import Words
from gridcommons.load.admission.queries import waiting_for
from gridcommons.load.admission.rules import AMENDMENT, DECISION, DESKS
from gridcommons.web.admission_words import KINDS
from gridcommons.web.staff import asked

_ASKS: Final = {
    DECISION: Words("三方已同意，等您决定", "all three desks agree: decide"),
    AMENDMENT: Words("有评审方反对，等您修订或撤回", "a desk objects: amend or withdraw it"),
}


@dataclass(frozen=True)
class WaitingRow:
    """One thing that waits: what it is, what is asked of the reader, since when, its page."""

    name: Words
    kind: Words
    asks: Words
    since: datetime
    url: str


def waiting_rows(request: HttpRequest) -> list[WaitingRow]:
    """The proposals that wait for the reader's own part, the longest waiting first."""
    house = asked(request)
    return [
        WaitingRow(
            one.name, KINDS[one.kind], _asks(one.what), one.since, reverse("office-proposal", args=[one.proposal_id])
        )
        for one in waiting_for(house.viewer, house.now)
    ]


def _asks(what: str) -> Words:
    if what in _ASKS:
        return _ASKS[what]
    desk = DESKS[what]
    return Words(f"等您评审（{desk.zh}）", f"waits for your review ({desk.en})")
