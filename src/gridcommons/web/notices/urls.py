"""Addresses of `web.notices`."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.notices import receipts, stopping

urlpatterns: list[URLPattern] = [
    path("receipts", receipts.receipts, name="notices-receipts"),
    path("stop/<str:token>", stopping.stop_page, name="notices-stop"),
]
