"""Registers the room with Django."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    """The room `bulletins` of `outlook`."""

    name = "gridcommons.outlook.bulletins"
    label = "bulletins"
