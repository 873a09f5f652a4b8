"""Charter 3: whoever lives there reads who looked at a form about their home, however the form or a phone writes it."""

from __future__ import annotations

import json

from collection import erased_town
from collection.erased_town import Home, sent
from collection.field_town import admit, draft, paper, read_all
from collection.xlsforms import HOUSEHOLD, OUTCOME, ask, workbook
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.collection.inbox.queries import submission_page
from town import AT

WORDS = "那天没有人来过我家"


standing_field, home = erased_town.standing_field, erased_town.home


def test_a_look_at_a_form_whose_household_stands_in_a_group_is_told(home: Home) -> None:
    field, town, peopled = home.field, home.field.town, home.peopled
    survey = [ask("begin group", "where", "哪里", "Where"), HOUSEHOLD, {"type": "end group"}, OUTCOME]
    made = draft("nested", workbook(survey, version="1", form_title="走访"))
    admit(made)
    version = draft_form(draft=made, by=town.county_officer, at=AT)
    publish_form(version_id=version.pk, by=town.county_officer, at=AT)
    xml = paper("nested", instance="uuid:n", where__household=str(peopled.home), outcome="done")
    assert field.post(xml).status_code == 201
    read_all()
    row = sent("uuid:n")
    assert row.state == "understood", row.reasons
    submission_page(submission_id=row.pk, viewer=town.supervisor, at=AT, purpose="forms")
    with scoped(Scope("^")):
        (body,) = LedgerDetail.objects.filter(body__contains='"look.submission"').values_list("body", flat=True)
    assert f"household:{peopled.home}" in json.loads(body)["subjects"]


def test_a_look_at_a_form_whose_household_is_spelt_otherwise_is_told(home: Home) -> None:
    xml = paper("census", instance="uuid:s", household=home.peopled.home.hex.upper(), outcome="done", size="3")
    assert home.field.post(xml).status_code == 201
    read_all()
    row = sent("uuid:s")
    assert row.state == "understood", row.reasons
    submission_page(submission_id=row.pk, viewer=home.peopled.supervisor, at=AT, purpose="forms")
    with scoped(Scope("^")):
        (body,) = LedgerDetail.objects.filter(body__contains='"look.submission"').values_list("body", flat=True)
    assert f"household:{home.peopled.home}" in json.loads(body)["subjects"]
