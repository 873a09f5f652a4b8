"""Prepares the environment that the Django settings read, and migrates as the owner."""

from __future__ import annotations

import os

from gridcommons.cli.places import DATA_VARIABLE, Places, here
from gridcommons.cli.postgres import OWNER, SEALER, Cluster, cluster

WEB_URL = "GRIDCOMMONS_DATABASE_URL"
OWNER_URL = "GRIDCOMMONS_OWNER_DATABASE_URL"
SEALER_URL = "GRIDCOMMONS_SEALER_DATABASE_URL"


def own_cluster(places: Places | None = None) -> Cluster | None:
    """The embedded cluster of the data folder, or None where a DSN is configured."""
    return None if os.environ.get(WEB_URL) else cluster(places or here())


def prepare(places: Places | None = None, *, start: bool = True) -> dict[str, str]:
    """Start the embedded database where it is used, and set the variables; returns what was set."""
    places = (places or here()).make()
    values = {
        DATA_VARIABLE: str(places.data),
        "GRIDCOMMONS_SECRET": places.secret("web"),
        "DJANGO_SETTINGS_MODULE": "gridcommons.web.settings",
    }
    own = own_cluster(places)
    if own is not None:
        if start:
            own.start()
        values |= {WEB_URL: own.url(), OWNER_URL: own.url(OWNER), SEALER_URL: own.url(SEALER)}
    os.environ.update(values)
    return values


def setup(places: Places | None = None, *, start: bool = True) -> None:
    """Django, ready to use the database."""
    import django

    prepare(places, start=start)
    django.setup()


def setup_migrated(places: Places) -> None:
    """Django on a database with all its tables: the program's own is brought to this version, another's is not."""
    own = own_cluster(places)  # asked before the set-up, which names a database for the whole process
    setup(places)
    if own is not None:
        migrate()


def migrate() -> None:
    """Bring the database to this version as the owner, then raise the walls."""
    from django.core.management import call_command

    from gridcommons.access.walls import raise_walls

    call_command("migrate", database="owner", interactive=False, verbosity=0)
    raise_walls()
