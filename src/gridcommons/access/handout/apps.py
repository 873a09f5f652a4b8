"""Registers the room with Django."""

from django.apps import AppConfig


class HandoutConfig(AppConfig):
    """The room `access.handout`."""

    name = "gridcommons.access.handout"
    label = "handout"
