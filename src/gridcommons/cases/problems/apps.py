"""Registers the room with Django."""

from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    """The room `problems`."""

    name = "gridcommons.cases.problems"
    label = "problems"
