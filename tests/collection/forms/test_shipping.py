"""The forms that come with the program: each compiles, speaks both languages, asks nothing barred."""

from __future__ import annotations

import pytest

from gridcommons.collection.forms.actions import _said
from gridcommons.collection.forms.compiling import compiled_here
from gridcommons.collection.forms.rules import NEEDS
from gridcommons.collection.forms.shipping import ShippedForm, shipped_forms
from gridcommons.matters.barred import check_names
from gridcommons.matters.catalogue import shipped_catalogue


def test_there_are_three() -> None:
    assert [form.key for form in shipped_forms()] == ["home_fire_safety", "household_basics", "visit_note"]


@pytest.mark.parametrize("form", shipped_forms(), ids=lambda form: form.key)
def test_a_shipped_form_is_sound(form: ShippedForm) -> None:
    made = compiled_here(form.workbook(), key=form.key, version="x")
    assert made.version == form.version
    assert made.lists_households
    check_names(_said(made.questions), opaque=False)
    assert shipped_catalogue().get(form.matter).for_grid
    assert not NEEDS[form.kind] or NEEDS[form.kind] in {one.means for one in made.questions}
    for one in made.questions:
        if one.kind != "today":
            assert one.label.zh != one.label.en, one.name
        for choice in one.choices:
            assert choice.label.zh != choice.label.en
