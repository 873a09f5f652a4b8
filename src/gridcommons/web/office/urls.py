"""Addresses of `web.office`."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.office import area_life, audit, case, notices, plan_lines, plans, queue, situation

urlpatterns: list[URLPattern] = [
    path("", situation.home, name="office-home"),
    path("audit", audit.audit, name="office-audit"),
    path("area/<str:code>", situation.area, name="office-area"),
    path("area/<str:code>/map.geojson", situation.area_map, name="office-area-map"),
    path("areas", plans.plans, name="office-plans"),
    path("areas/from-list", plan_lines.from_list, name="office-plan-from-list"),
    path("areas/life/<str:code>", area_life.life, name="office-area-life"),
    path("areas/hand-overs", area_life.handed_over, name="office-hand-overs"),
    path("areas/hand-overs/<uuid:hand_over_id>/sign", area_life.sign, name="office-hand-over-sign"),
    path("areas/plan/<uuid:plan_id>", plans.plan, name="office-plan"),
    path("areas/plan/<uuid:plan_id>.csv", plans.plan_csv, name="office-plan-csv"),
    path("areas/plan/<uuid:plan_id>/add/<str:verb>", plan_lines.add, name="office-plan-add"),
    path("areas/plan/<uuid:plan_id>/do/<str:action>", plans.do, name="office-plan-do"),
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
    path("notices", notices.notices, name="office-notices"),
    path("notices/<uuid:notice_id>/read", notices.read, name="office-notice-read"),
]
