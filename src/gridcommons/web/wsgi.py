"""The WSGI application that granian serves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

from gridcommons.web.settling import settle

if TYPE_CHECKING:
    from gridcommons.web.openrosa.hot import HotDoor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridcommons.web.settings")


def _whole() -> HotDoor:
    views = get_wsgi_application()
    from gridcommons.web.openrosa.hot import HotDoor

    return HotDoor(views)


application = _whole()
settle()
