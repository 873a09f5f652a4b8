"""Registers the room with Django."""

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    """The room `complaints` of the part `cases`."""

    name = "gridcommons.cases.complaints"
    label = "complaints"
