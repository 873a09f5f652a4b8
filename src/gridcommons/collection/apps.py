"""Registers the part with Django."""

from __future__ import annotations

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    """The part `collection`; its tables stand in its rooms."""

    name = "gridcommons.collection"
    label = "collection"
