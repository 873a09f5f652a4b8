"""Registers the room with Django."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The room `collection.inbox`."""

    name = "gridcommons.collection.inbox"
    label = "inbox"
