"""Where each account begins its day."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from gridcommons.access.rules import Viewer
from gridcommons.web.public.asking import asked

FIELD, OFFICE, ME = "/field/", "/office/", "/me/"


def beginning(roles: frozenset[str]) -> str:
    """The first page of somebody who holds these roles."""
    if not roles:
        return ME
    return FIELD if roles == {"grid_worker"} else OFFICE


def roles_of(viewer: Viewer, request: HttpRequest) -> frozenset[str]:
    """The roles granted to a viewer and in force."""
    return frozenset(grant.role for grant in viewer.grants if grant.holds_at(asked(request).now))


@require_safe
@login_required
def welcome(request: HttpRequest) -> HttpResponseRedirect:
    """Send an account to its first page."""
    return redirect(beginning(roles_of(asked(request).viewer, request)))
