"""Writes of visits that come again: begun for an area, ended by its office, and by the program with their area."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.orders.rules import area_now, serves
from gridcommons.collection.carrying_forms import require_form
from gridcommons.collection.concerning import stands
from gridcommons.collection.rounds import rules as say
from gridcommons.collection.rounds.models import Round
from gridcommons.collection.rounds.planning import weigh
from gridcommons.collection.rounds.policy import policy
from gridcommons.collection.rounds.rules import (
    AREA_ENDED,
    REASON_LENGTH,
    Rule,
    clean_rule,
    needs_consent,
    require_rule,
)
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refuse, require_none, worded
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current, require_taken
from gridcommons.people.facts.keys import fact_keys
from gridcommons.territory.queries import area_on, names_of
from gridcommons.territory.succession import ZONE


def _of_rule(facts: Mapping[str, Any]) -> Place:
    return Place(facts["rule"].area_code)


def _of_round(facts: Mapping[str, Any]) -> Place:
    code = Round.objects.filter(pk=facts["round_id"]).values_list("area_code", flat=True).first()
    if code is None:
        raise refuse(say.UNKNOWN)
    return Place(code)


def _require_serves(by: Viewer, area: str, at: datetime) -> None:
    if area_now(area) not in serves(by, "round.begin", at):
        name = names_of([area]).get(area)
        raise Refusal((worded(say.NOT_YOURS, name=name.name if name else Words(area, area)),))


@deed("round.begin", on=_of_rule)
def begin(*, rule: Rule, by: Viewer, at: datetime, purpose: str = "service") -> Round:
    """Begin visits that come again, for the own area; refuses what no matter covers or there is no time for."""
    _require_serves(by, rule.area_code, at)
    rule, today = clean_rule(rule), local_day(at, ZONE)
    area_on(rule.area_code, today)
    matter = require_rule(rule, current(), fact_keys(), policy(), today)
    require_taken(matter, rule.area_code, today)
    require_form(rule.form_key, rule.matter_key, rule.area_code, today)
    found = weigh(rule, matter, today)
    require_none(found.against)
    return Round.objects.create(
        area_code=rule.area_code, matter_key=matter.key, edition=current().version, form_key=rule.form_key,
        name_zh=rule.name.zh, name_en=rule.name.en, choice_key=rule.choice.key, choice_operator=rule.choice.operator,
        choice_value=rule.choice.value, expected=found.households, every_days=rule.every_days, first=rule.first,
        last=rule.last, minutes=matter.minutes, by_consent=needs_consent(matter), verdict=found.verdict.as_dict(),
        begun_by=by.key, begun_at=at,
    )  # fmt: skip


@deed("round.end", on=_of_round, keeps=("reason",))
def end(*, round_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Round:
    """End visits that come again, with a reason; nothing of them is due from now on."""
    row = Round.objects.select_for_update().get(pk=round_id)
    _require_serves(by, row.area_code, at)
    if row.ended_at is not None:
        raise refuse(say.ENDED)
    text = clean_text(reason, limit=REASON_LENGTH)
    if not text or mask(text).findings:
        raise refuse(say.NO_REASON)
    row.reason, row.ended_at, row.ended_by = text, at, by.key
    row.save()
    return row


@deed("round.dissolve")
def dissolve(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Round]:
    """End what stands over an area that was divided, merged or dissolved: no office answers for it any more."""
    open_ = Round.objects.select_for_update().filter(ended_at__isnull=True).order_by("id")
    gone = [code for code in set(open_.values_list("area_code", flat=True)) if not stands(code)]
    rows = list(open_.filter(area_code__in=gone))
    for row in rows:
        row.reason, row.ended_at, row.ended_by = AREA_ENDED.zh, at, by.key
        row.save()
    return rows
