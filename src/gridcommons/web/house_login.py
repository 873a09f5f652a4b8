"""Logins that come from the county's own login service: let in if linked, linked if invited, else told how to be.

No account and no grant is ever made by such a login.
"""

from __future__ import annotations

from typing import Any, Final

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from requests import Session

from gridcommons.access.joining.actions import accept_by_login
from gridcommons.access.rules import PUBLIC
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.web.front import refused
from gridcommons.web.login_service import service
from gridcommons.web.second_factor import TRUSTED
from gridcommons.web.staff import asked

INVITED: Final = "joining.code"
"""The code of the invitation that somebody holds while they are away at the login service."""
_SECONDS: Final = 10

NOT_LINKED = refusal_kind(
    "login.not_linked",
    status=403,
    zh="统一登录成功，但它没有关联到本平台的账号：请用管理员给您的邀请打开链接，再选择统一登录。",
    en="Your house's login is fine, but it is linked to no account here: open your invitation's link first, then "
    "choose this login there.",
)
FAILED = refusal_kind(
    "login.failed",
    status=502,
    zh="统一登录没有完成（{what}）。没有任何改动；请再试一次，或用密码登录。",
    en="Your house's login did not go through ({what}). Nothing was changed; try again, or use a password.",
)


class _Brief(Session):
    """Calls to the login service that end in time."""

    def request(self, *args: Any, **kwargs: Any) -> Any:
        """As usual, with a limit."""
        return super().request(*args, **{"timeout": _SECONDS, **kwargs})


class HouseLogin(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Lets in what is linked, links what is invited, and makes nothing."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002 - interface
        """Never."""
        return False

    def get_requests_session(self) -> Session:
        """A session whose calls end in time."""
        return _Brief()

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link the login by the invitation that the session holds; refuse one that is neither linked nor invited."""
        code = request.session.pop(INVITED, "")
        if not sociallogin.is_existing:
            self._link(request, sociallogin, code)
        trusted = service().get("settings", {}).get("second_factor") == "issuer"
        if trusted and sociallogin.user is not None and sociallogin.user.pk:
            request.session[TRUSTED] = str(sociallogin.user.pk)

    def _link(self, request: HttpRequest, sociallogin: SocialLogin, code: str) -> None:
        try:
            if not code:
                raise refuse(NOT_LINKED)
            user = accept_by_login(code=code, by=PUBLIC, at=asked(request).now)
        except Refusal as refusal:
            raise ImmediateHttpResponse(_told(request, refusal)) from refusal
        sociallogin.connect(request, user)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **_more: Any
    ) -> None:
        """Say in the house's words that it did not go through."""
        what = str(exception or error or provider.id)[:80]
        raise ImmediateHttpResponse(_told(request, refuse(FAILED, what=what)))


def _told(request: HttpRequest, refusal: Refusal) -> Any:
    return refused(request, refusal)
