"""The roles and what each may do, in words, for everybody: nobody can do what is not listed here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcommons.access.naming import deed_words
from gridcommons.access.roles import PURPOSES, ROLES


@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Every role with its deeds, looks, purposes and who may give it."""
    givers = {key: [role.name for role in ROLES.values() if key in role.may_give] for key in ROLES}
    rows = [
        {
            "role": role, "givers": givers[role.key],
            "deeds": [deed_words(key) for key in sorted(role.deeds) if not key.startswith("look.")],
            "looks": [deed_words(key) for key in sorted(role.deeds) if key.startswith("look.")],
            "purposes": [words for key, words in PURPOSES.items() if key in role.purposes],
        }
        for role in ROLES.values()
    ]  # fmt: skip
    return render(request, "public/roles.html", {"rows": rows})
