"""Registers the room with Django."""

from django.apps import AppConfig


class ReorganisingConfig(AppConfig):
    """The room `reorganising` of territory."""

    name = "gridcommons.territory.reorganising"
    label = "reorganising"
