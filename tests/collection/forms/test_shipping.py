"""The forms that come with the program: each compiles, speaks both languages, asks nothing barred."""

from __future__ import annotations

import pytest

from gridcommons.cli.benches.phones import form as filled_by_the_bench
from gridcommons.collection.forms.actions import _said
from gridcommons.collection.forms.compiling import compiled_here
from gridcommons.collection.forms.rules import NEEDS
from gridcommons.collection.forms.shipping import ShippedForm, shipped_forms
from gridcommons.collection.known import facts_known
from gridcommons.collection.xlsform import read_xlsform
from gridcommons.load.admission.forms import found_in
from gridcommons.matters.barred import check_names
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.linting.knowing import asks_again, known_by_key
from gridcommons.matters.linting.minutes import minutes_of
from gridcommons.matters.linting.policy import linting_policy

FORMS = [
    "dispute_note", "elder_visit", "hazard_report", "home_fire_safety", "household_basics", "need", "policy_talk",
    "quarantine_support", "rental_housing", "vaccination_offer", "visit_note", "workplace_safety",
]  # fmt: skip
ABOUT_PLACES = {"hazard_report", "workplace_safety"}
"""Forms about places where nobody lives."""
MOST_MINUTES = 5


def test_there_are_twelve() -> None:
    assert [form.key for form in shipped_forms()] == FORMS


def test_the_bench_fills_in_the_version_that_is_shipped() -> None:
    basics = next(form for form in shipped_forms() if form.key == "household_basics")
    assert f'version="{basics.version}"' in filled_by_the_bench("", 1, "x", "2026-12-01")


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form.key)
def test_every_text_and_day_of_a_shipped_form_has_limits_in_both_languages(form: ShippedForm) -> None:
    for row in form.survey:
        if row["type"] not in {"text", "date", "dateTime"}:
            continue
        limit = row["constraint"]
        assert "string-length(.) <=" in limit if row["type"] == "text" else ".>=" in limit.replace(" ", ""), row["name"]
        assert row["type"] == "text" or ".<=" in limit.replace(" ", ""), row["name"]
        assert row["constraint_message::中文 (zh)"] != row["constraint_message::English (en)"]


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form.key)
def test_a_shipped_form_is_sound(form: ShippedForm) -> None:
    made = compiled_here(form.workbook(), key=form.key, version="x")
    assert made.version == form.version
    assert made.lists_households == (form.key not in ABOUT_PLACES)
    check_names(_said(made.questions), opaque=False)
    assert shipped_catalogue().get(form.matter).for_grid
    assert not NEEDS[form.kind] or NEEDS[form.kind] in {one.means for one in made.questions}
    for one in made.questions:
        if one.kind not in {"today", "calculate"}:
            assert one.label.zh != one.label.en, one.name
        for choice in one.choices:
            assert choice.label.zh != choice.label.en


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form.key)
def test_the_linter_has_nothing_against_a_shipped_form(form: ShippedForm) -> None:
    known = known_by_key(facts_known())
    read = read_xlsform(form.workbook())
    assert [one.message.en for one in found_in(read, known) if one.rule != "known"] == []
    assert not asks_again(read.questions, known), "what is known is shown, not asked"
    minutes = minutes_of(read.questions, known, linting_policy())
    assert 1 <= minutes <= min(MOST_MINUTES, shipped_catalogue().get(form.matter).minutes)


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form.key)
def test_what_may_be_declined_is_not_required(form: ShippedForm) -> None:
    made = compiled_here(form.workbook(), key=form.key, version="x")
    for one in made.questions:
        assert not (one.required and one.fact), f"{one.name}: a fact may be declined (charter 13)"
        assert not (one.required and one.kind in {"image", "geopoint"}), one.name


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form.key)
def test_what_leaves_a_home_is_agreed_to(form: ShippedForm) -> None:
    """Where a form passes on what a person said of themselves, it asks their consent, or they asked for it."""
    rows = {row["name"]: row for row in form.survey}
    told = next((row for row in form.survey if row.get("means") == "case.text"), None)
    if told is None or form.key in {"home_fire_safety", "rental_housing", *ABOUT_PLACES}:
        return
    asked = {"agrees", "asks", "wants", "needs"} & {name for name in rows if f"${{{name}}}" in told["relevant"]}
    assert asked, f"{form.key}: {told['relevant']}"


def test_a_case_goes_to_an_admitted_matter_whatever_is_chosen() -> None:
    for form in shipped_forms():
        for one in compiled_here(form.workbook(), key=form.key, version="x").questions:
            if one.means == "case.matter":
                assert all(shipped_catalogue().get(choice.key).for_grid for choice in one.choices)
                assert form.matter in {choice.key for choice in one.choices}
