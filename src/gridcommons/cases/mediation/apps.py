"""Registers the room with Django."""

from django.apps import AppConfig


class MediationConfig(AppConfig):
    """The room `mediation` of the part `cases`."""

    name = "gridcommons.cases.mediation"
    label = "mediation"
