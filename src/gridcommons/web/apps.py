"""Registers the part with Django."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The part `web`."""

    name = "gridcommons.web"
    label = "web"
