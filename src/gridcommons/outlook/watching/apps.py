"""Registers the room with Django."""

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    """The room `watching` of `outlook`."""

    name = "gridcommons.outlook.watching"
    label = "watching"
