"""Registers the room with Django."""

from django.apps import AppConfig


class SignalsConfig(AppConfig):
    """The room `collection.signals`."""

    name = "gridcommons.collection.signals"
    label = "signals"
