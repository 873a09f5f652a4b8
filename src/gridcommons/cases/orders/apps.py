"""Registers the room with Django."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The room `orders` of `cases`."""

    name = "gridcommons.cases.orders"
    label = "orders"
