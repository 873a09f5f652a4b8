"""Registers the room with Django."""

from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    """The room `admission` of load."""

    name = "gridcommons.load.admission"
    label = "admission"
