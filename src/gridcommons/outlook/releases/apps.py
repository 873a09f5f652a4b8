"""Registers the room with Django."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """The room `releases` of `outlook`."""

    name = "gridcommons.outlook.releases"
    label = "releases"
