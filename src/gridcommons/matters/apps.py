"""Registers the part with Django."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """The part `matters`."""

    name = "gridcommons.matters"
    label = "matters"
