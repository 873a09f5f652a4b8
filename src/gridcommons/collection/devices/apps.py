"""Registers the room with Django."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """The room `collection.devices`."""

    name = "gridcommons.collection.devices"
    label = "devices"
