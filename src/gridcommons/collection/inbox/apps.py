"""Registers the room with Django."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The room `collection.inbox`."""

    name = "gridcommons.collection.inbox"
    label = "inbox"

    def ready(self) -> None:
        """Let people read which forms of their home are kept, and have erased what stands in them."""
        import gridcommons.collection.inbox.held  # noqa: F401 - it registers itself
