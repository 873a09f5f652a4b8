"""Registers the room with Django."""

from django.apps import AppConfig


class CautionsConfig(AppConfig):
    """The room `cautions` of `outlook`."""

    name = "gridcommons.outlook.cautions"
    label = "cautions"
