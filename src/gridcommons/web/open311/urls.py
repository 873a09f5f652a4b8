"""Addresses of `web.open311`."""

from __future__ import annotations

from django.urls import re_path

from gridcommons.web.front import HouseRequest
from gridcommons.web.open311.answers import Answer
from gridcommons.web.open311.door import call, nowhere
from gridcommons.web.open311.posting import post_request
from gridcommons.web.open311.reading import discovery, one_request, requests, service, services


@call("GET", "HEAD", "POST")
def list_or_take(request: HouseRequest, language: str) -> Answer:
    """The one address that reads and takes."""
    return post_request(request, language) if request.method == "POST" else requests(request, language)


_read = call("GET", "HEAD")
_FORM = r"\.(?P<form>xml|json)$"
urlpatterns = [
    re_path(rf"^discovery{_FORM}", _read(discovery), name="open311-discovery"),
    re_path(rf"^services{_FORM}", _read(services), name="open311-services"),
    re_path(rf"^services/(?P<code>[^/]*){_FORM}", _read(service), name="open311-service"),
    re_path(rf"^requests{_FORM}", list_or_take, name="open311-requests"),
    re_path(rf"^requests/(?P<number>[^/]*){_FORM}", _read(one_request), name="open311-request"),
    re_path(r"^(?P<rest>[\s\S]*)$", nowhere),
]
