"""Registers the room with Django."""

from django.apps import AppConfig


class HotlineConfig(AppConfig):
    """The room `hotline` of `cases`."""

    name = "gridcommons.cases.hotline"
    label = "hotline"

    def ready(self) -> None:
        """Carry followers over with their cases when areas are reorganised."""
        import gridcommons.cases.hotline.following  # noqa: F401 - it registers itself
