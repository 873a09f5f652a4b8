"""Doors of departments' systems."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.partners import status

urlpatterns: list[URLPattern] = [
    path("<str:key>/status", status.status, name="partner-status"),
]
