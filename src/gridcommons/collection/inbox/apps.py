"""Registers the room with Django."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The room `collection.inbox`."""

    name = "gridcommons.collection.inbox"
    label = "inbox"

    def ready(self) -> None:
        """Say what of the papers is put away with a person under threat."""
        import gridcommons.collection.inbox.sheltered  # noqa: F401 - it registers itself
