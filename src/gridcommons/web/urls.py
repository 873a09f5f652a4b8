"""All doors over HTTP, by audience."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path

from gridcommons.web import joining
from gridcommons.web.metrics import metrics

handler400 = "gridcommons.web.front.bad_request"


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def favicon(_request: HttpRequest) -> HttpResponseRedirect:
    """The house's icon, for those who ask for it by its old name."""
    return redirect(static("built/mark.svg"))


urlpatterns = [
    path("favicon.ico", favicon, name="favicon"),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("join", joining.enter, name="join"),
    path("join/<str:code>", joining.join, name="join-code"),
    path("join/<str:code>/login", joining.by_house_login, name="join-house-login"),
    path("me/", include("gridcommons.web.resident.urls")),
    path("field/", include("gridcommons.web.worker.urls")),
    path("notices/", include("gridcommons.web.notices.urls")),
    path("office/", include("gridcommons.web.office.urls")),
    path("partners/", include("gridcommons.web.partners.urls")),
    path("open311/v2/", include("gridcommons.web.open311.urls")),
    path("openrosa/", include("gridcommons.web.openrosa.urls")),
    path("v1/", include("gridcommons.web.central.urls")),
    path("", include("gridcommons.web.public.urls")),
]
