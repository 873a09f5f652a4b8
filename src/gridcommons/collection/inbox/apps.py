"""Registers the room with Django."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The room `collection.inbox`."""

    name = "gridcommons.collection.inbox"
    label = "inbox"

    def ready(self) -> None:
        """Say which forms of a home are kept, how they are erased, and what is put away with a person under threat."""
        import gridcommons.collection.inbox.held
        import gridcommons.collection.inbox.sheltered  # noqa: F401 - they register themselves
