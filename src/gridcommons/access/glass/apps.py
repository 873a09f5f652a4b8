"""Registers the room with Django, and its reader of opened glasses with the part."""

from importlib import import_module

from django.apps import AppConfig


class GlassConfig(AppConfig):
    """The room `access.glass`."""

    name = "gridcommons.access.glass"
    label = "glass"

    def ready(self) -> None:
        """From now on a viewer carries what was opened to them."""
        import_module("gridcommons.access.glass.opening")
