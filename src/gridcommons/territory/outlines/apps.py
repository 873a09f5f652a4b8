"""Registers the room with Django."""

from django.apps import AppConfig


class OutlinesConfig(AppConfig):
    """The room `outlines` of territory."""

    name = "gridcommons.territory.outlines"
    label = "outlines"
