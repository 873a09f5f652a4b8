"""Registers the room with Django."""

from django.apps import AppConfig


class BookConfig(AppConfig):
    """The room `access.book`."""

    name = "gridcommons.access.book"
    label = "book"
