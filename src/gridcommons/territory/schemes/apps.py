"""Registers the room with Django."""

from django.apps import AppConfig


class SchemesConfig(AppConfig):
    """The room `schemes` of territory."""

    name = "gridcommons.territory.schemes"
    label = "schemes"
