"""Doors of departments' systems."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.partners import photo, status

urlpatterns: list[URLPattern] = [
    path("<str:key>/status", status.status, name="partner-status"),
    path("<str:key>/photo/<uuid:photo_id>", photo.give, name="partner-photo"),
    path("<str:key>/case/<str:number>/photo", photo.take, name="partner-picture"),
]
