"""Registers the part with Django, and the lineage with the scope."""

from django.apps import AppConfig


class TerritoryConfig(AppConfig):
    """The part `territory`."""

    name = "gridcommons.territory"
    label = "territory"

    def ready(self) -> None:
        """Say where the lineage is kept: tables can be read from here on."""
        from gridcommons.access.scope import lineage
        from gridcommons.territory.succession import SOURCE

        lineage(SOURCE)
