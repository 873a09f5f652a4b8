"""Addresses of `web.openrosa`: everything lies behind a device key."""

from __future__ import annotations

from django.urls import path, re_path

from gridcommons.web.openrosa.batching import batch
from gridcommons.web.openrosa.checks import case_looks, case_now, case_photo, checks
from gridcommons.web.openrosa.door import nowhere
from gridcommons.web.openrosa.forms import file, form, form_list, households, integrity, manifest
from gridcommons.web.openrosa.packs import looks, own, pack
from gridcommons.web.openrosa.submitting import submission

_KEY = "key/<str:key>"
urlpatterns = [
    path(f"{_KEY}/formList", form_list, name="openrosa-list"),
    path(f"{_KEY}/forms/<uuid:version_id>.xml", form, name="openrosa-form"),
    path(f"{_KEY}/forms/<uuid:version_id>/manifest", manifest, name="openrosa-manifest"),
    path(f"{_KEY}/forms/<uuid:version_id>/files/<str:name>", file, name="openrosa-file"),
    path(f"{_KEY}/forms/<uuid:version_id>/households.csv", households, name="openrosa-households"),
    path(f"{_KEY}/entities", integrity, name="openrosa-integrity"),
    path(f"{_KEY}/batch", batch, name="openrosa-batch"),
    path(f"{_KEY}/submission", submission, name="openrosa-submission"),
    path(f"{_KEY}/pack", pack, name="openrosa-pack"),
    path(f"{_KEY}/looks", looks, name="openrosa-looks"),
    path(f"{_KEY}/checks", checks, name="openrosa-checks"),
    path(f"{_KEY}/checks/looks", case_looks, name="openrosa-case-looks"),
    path(f"{_KEY}/checks/<uuid:case_id>", case_now, name="openrosa-case-now"),
    path(f"{_KEY}/checks/<uuid:case_id>/photos/<uuid:photo_id>", case_photo, name="openrosa-case-photo"),
    path(f"{_KEY}/own/<str:instance_id>", own, name="openrosa-own"),
    re_path(r"^key/(?P<key>[^/]*)/(?P<rest>[\s\S]*)$", nowhere),
]
