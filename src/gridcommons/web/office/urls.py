"""Addresses of `web.office`."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.office import audit, case, events, notices, orders, queue, situation

urlpatterns: list[URLPattern] = [
    path("", situation.home, name="office-home"),
    path("audit", audit.audit, name="office-audit"),
    path("area/<str:code>", situation.area, name="office-area"),
    path("area/<str:code>/map.geojson", situation.area_map, name="office-area-map"),
    path("area/<str:code>/events", events.events, name="office-events"),
    path("area/<str:code>/events/add", events.add, name="office-event-add"),
    path("area/<str:code>/events/<uuid:event_id>/drop", events.drop, name="office-event-drop"),
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
    path("orders", orders.orders, name="office-orders"),
    path("orders/new", orders.write, name="office-order-new"),
    path("orders/<uuid:order_id>", orders.order, name="office-order"),
    path("orders/<uuid:order_id>/returns.csv", orders.export, name="office-order-csv"),
    path("orders/<uuid:order_id>/do/<str:action>", orders.step, name="office-order-step"),
    path("notices", notices.notices, name="office-notices"),
    path("notices/<uuid:notice_id>/read", notices.read, name="office-notice-read"),
]
