"""Registers the room with Django."""

from django.apps import AppConfig


class FindingConfig(AppConfig):
    """The room `finding`."""

    name = "gridcommons.cases.finding"
    label = "finding"
