"""Addresses of `web.worker`."""

from __future__ import annotations

from django.urls import URLPattern, path

from gridcommons.web.worker import app, budget, case, phone, report, today

urlpatterns: list[URLPattern] = [
    path("", today.my_grid, name="worker-today"),
    path("grids.geojson", today.grids, name="worker-grids"),
    path("locate", today.locate, name="worker-locate"),
    path("budget", budget.budget, name="worker-budget"),
    path("phone", phone.phone, name="worker-phone"),
    path("phone/<uuid:key_id>/withdraw", phone.withdraw, name="worker-phone-withdraw"),
    path("app/", app.shell, name="worker-app"),
    path("app/worker.js", app.service_worker, name="worker-app-service"),
    path("app/app.webmanifest", app.manifest, name="worker-app-manifest"),
    path("app/me", app.me, name="worker-app-me"),
    path("app/key", app.key, name="worker-app-key"),
    path("app/half", app.half, name="worker-app-half"),
    path("report", report.report, name="worker-report"),
    path("report/matters", report.matters, name="worker-matters"),
    path("case/<uuid:case_id>", case.case, name="worker-case"),
    path("case/<uuid:case_id>/do/<str:action>", case.step, name="worker-case-step"),
]
