"""Registers the room with Django."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """The room `cases.partners`."""

    name = "gridcommons.cases.partners"
    label = "partners"
