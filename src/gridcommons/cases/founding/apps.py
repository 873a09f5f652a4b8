"""Registers the room with Django, and tells the kit where the county's own calendar lies."""

from pathlib import Path

from django.apps import AppConfig


class FoundingConfig(AppConfig):
    """The room `founding` of `cases`."""

    name = "gridcommons.cases.founding"
    label = "founding"

    def ready(self) -> None:
        """From now on the calendar in the data folder counts, where there is one."""
        from django.conf import settings

        from gridcommons.kit.calendar import use_house_calendar

        use_house_calendar(Path(settings.DATA) / "calendar.toml")
