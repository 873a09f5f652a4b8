"""Registers the part with Django."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The part `people`."""

    name = "gridcommons.people"
    label = "people"
