"""Registers the room with Django."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """The room `collection.visits`."""

    name = "gridcommons.collection.visits"
    label = "visits"
