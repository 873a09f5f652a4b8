"""The form that calls at households are carried by: in use there, of the matter, and asking what households need."""

from __future__ import annotations

from datetime import date

from gridcommons.collection.forms.queries import VersionFacts, open_forms
from gridcommons.kit.errors import Refusal, refusal_kind, refuse, worded
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of

NO_FORM = refusal_kind(
    "calls.no_form",
    status=422,
    zh="表单“{key}”没有在{area_zh}启用，或不是为这一事项准入的。请先启用表单。",
    en="The form “{key}” is not in use in {area_en}, or serves another matter. Put the form in use first.",
)
NO_OUTCOME = refusal_kind(
    "calls.no_outcome",
    status=422,
    zh="表单“{key}”没有问走访结果和住户，无法按户统计。请换一张表单。",
    en="The form “{key}” asks neither which household nor how the visit ended, so households cannot be counted by it.",
)


def require_form(form_key: str, matter_key: str, area_code: str, day: date) -> VersionFacts:
    """The form in use in an area on a day, of a matter, by which households can be counted; refuses others."""
    form = next((one for one in open_forms([area_code], on=day) if one.form.key == form_key), None)
    if form is None or form.form.matter_key != matter_key:
        area = names_of([area_code]).get(area_code)
        name = area.name if area else Words(area_code, area_code)
        raise Refusal((worded(NO_FORM, key=form_key[:60], area=name),))
    if not counts_households(form):
        raise refuse(NO_OUTCOME, key=form_key[:60])
    return form


def counts_households(form: VersionFacts) -> bool:
    """Whether a form asks which household it is and how the visit ended."""
    asks = {one.means for one in form.questions}
    chooses = any(one.kind == "select_one_from_file" and one.name == "household" for one in form.questions)
    return "visit.outcome" in asks and chooses
