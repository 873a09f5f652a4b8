"""Registers the room with Django."""

from django.apps import AppConfig


class ConcernsConfig(AppConfig):
    """The room `concerns`."""

    name = "gridcommons.cases.concerns"
    label = "concerns"
