"""Addresses of `web.resident`."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.public import telling
from gridcommons.web.resident import held, looked, mine, taking

urlpatterns: list[URLPattern] = [
    path("", mine.overview, name="resident-me"),
    path("notices", mine.notices, name="resident-inbox"),
    path("notices/read", mine.read_page, name="resident-read-page"),
    path("notices/<uuid:notice_id>/read", mine.read_notice, name="resident-read"),
    path("notices/unread", mine.unread, name="resident-unread"),
    path("notices/settings", telling.account_wish, name="resident-wish"),
    path("looks", looked.looks, name="resident-looks"),
    path("looks.csv", looked.looks_csv, name="resident-looks-csv"),
    path("everything", taking.everything, name="resident-everything"),
    path("everything.html", taking.as_page, name="resident-everything-page"),
    path("export.json", taking.as_json, name="resident-export"),
    path("held", held.held, name="resident-held"),
    path("held.json", taking.held_json, name="resident-held-json"),
    path("held.csv", held.as_csv, name="resident-held-csv"),
    path("held/do", held.do, name="resident-held-do"),
    path("held/let-go", held.let_go, name="resident-held-let-go"),
    path("open", held.open_login, name="resident-open"),
    path("consent", held.agree, name="resident-consent"),
    path("case/<uuid:case_id>", mine.case, name="resident-case"),
    path("case/<uuid:case_id>/notices", telling.case_wish, name="resident-case-notices"),
    path("case/<uuid:case_id>/confirm", mine.confirmed, name="resident-confirm"),
    path("case/<uuid:case_id>/reopen", mine.reopened, name="resident-reopen"),
    path("case/<uuid:case_id>/still-fine", mine.fine, name="resident-still-fine"),
    path("case/<uuid:case_id>/still-wrong", mine.wrong, name="resident-still-wrong"),
    path("case/<uuid:case_id>/photo/<uuid:photo_id>", mine.photo, name="resident-photo"),
]
