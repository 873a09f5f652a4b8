"""Registers the room with Django."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """The room `cases.clients`."""

    name = "gridcommons.cases.clients"
    label = "clients"
