"""The operator's page: how many notices stand where, what is stuck and why, and a button to try it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.rules import Place, require
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.notices.actions import NOT_STUCK, ask_retry
from gridcommons.notices.policy import packaged_policy
from gridcommons.notices.queries import Standing, standings
from gridcommons.notices.rules import STUCK, State, clock_text, reason_words
from gridcommons.web.office.notices import CHANNELS, status_of, tabs_of
from gridcommons.web.pieces import Status, say
from gridcommons.web.staff import asked, frame, language, signed_in


@dataclass(frozen=True)
class Row:
    """One count in words; `again`: whether it can be asked to be tried once more."""

    standing: Standing
    channel: Words
    status: Status
    reason: Words | None
    again: bool


def _row(one: Standing) -> Row:
    reason = reason_words(one.reason) if one.reason else None
    again = one.state in STUCK and one.retry_asked_at is None
    return Row(one, CHANNELS[one.channel], status_of(one.state), reason, again)


def _rows(found: Sequence[Standing]) -> tuple[list[Row], list[Row]]:
    """What is stuck or fails at the moment, and everything else."""
    stuck = [one for one in found if one.state in STUCK or (one.state is State.WAITING and one.reason)]
    return [_row(one) for one in stuck], [_row(one) for one in found if one not in stuck]


@signed_in
@require_safe
@never_cache
def delivery(request: HttpRequest) -> HttpResponse:
    """What is stuck first, then the rest; numbers only."""
    house = asked(request)
    require(house.viewer, deed="notices.ask_retry", place=Place(), purpose="administration", at=house.now)
    found = standings()
    stuck, rest = _rows(found)
    policy = packaged_policy()
    context = {
        "stuck": stuck, "rest": rest, "counted_at": found[0].counted_at if found else None,
        "tabs": tabs_of(request, "office-delivery"), "policy": policy, "quiet": [clock_text(m) for m in policy.quiet],
        "pauses": [int(pause.total_seconds() // 60) for pause in policy.pauses],
        "hours": int(policy.expires.total_seconds() // 3600),
    }  # fmt: skip
    return render(request, "office/delivery.html", frame(request) | context)


@signed_in
@require_POST
def again(request: HttpRequest) -> HttpResponseRedirect:
    """Ask that what is stuck for one reason is tried again."""
    house, sent = asked(request), request.POST
    facts = {name: sent.get(name, "")[:200] for name in ("channel", "state", "reason")}
    try:
        ask_retry(**facts, by=house.viewer, at=house.now)
    except Refusal as refusal:
        if refusal.code != NOT_STUCK:
            raise
        messages.error(request, say(refusal.words(), language()))
    else:
        messages.info(request, _("Asked for: within a minute it is tried again, as far as its time is not over."))
    return redirect("office-delivery")
