"""The WSGI application that granian serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from gridcommons.web.settling import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridcommons.web.settings")
application = HotDoor(get_wsgi_application())
settle()
