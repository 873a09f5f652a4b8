"""Registers the room with Django."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The room `orders` of `cases`."""

    name = "gridcommons.cases.orders"
    label = "orders"

    def ready(self) -> None:
        """Say what a reorganisation of areas touches here."""
        import gridcommons.cases.orders.carrying  # noqa: F401 - it registers itself
