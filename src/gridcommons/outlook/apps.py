"""Registers the part with Django."""

from django.apps import AppConfig


class OutlookConfig(AppConfig):
    """The part `outlook`."""

    name = "gridcommons.outlook"
    label = "outlook"
