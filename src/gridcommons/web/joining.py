"""The door for who was invited: their own password, or their house's login; the code is used up by it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from gridcommons.access.joining.actions import accept
from gridcommons.access.joining.queries import invitation
from gridcommons.access.rules import PUBLIC
from gridcommons.kit.errors import Refusal
from gridcommons.web.house_form import HouseForm
from gridcommons.web.house_login import INVITED
from gridcommons.web.login_file import HOUSE
from gridcommons.web.login_service import house_login_name
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, language

_LONGEST = 40
_OF_DJANGO = (
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.", 1,
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.", 1,
    ),
)  # fmt: skip
"""Sentences of the framework that our catalogue says in the tone of the house."""


class PasswordForm(HouseForm):
    """A password of one's own, twice."""

    first = forms.CharField(
        label=_("Your password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    second = forms.CharField(
        label=_("The same again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        """Both have to be the same."""
        cleaned = super().clean() or {}
        if cleaned.get("first") != cleaned.get("second"):
            self.add_error("second", _("The two passwords differ. Type them again."))
        return cleaned


@never_cache
@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """Type the code of a printed slip."""
    code = request.GET.get("code", "").strip()
    if not code:
        return render(request, "account/join_enter.html")
    return redirect("join-code", code[:_LONGEST].replace("/", ""))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Who is invited sets their own password; they are let in at once and asked for a second factor there."""
    house = asked(request)
    facts = invitation(code, house.now)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = accept(code=code, password=form.cleaned_data["first"], by=PUBLIC, at=house.now)
        except Refusal as refusal:
            if refusal.code != "joining.weak_password":
                raise
            form.add_error("first", say(refusal.words(), language()))
        else:
            login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
            return redirect(settings.LOGIN_REDIRECT_URL)
    context = {
        "form": form, "facts": facts, "code": code, "advice": password_validators_help_texts(),
        "house_login": house_login_name(),
    }  # fmt: skip
    return render(request, "account/join.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def by_house_login(request: HttpRequest, code: str) -> HttpResponseRedirect:
    """Go to the house's own login with the invitation in hand; it is used up on the way back."""
    invitation(code, asked(request).now)
    request.session[INVITED] = code
    return redirect("openid_connect_login", HOUSE)
