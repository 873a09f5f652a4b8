"""Cases as a kind of things that links carry."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.models import ENDED, Case
from gridcommons.cases.partners.content import SAMPLE, Value
from gridcommons.cases.partners.kinds import CASE, Kind, Standing, carries
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.queries import case_for
from gridcommons.cases.partners.rules import HELD


def _standing(case_id: UUID) -> Standing | None:
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        return None
    ended = case.state in ENDED
    return Standing(case.number, case.matter_key, case.handler_office_id, case.state in HELD or ended, ended)


def _values(case_id: UUID, link: str, terms: Any, viewer: Viewer, at: datetime) -> dict[str, Value]:
    return case_for(case_id=case_id, link=link, terms=terms, viewer=viewer, at=at)


carries(Kind(CASE, policy().fields, SAMPLE, _standing, _values))
