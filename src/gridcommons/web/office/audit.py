"""What an auditor can do here: published figures, the ledger, the register; never a person or a single case."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcommons.outlook.rules import require_staff
from gridcommons.web.staff import asked, can, frame, signed_in


@signed_in
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """The ways of an audit, each with its page or its command."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    opens = {name: can(house.viewer, f"look.{name}", house.now) for name in ("ledger", "glass", "grants")}
    return render(request, "office/audit.html", frame(request) | {"opens": opens})
