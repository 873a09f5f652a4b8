"""Addresses of `web.office`."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.office import audit, case, complaints, mediation, notices, queue, situation

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
    path("complaints", complaints.listed, name="office-complaints"),
    path("complaints/<uuid:complaint_id>", complaints.single, name="office-complaint"),
    path("complaints/<uuid:complaint_id>/do/<str:action>", complaints.act, name="office-complaint-do"),
    path("questions", complaints.questions, name="office-questions"),
    path("questions/<uuid:question_id>", complaints.replied, name="office-question-reply"),
    path("mediations", mediation.desk, name="office-mediations"),
    path("mediations/new", mediation.new, name="office-mediation-new"),
    path("mediations/<uuid:mediation_id>", mediation.single, name="office-mediation"),
    path("mediations/<uuid:mediation_id>/agreement", mediation.agreement, name="office-mediation-agreement"),
    path("mediations/<uuid:mediation_id>/do/<str:action>", mediation.act, name="office-mediation-do"),
    path("case/<uuid:case_id>/mediation", mediation.hand, name="office-case-mediation"),
    path("notices", notices.notices, name="office-notices"),
    path("notices/<uuid:notice_id>/read", notices.read, name="office-notice-read"),
]
