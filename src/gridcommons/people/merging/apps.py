"""Registers the room with Django."""

from django.apps import AppConfig


class MergingConfig(AppConfig):
    """The room `people.merging`."""

    name = "gridcommons.people.merging"
    label = "merging"
