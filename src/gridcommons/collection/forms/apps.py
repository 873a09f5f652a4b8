"""Registers the room with Django."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    """The room `collection.forms`."""

    name = "gridcommons.collection.forms"
    label = "forms"
