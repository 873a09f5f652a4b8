"""Registers the part with Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The part `notices`."""

    name = "gridcommons.notices"
    label = "notices"
