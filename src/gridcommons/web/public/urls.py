"""Addresses of `web.public`."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.public import about, areas, cases, finding, home, maps, matters, report, track
from gridcommons.web.resident.welcome import welcome

urlpatterns: list[URLPattern] = [
    path("", home.home, name="public-home"),
    path("place", home.remember, name="public-place"),
    path("search", finding.search, name="public-search"),
    path("welcome", welcome, name="public-welcome"),
    path("report", report.report, name="public-report"),
    path("report/known", report.known, name="public-known"),
    path("report/sent", report.sent, name="public-sent"),
    path("track", track.track, name="public-track"),
    path("track/case", track.tracked, name="public-track-case"),
    path("track/confirm", track.confirmed, name="public-confirm"),
    path("track/reopen", track.reopened, name="public-reopen"),
    path("track/still-fine", track.fine, name="public-still-fine"),
    path("track/still-wrong", track.wrong, name="public-still-wrong"),
    path("track/forget", track.forget, name="public-forget"),
    path("track/photo/<uuid:case_id>/<uuid:photo_id>", track.photo, name="public-photo"),
    path("matters", matters.register, name="public-matters"),
    path("matters.csv", matters.as_csv, name="public-matters-csv"),
    path("matters.json", matters.as_json, name="public-matters-json"),
    path("matters/<slug:key>", matters.detail, name="public-matter"),
    path("yours", matters.own_life, name="public-own-life"),
    path("area/<str:code>", areas.area, name="public-area"),
    path("posting/<str:code>", areas.board, name="public-posting"),
    path("cases", cases.listed, name="public-cases"),
    path("cases/<str:number>", cases.single, name="public-case"),
    path("map/<str:code>.geojson", maps.outlines, name="public-map"),
    path("locate", maps.locate, name="public-locate"),
    path("about/ledger", about.ledger, name="public-ledger"),
    path("about/ledger/checkpoint.txt", about.checkpoint_note, name="public-checkpoint"),
    path("about/ledger/checkpoint.json", about.checkpoint_json, name="public-checkpoint-json"),
    path("about/privacy", about.privacy, name="public-privacy"),
]
