"""Registers the room with Django."""

from django.apps import AppConfig


class AwaitedConfig(AppConfig):
    """The room `notices.awaited`."""

    name = "gridcommons.notices.awaited"
    label = "awaited"
