"""Addresses of `web.office`."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.office import (
    audit,
    case,
    giving,
    glass,
    grants,
    handouts,
    ledger,
    notices,
    opened,
    queue,
    situation,
)

urlpatterns: list[URLPattern] = [
    path("", situation.home, name="office-home"),
    path("audit", audit.audit, name="office-audit"),
    path("area/<str:code>", situation.area, name="office-area"),
    path("area/<str:code>/map.geojson", situation.area_map, name="office-area-map"),
    path("queue", queue.cases, name="office-queue"),
    path("queue.csv", queue.export, name="office-queue-csv"),
    path("queue/accept", queue.accept_many, name="office-queue-accept"),
    path("queue/keep", queue.save_filter, name="office-queue-save"),
    path("queue/forget", queue.forget_filter, name="office-queue-forget"),
    path("case/<uuid:case_id>", case.case, name="office-case"),
    path("case/<uuid:case_id>/do/<str:action>", case.step, name="office-case-step"),
    path("case/<uuid:case_id>/photo", case.photo, name="office-case-photo"),
    path("case/<uuid:case_id>/photo/<uuid:photo_id>", case.picture, name="office-case-picture"),
    path("case/<uuid:case_id>/contact", case.contact, name="office-case-contact"),
    path("case/<uuid:case_id>/looks", case.looks, name="office-case-looks"),
    path("glass", glass.overview, name="office-glass"),
    path("glass/ask", glass.ask, name="office-glass-ask"),
    path("glass/<uuid:glass_id>", glass.one, name="office-glass-one"),
    path("glass/<uuid:glass_id>/do/<str:action>", glass.act, name="office-glass-act"),
    path("glass/<uuid:glass_id>/read", opened.reading, name="office-glass-read"),
    path("glass/<uuid:glass_id>/case/<uuid:case_id>", opened.case, name="office-glass-case"),
    path(
        "glass/<uuid:glass_id>/case/<uuid:case_id>/photo/<uuid:photo_id>", opened.picture, name="office-glass-picture"
    ),
    path("exports", handouts.overview, name="office-handouts"),
    path("exports/ask", handouts.ask, name="office-handout-ask"),
    path("exports/<uuid:handout_id>", handouts.one, name="office-handout"),
    path("exports/<uuid:handout_id>/do/<str:action>", handouts.act, name="office-handout-act"),
    path("grants", grants.overview, name="office-grants"),
    path("grants.csv", grants.as_csv, name="office-grants-csv"),
    path("grants/give", giving.give, name="office-grant-give"),
    path("grants/<uuid:grant_id>", grants.one, name="office-grant"),
    path("grants/<uuid:grant_id>/revoke", grants.revoke_one, name="office-grant-revoke"),
    path("grants/person/<uuid:user_id>", grants.person, name="office-grants-person"),
    path("grants/person/<uuid:user_id>/end", grants.end_person, name="office-grants-end"),
    path("ledger", ledger.overview, name="office-ledger"),
    path("ledger/check", ledger.ask_check, name="office-ledger-check"),
    path("ledger/check/<uuid:check_id>", ledger.check, name="office-ledger-result"),
    path("ledger/check/<uuid:check_id>.json", ledger.proof, name="office-ledger-proof"),
    path("notices", notices.notices, name="office-notices"),
    path("notices/<uuid:notice_id>/read", notices.read, name="office-notice-read"),
]
