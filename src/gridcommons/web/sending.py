"""A report that is sent twice is taken once, and answered both times with the same number and code."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError

from gridcommons.access.rules import Viewer
from gridcommons.cases.actions import Reported, report_case
from gridcommons.cases.codes import tracking_code
from gridcommons.cases.filing import Report
from gridcommons.cases.queries import tracked_case, with_code
from gridcommons.kit.errors import Refusal

_ONCE: Final = ("case_external_once", "track_digest")


def sealed_once(report: Report, mark: str) -> Report:
    """The report with the secret of its sending: from the form's mark and all it says, so that other words are new.

    `mark`: what the form carried to know itself by; without one every sending is new.
    """
    if not mark:
        return report
    said = (
        mark, report.matter_key, report.text, report.lon, report.lat, report.area_code, report.address, report.contact,
        report.share_with_handler, report.wish, [hashlib.sha256(photo).hexdigest() for photo in report.photos],
    )  # fmt: skip
    return replace(report, once=hmac.digest(settings.SECRET_KEY.encode(), repr(said).encode(), "sha256"))


def was_sent(*, report: Report, mark: str, by: Viewer, at: datetime) -> bool:
    """Whether this very sending came already: what was answered once is not asked about."""
    if not mark:
        return False
    code = tracking_code(sealed_once(report, mark).once)
    try:
        tracked_case(code=code, viewer=with_code(by, code), at=at)
    except Refusal:
        return False
    return True


def report_once(
    *, report: Report, mark: str, channel: str, by: Viewer, at: datetime, purpose: str = "own_case",
    take: Callable[..., Reported] = report_case,
) -> tuple[Reported, bool]:  # fmt: skip
    """Report, and whether it is new; the same sending again gets the first receipt. `take`: the deed that takes it."""
    sealed = sealed_once(report, mark)
    try:
        return take(report=sealed, channel=channel, by=by, at=at, purpose=purpose), True
    except IntegrityError as error:
        if not any(name in str(error) for name in _ONCE):
            raise
    code = tracking_code(sealed.once)
    page = tracked_case(code=code, viewer=with_code(by, code), at=at)
    return Reported(page.id, page.number, code, page.area_code), False
