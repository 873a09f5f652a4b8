"""What is wrong in a field is said in the house's sentences: of every kind of field, in every form, on the pages."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.core import validators
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from cases.orders.order_town import officer
from gridcommons import web
from gridcommons.web.house_form import HouseForm, own_sentences, room_of
from house.sources import NAME, Module, aliases_of, dotted, planted, written
from town import COUNTY, Town
from web.office_town import client_of, employ, report, stop_clock, text_of

LANGUAGES = ("zh-hans", "en")
TEMPLATES = Path(web.__file__).parent / "templates"
KNOWN = {
    "zh-hans": ("这个字段是必填项。", "确保该变量包含不超过", "确保该值小于或等于", "输入一个有效的日期。"),
    "en": ("This field is required.", "Ensure this value has at most", "Enter a valid date."),
}
MADE = {
    forms.CharField: {"max_length": 3, "min_length": 2}, forms.IntegerField: {"min_value": 1, "max_value": 23},
    forms.FloatField: {"min_value": 1, "max_value": 23}, forms.ChoiceField: {"choices": [("a", "A")]},
    forms.MultipleChoiceField: {"choices": [("a", "A")]}, forms.DateField: {}, forms.BooleanField: {},
    forms.FileField: {}, forms.UUIDField: {}, forms.RegexField: {"regex": "^a$", "max_length": 3},
}  # fmt: skip
"""Every kind of field that the pages use, with what makes it say all it can."""


def web_modules() -> list[Module]:
    return [module for module in written() if module.name.startswith(f"{NAME}.web.")]


def outside(module: Module) -> list[str]:
    """Where a module makes a form, or a kind of one, that is not the house's."""
    known, found = aliases_of(module), []
    for node in module.nodes:
        named = node.bases if isinstance(node, ast.ClassDef) else [node.func] if isinstance(node, ast.Call) else []
        for one in named:
            name = dotted(one, known)
            if name.startswith("django.forms") and name.endswith(("Form", "formset_factory", "modelform_factory")):
                found.append(module.where(node))
    return found


def test_every_form_of_the_pages_is_a_form_of_the_house() -> None:
    found = {place for module in web_modules() for place in outside(module)}
    assert {place.partition(":")[0] for place in found} == {f"{NAME}.web.house_form"}
    for text in ("class A(forms.Form): pass", "made = forms.Form({})", "class A(forms.ModelForm): pass"):
        assert outside(planted("web.x", f"from django import forms\n{text}\n"))


def kinds_used() -> set[str]:
    named = set()
    for module in web_modules():
        known = aliases_of(module)
        names = (dotted(node, known) for node in module.nodes if isinstance(node, ast.Attribute | ast.Name))
        named |= {name for name in names if name.startswith("django.forms.") and name.endswith("Field")}
    return {name.rpartition(".")[2] for name in named} - {"Field", "BoundField"}


def theirs(language: str) -> set[str]:
    """What the framework says of a field, as far as nothing is filled in."""
    with override(language):
        kinds = [kind for kind in vars(forms).values() if isinstance(kind, type) and issubclass(kind, forms.Field)]
        plain = {str(said) for kind in kinds for said in getattr(kind, "default_error_messages", {}).values()
                 if not hasattr(said, "_proxy____kw")}  # fmt: skip
        limits = {"limit_value": 77, "show_value": 77}
        checks = (validators.MaxLengthValidator, validators.MinLengthValidator, validators.MaxValueValidator,
                  validators.MinValueValidator)  # fmt: skip
        counted = {str(check(77).message % limits).partition("77")[0] for check in checks}
        plain.add(str(validators.ProhibitNullCharactersValidator.message))
    found = {said.partition("%(")[0].strip() for said in plain if "number" not in said} | counted
    return {said for said in found if len(said) > 5}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frameworks_words_are_known(language: str) -> None:
    known = theirs(language)
    for said in KNOWN[language]:
        assert any(one.startswith(said) for one in known), said


def test_every_kind_of_field_that_is_used_is_tried_here() -> None:
    assert kinds_used() == {kind.__name__ for kind in MADE}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MADE)
def test_no_kind_of_field_says_what_the_framework_says(kind: type[forms.Field], language: str) -> None:
    field = kind(**MADE[kind])  # type: ignore[arg-type]
    own_sentences(field)
    codes = {"null_characters_not_allowed", *(one.code for one in field.validators)}
    assert codes <= set(field.error_messages)
    with override(language):
        said = [str(sentence) for sentence in field.error_messages.values()]
    wrong = [(one, bad) for one in said for bad in theirs(language) if bad in one]
    assert not wrong
    assert len(said) >= 5


def every_form() -> Iterator[type[HouseForm]]:
    for module in web_modules():
        importlib.import_module(module.name)
    ahead = HouseForm.__subclasses__()
    while ahead:
        yield (one := ahead.pop())
        ahead += one.__subclasses__()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_form_says_what_the_framework_says(language: str) -> None:
    bad, forms_found, said = theirs(language), set(every_form()), 0
    with override(language):
        for form in forms_found:
            made = type("Tried", (HouseForm,), dict(form.base_fields))
            for value in ("", "\x00", "9" * 5_000):
                made_of_it = made(dict.fromkeys(form.base_fields, value))
                told = [str(one) for errors in made_of_it.errors.values() for one in errors]
                said += len(told)
                assert not [one for one in told if any(word in one for word in bad)], form
    assert len(forms_found) > 12
    assert said > 20


