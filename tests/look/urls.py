"""Addresses of the gallery."""

from django.urls import include, path

from look import gallery

FRAME_LINKS = (
    "public-matters",
    "public-colours",
    "public-warnings",
    "public-open-data",
    "public-ledger",
    "public-privacy",
    "public-home",
    "public-report",
    "public-track",
    "public-roles",
    "public-complaint",
    "resident-open",
)

urlpatterns = [
    path("", gallery.page, {"name": "index"}),
    path("i18n/", include("django.conf.urls.i18n")),
    path("login/", gallery.page, {"name": "index"}, name="account_login"),
    path("logout/", gallery.page, {"name": "index"}, name="account_logout"),
    path("areas.json", gallery.areas),
    path("finer.json", gallery.finer),
    path("locate.json", gallery.locate),
    path("form/", gallery.form),
    path("error/<int:code>/", gallery.error),
    path("refusal/", gallery.refusal),
    path("<slug:name>/", gallery.page),
    # Names that the frame of every page links to.
    *(path(f"elsewhere/{name}", gallery.page, {"name": "index"}, name=name) for name in FRAME_LINKS),
]
