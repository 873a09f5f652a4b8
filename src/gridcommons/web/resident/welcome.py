"""Where each account begins its day."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from gridcommons.access.roles import ROLES
from gridcommons.access.rules import Viewer
from gridcommons.web.public.asking import asked

FIELD, QUEUE, OFFICE, AUDIT, ME = "/field/", "/office/queue", "/office/", "/office/audit", "/me/"
COMPLAINTS, MEDIATIONS, CLERK = "/office/complaints", "/office/mediations", "/office/clerk"
REPORT: Final = "/office/signals/send"
PROPOSALS: Final = "/office/proposals"
_ALONE = {
    "grid_worker": FIELD, "auditor": AUDIT, "reviewer": COMPLAINTS, "mediator": MEDIATIONS, "clerk": CLERK,
    "law_reviewer": PROPOSALS, "staff_reviewer": PROPOSALS, "data_reviewer": PROPOSALS,
    "admission_reviewer": PROPOSALS, "sentinel": REPORT,
}  # fmt: skip


def beginning(roles: frozenset[str]) -> str:
    """The first page of somebody who holds these roles: where their own work stands."""
    if not roles:
        return ME
    alone = _ALONE.get(next(iter(roles)), "") if len(roles) == 1 else ""
    reads = any("look.queue" in ROLES[role].deeds for role in roles)
    return alone or (QUEUE if reads else OFFICE)


def roles_of(viewer: Viewer, request: HttpRequest) -> frozenset[str]:
    """The roles granted to a viewer and in force."""
    return frozenset(grant.role for grant in viewer.grants if grant.holds_at(asked(request).now))


@require_safe
@login_required
def welcome(request: HttpRequest) -> HttpResponseRedirect:
    """Send an account to its first page."""
    return redirect(beginning(roles_of(asked(request).viewer, request)))
