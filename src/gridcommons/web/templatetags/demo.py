"""`{% load demo %}`: the accounts of the demonstration, beside the login where this is a demonstration."""

from __future__ import annotations

from django import template
from django.conf import settings

from gridcommons.access.queries import account_ids
from gridcommons.web.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD, DemoAccount
from gridcommons.web.login_service import house_login_name

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[DemoAccount]:
    """The accounts to look around with, as far as they exist yet; none outside a demonstration."""
    if not settings.DEMO:
        return []
    known = account_ids(one.username for one in DEMO_ACCOUNTS)
    return [one for one in DEMO_ACCOUNTS if one.username in known]


@register.simple_tag
def demo_password() -> str:
    """The password that all of them share."""
    return DEMO_PASSWORD if settings.DEMO else ""


@register.simple_tag
def house_login() -> str:
    """The name of the county's own login service; empty where none is set up."""
    return house_login_name()
