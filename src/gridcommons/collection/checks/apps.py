"""Registers the room with Django."""

from django.apps import AppConfig


class ChecksConfig(AppConfig):
    """The room `collection.checks`."""

    name = "gridcommons.collection.checks"
    label = "checks"
