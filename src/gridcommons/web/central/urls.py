"""Addresses of `web.central`."""

from __future__ import annotations

from django.urls import path, re_path

from gridcommons.web.central import reading, sent, sessions, tables
from gridcommons.web.central.door import by_hand, entities, nowhere, phones

_PROJECT = "projects/<int:project>"
_FORM = f"{_PROJECT}/forms/<str:form_id>"
_ONE = f"{_FORM}/submissions/<str:instance_id>"
urlpatterns = [
    path("sessions", sessions.sessions, name="central-sessions"),
    path("users/current", sessions.current, name="central-current"),
    path("projects", reading.projects, name="central-projects"),
    path(_PROJECT, reading.project, name="central-project"),
    path(f"{_PROJECT}/forms", reading.forms, name="central-forms"),
    path(f"{_PROJECT}/app-users", phones, name="central-app-users"),
    path(f"{_PROJECT}/datasets", entities, name="central-datasets"),
    path(f"{_PROJECT}/datasets<path:rest>", entities, name="central-datasets-below"),
    path(f"{_FORM}.svc", tables.service, name="central-service"),
    path(f"{_FORM}.svc/$metadata", tables.metadata, name="central-metadata"),
    path(f"{_FORM}.svc/<path:name>", tables.table, name="central-table"),
    path(f"{_FORM}.xml", reading.form_xml, name="central-form-xml"),
    path(_FORM, reading.form, name="central-form"),
    path(f"{_FORM}/draft", by_hand, name="central-draft"),
    path(f"{_FORM}/draft/<path:rest>", by_hand, name="central-draft-below"),
    path(f"{_FORM}/assignments/<path:rest>", phones, name="central-assignments"),
    path(f"{_FORM}/submissions", sent.submissions, name="central-submissions"),
    path(f"{_ONE}.xml", sent.xml, name="central-submission-xml"),
    path(_ONE, sent.submission, name="central-submission"),
    path(f"{_ONE}/comments", sent.comments, name="central-comments"),
    path(f"{_ONE}/attachments", sent.attachments, name="central-attachments"),
    path(f"{_ONE}/attachments/<str:name>", sent.attachment, name="central-attachment"),
    re_path(r"^(?P<rest>[\s\S]*)$", nowhere),
]
