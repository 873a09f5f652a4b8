"""Counts of the running program for its operator: on the machine itself, or with the operator's token."""

from __future__ import annotations

import hmac
import os
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

TOKEN_VARIABLE: Final = "GRIDCOMMONS_METRICS_TOKEN"  # noqa: S105 - the name of a variable
_HERE: Final = frozenset({"127.0.0.1", "::1"})
_FORWARDED: Final = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text; to everybody else there is no such page.

    What a proxy passes on comes from elsewhere, whatever address it shows.
    """
    token = os.environ.get(TOKEN_VARIABLE, "")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    passed_on = any(name in request.headers for name in _FORWARDED)
    near = request.META.get("REMOTE_ADDR") in _HERE and not passed_on
    if not near and not (token and hmac.compare_digest(given.encode(), token.encode())):
        raise Http404
    answer: HttpResponse = ExportToDjangoView(request)
    return answer
