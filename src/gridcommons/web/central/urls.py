"""Addresses of `web.central`."""

from __future__ import annotations

from django.urls import path, re_path

from gridcommons.web.central import reading, sessions
from gridcommons.web.central.door import nowhere

_FORM = "projects/<int:project>/forms/<str:form_id>"
urlpatterns = [
    path("sessions", sessions.sessions, name="central-sessions"),
    path("users/current", sessions.current, name="central-current"),
    path("projects", reading.projects, name="central-projects"),
    path("projects/<int:project>", reading.project, name="central-project"),
    path("projects/<int:project>/forms", reading.forms, name="central-forms"),
    path(f"{_FORM}.svc", reading.service, name="central-service"),
    path(f"{_FORM}.svc/<str:name>", reading.table, name="central-table"),
    path(f"{_FORM}.xml", reading.form_xml, name="central-form-xml"),
    path(_FORM, reading.form, name="central-form"),
    path(f"{_FORM}/submissions", reading.submissions, name="central-submissions"),
    path(f"{_FORM}/submissions/<str:instance_id>", reading.submission, name="central-submission"),
    path(f"{_FORM}/submissions/<str:instance_id>/attachments", reading.attachments, name="central-attachments"),
    re_path(r"^(?P<rest>[\s\S]*)$", nowhere),
]