def test_what_a_form_says_itself_stands() -> None:
    class Own(HouseForm):
        name = forms.CharField(error_messages={"required": "Who?"}, max_length=3)

    assert Own({}).errors["name"] == ["Who?"]
    with override("zh-hans"):
        assert Own({"name": "一二三四"}).errors["name"] == ["文字太长：最多3个字，现在有4个字，请缩短。"]
    with override("en"):
        assert Own({"name": "abcd"}).errors["name"] == ["Too long: 3 characters at most, and there are 4. Shorten it."]


@pytest.fixture(scope="module")
def standing_staffed(standing_town: Town) -> Town:
    employ(standing_town)
    return Town(standing_town.cast | {"orders": officer(COUNTY)})


@pytest.fixture
def town(standing_staffed: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_staffed


LONG = "长" * 9_000
ORDER = {
    "matter": "none", "title": LONG, "text": LONG, "times": "51", "due": "soon", "asks": "x", "areas": ["x"],
    "from": COUNTY,
}  # fmt: skip
PAGES = [
    ("orders", "/office/orders/new", ORDER), ("orders", "/office/orders/new", {"from": COUNTY}),
    ("orders", "/office/orders/new", ORDER | {"times": "0", "due": "2026-02-31"}),
    ("county_officer", "/office/reports/new", {"hour": "24", "name": LONG, "kind": "x", "receivers": "x"}),
    ("county_officer", "/office/reports/new", {"hour": "x"}),
    ("supervisor", "/office/glass/ask", {"reason": LONG, "stated": "x"}), ("supervisor", "/office/glass/ask", {}),
    ("public", "/concern", {"text": LONG, "subject": "x", "village": "x"}), ("public", "/concern", {}),
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "address", "given"), PAGES)
def test_the_pages_say_it_in_the_houses_sentences(
    town: Town, language: str, name: str, address: str, given: dict[str, object]
) -> None:
    answer = client_of(town, name, language).post(address, given)
    assert answer.status_code == 400
    _assert_own(text_of(answer), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("given", [{}, {"text": LONG, "note": LONG, "reason": LONG, "matter": "x", "area": "x"}])
def test_the_steps_of_a_case_say_it_too(town: Town, language: str, given: dict[str, str]) -> None:
    made = report(town)
    client: Client = client_of(town, "supervisor", language)
    for step in ("file", "void", "merge", "dispatch"):
        sent = {f"{step}-{key}": value for key, value in given.items()} | {"sure": "1"}
        answer = client.post(f"/office/case/{made.case_id}/do/{step}", sent)
        if step in ("file", "void"):
            assert answer.status_code == 400
        _assert_own(text_of(answer), language)


def _assert_own(body: str, language: str) -> None:
    assert not [said for said in theirs(language) if said in body]


def test_no_larger_field_is_cut_by_the_browser() -> None:
    """A text too long is counted and refused whole; `maxlength` would cut what is pasted without a word."""
    for path in TEMPLATES.rglob("*.html"):
        for field in re.findall(r"<textarea[^>]*>", path.read_text()):
            assert "maxlength" not in field, path.name


def uncounted(form: type[HouseForm]) -> list[str]:
    """The larger fields of a form that say nothing of their room."""
    large = {name: field for name, field in form.base_fields.items() if isinstance(field.widget, forms.Textarea)}
    return [name for name, field in large.items() if "data-most" not in field.widget.attrs | room_of(field)]


def test_every_larger_field_counts() -> None:
    """On every page, a form's or one written out; a document pasted as code is measured where it is read."""
    for path in TEMPLATES.rglob("*.html"):
        for field in re.findall(r"<textarea[^>]*>", path.read_text()):
            assert "{% room " in field or "gc-code" in field, path.name
    assert not [(form, names) for form in every_form() if (names := uncounted(form))]
    assert uncounted(type("Bare", (HouseForm,), {"words": forms.CharField(widget=forms.Textarea)})) == ["words"]


SENTENCE = r' name="(?:reason|note|body|why|words|purpose|remark|message|answer)"'


def test_no_line_for_a_sentence_is_cut_by_the_browser() -> None:
    """Names, codes, numbers and searched words may be; a reason, a note or a remark never is."""
    for path in TEMPLATES.rglob("*.html"):
        for field in re.findall(r"<input[^>]*>", path.read_text()):
            assert not (re.search(SENTENCE, field) and "maxlength" in field), f"{path.name}: {field}"


class Written(HouseForm):
    """A larger field with a limit."""

    words = forms.CharField(max_length=3, widget=forms.Textarea)


def test_the_end_of_a_line_counts_as_one_sign() -> None:
    assert Written({"words": "a\r\nb"}).is_valid()
    long = Written({"words": "a\r\nbc"})
    assert not long.is_valid()
    with override("en"):
        assert str(long.errors["words"][0]) == "Too long: 3 characters at most, and there are 4. Shorten it."


def test_a_larger_field_says_its_limit_and_leaves_the_count_to_the_page() -> None:
    with override("en"):
        shown = Template("{% load pieces %}{% field form.words %}").render(Context({"form": Written()}))
        by_hand = Template("{% load pieces %}<textarea {% room 3 %}>").render(Context())
    assert "maxlength" not in shown
    for said in (shown, by_hand):
        assert 'data-most="3"' in said
        assert 'data-over="{n} of {most} characters: {over} too many"' in said
