"""Registers the part with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The part `access`."""

    name = "gridcommons.access"
    label = "access"
