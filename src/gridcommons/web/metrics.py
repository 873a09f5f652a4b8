"""Counts of the running program for its operator: on the machine itself, or with the operator's token."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable
from typing import Final

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.registry import Collector

from gridcommons.cases.partners.queries import counts
from gridcommons.notices.queries import standings

TOKEN_VARIABLE: Final = "GRIDCOMMONS_METRICS_TOKEN"  # noqa: S105 - the name of a variable
_HERE: Final = frozenset({"127.0.0.1", "::1"})
_FORWARDED: Final = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


class Deliveries(Collector):
    """How many notices stand where, read when asked: by channel, state and reason, as last counted by the worker."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing is read before the first asking."""
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The counts and the moment of the oldest of each; none where the database does not answer."""
        labels = ["channel", "state", "reason"]
        many = GaugeMetricFamily("gridcommons_notices", "Notices that leave the program.", labels=labels)
        oldest = GaugeMetricFamily(
            "gridcommons_notices_oldest_seconds", "When the oldest of them was made (Unix time).", labels=labels
        )
        try:
            found = standings()
        except DatabaseError:
            return ()
        for one in found:
            where = [one.channel, one.state.value, one.reason]
            many.add_metric(where, one.n)
            if one.oldest_at is not None:
                oldest.add_metric(where, one.oldest_at.timestamp())
        return (many, oldest)


class Partners(Collector):
    """What is on its way to departments' systems, by link and state, and since when the oldest waits."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing is read before the first asking."""
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """The counts; none where the database does not answer."""
        labels = ["link", "state"]
        many = GaugeMetricFamily("gridcommons_partner_events", "Events on their way to partners.", labels=labels)
        oldest = GaugeMetricFamily(
            "gridcommons_partner_oldest_seconds", "When the oldest of them was made (Unix time).", labels=labels
        )
        try:
            found = counts()
        except DatabaseError:
            return ()
        for link, state, n, since in found:
            many.add_metric([link, state], n)
            if since is not None:
                oldest.add_metric([link, state], since.timestamp())
        return (many, oldest)


REGISTRY.register(Deliveries())
REGISTRY.register(Partners())


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
