"""Pressing buttons as a browser does: the forms of a page, with what stands in their fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from django.http import HttpResponse
from django.test import Client


@dataclass
class Form:
    """One form: where it goes and what it sends if nobody types anything."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append(Form(facts.get("action", ""), facts.get("method", "get").lower()))
        if not self.forms:
            return
        name, here = facts.get("name", ""), self.forms[-1]
        if tag == "input" and name and facts.get("type") not in {"file", "checkbox"}:
            here.fields[name] = facts.get("value", "")
        elif tag == "button" and name:
            here.buttons[name] = facts.get("value", "")
        elif tag == "textarea":
            self.textarea, here.fields[name] = name, ""
        elif tag == "select":
            self.select, here.choices[name] = name, []
        elif tag == "option" and self.select:
            here.choices[self.select].append(facts.get("value", ""))
            if "selected" in facts or self.select not in here.fields:
                here.fields[self.select] = facts.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.select = "" if tag == "select" else self.select
        self.textarea = "" if tag == "textarea" else self.textarea

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.forms[-1].fields[self.textarea] += data.removeprefix("\n")


def forms_of(answer: HttpResponse) -> list[Form]:
    """The forms of a page in order."""
    reader = _Reader()
    reader.feed(answer.content.decode())
    return reader.forms


def form_to(answer: HttpResponse, end: str) -> Form:
    """The form whose address ends so; there must be exactly one."""
    (found,) = [form for form in forms_of(answer) if form.action.split("#")[0].endswith(end)]
    return found


def press(client: Client, page: str, end: str, **typed: object) -> HttpResponse:
    """Open a page, fill the form whose address ends so, and press its button; redirects are followed.

    The button sends its name, as in a browser, where all buttons of the form send the same.
    """
    shown = client.get(page)
    assert shown.status_code == 200, shown.content.decode()[:400]
    form = form_to(shown, end)
    pressed = form.buttons if len(form.buttons) == 1 else {}
    filled = {**form.fields, **pressed, **typed}
    unknown = set(typed) - set(form.fields) - {"photo", "settled"}
    assert not unknown, f"the form has no field {unknown}"
    return client.post(urljoin(page, form.action), filled, follow=True)
