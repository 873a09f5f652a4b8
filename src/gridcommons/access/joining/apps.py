"""Registers the room with Django."""

from django.apps import AppConfig


class JoiningConfig(AppConfig):
    """The room `joining` of `access`."""

    name = "gridcommons.access.joining"
    label = "joining"
