"""Addresses of `web.office`."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.office import audit, case, first_hour, matters, move_in, notices, people, queue, situation

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
    path("first-hour", first_hour.first_hour, name="office-first-hour"),
    path("first-hour/try", first_hour.try_first, name="office-first-hour-try"),
    path("move-in", move_in.move_in, name="office-move-in"),
    path("move-in/send", move_in.send, name="office-move-in-send"),
    path("move-in/drop", move_in.drop, name="office-move-in-drop"),
    path("move-in/go", move_in.go, name="office-move-in-go"),
    path("move-in/errors.xlsx", move_in.errors_book, name="office-move-in-errors"),
    path("move-in/errors.csv", move_in.errors_csv, name="office-move-in-errors-csv"),
    path("move-in/template/<str:key>.xlsx", move_in.template_file, name="office-move-in-template"),
    path("people", people.people_list, name="office-people"),
    path("people.csv", people.export, name="office-people-csv"),
    path("people/invite", people.invite_many, name="office-people-invite"),
    path("people/<uuid:user_id>", people.person, name="office-person"),
    path("people/<uuid:user_id>/do/<str:what>", people.do, name="office-person-do"),
    path("matters", matters.matters, name="office-matters"),
    path("matters/publish", matters.publish_list, name="office-matters-publish"),
    path("matters/<str:key>", matters.matter, name="office-matter"),
    path("notices", notices.notices, name="office-notices"),
    path("notices/<uuid:notice_id>/read", notices.read, name="office-notice-read"),
]
