"""Registers the part with Django."""

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """The part `workforce`."""

    name = "gridcommons.workforce"
    label = "workforce"
