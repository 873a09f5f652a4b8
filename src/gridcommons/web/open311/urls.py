"""Addresses of `web.open311`."""

from __future__ import annotations

from django.urls import re_path

from gridcommons.web.front import HouseRequest
from gridcommons.web.open311.answers import Answer
from gridcommons.web.open311.discovery import discovery
from gridcommons.web.open311.door import call, nowhere
from gridcommons.web.open311.posting import post_request
from gridcommons.web.open311.reading import one_request, requests, service, services, token
from gridcommons.web.open311.updates import post_update, updates


@call("GET", "HEAD", "POST")
def list_or_take(request: HouseRequest, language: str) -> Answer:
    """The one address that reads and takes."""
    return post_request(request, language) if request.method == "POST" else requests(request, language)


@call("GET", "HEAD", "POST")
def updates_or_take(request: HouseRequest, language: str) -> Answer:
    """The address of the extension that reads and takes."""
    return post_update(request, language) if request.method == "POST" else updates(request, language)


_read = call("GET", "HEAD")
_FORM = r"\.(?P<form>xml|json)$"
urlpatterns = [
    re_path(rf"^discovery{_FORM}", _read(discovery), name="open311-discovery"),
    re_path(rf"^services{_FORM}", _read(services), name="open311-services"),
    re_path(rf"^services/(?P<code>[^/]*){_FORM}", _read(service), name="open311-service"),
    re_path(rf"^requests{_FORM}", list_or_take, name="open311-requests"),
    re_path(rf"^requests/(?P<number>[^/]*){_FORM}", _read(one_request), name="open311-request"),
    re_path(rf"^tokens/(?P<token>[^/]*){_FORM}", _read(token), name="open311-token"),
    re_path(rf"^servicerequestupdates{_FORM}", updates_or_take, name="open311-updates"),
    re_path(r"^(?P<rest>[\s\S]*)$", nowhere),
]
