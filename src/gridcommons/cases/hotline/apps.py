"""Registers the room with Django."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """The room `hotline` of `cases`."""

    name = "gridcommons.cases.hotline"
    label = "hotline"
