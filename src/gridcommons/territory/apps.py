"""Registers the part with Django."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """The part `territory`."""

    name = "gridcommons.territory"
    label = "territory"
