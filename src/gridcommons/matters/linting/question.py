"""What a form is made of, and what the linter finds: plain frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from gridcommons.kit.words import Words

LANGUAGES: Final = ("zh", "en")
UNNAMED: Final = ""
"""The key of a text whose language the form does not name."""
GROUPS: Final = frozenset({"begin_group", "end_group", "begin_repeat", "end_repeat"})
HIDDEN: Final = frozenset({"calculate", "hidden", "xml-external", "csv-external", "entity"})
METADATA: Final = frozenset({
    "start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit",
    "start-geopoint", "background-geopoint", "background-audio",
})  # fmt: skip
REFUSING: Final = frozenset({"barred", "opaque", "proof", "broken"})
"""The rules that no form passes with."""


@dataclass(frozen=True)
class Choice:
    """One answer that may be chosen, with its texts by language and the row it stands in on its own sheet."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    row: int = 0
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One row of a form. `kind`: the type in one spelling (`select_one`, `begin_repeat`); texts by language.

    `fact`: the key of the known fact that answers it. `texts`: whatever else the row says (defaults, messages,
    calculations, names of files). `list_name`: where its choices stand; `inside`: groups and repeats around it.
    `constraint`: what its answer is held against on the phone.
    """

    name: str
    row: int
    kind: str
    labels: Mapping[str, str] = field(default_factory=dict)
    hint: Mapping[str, str] = field(default_factory=dict)
    fact: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    relevant: str = ""
    list_name: str = ""
    texts: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    constraint: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether somebody is asked it: no group, note, calculation or trace of the device."""
        return self.kind not in GROUPS | HIDDEN | METADATA and self.kind != "note"

    def said(self) -> Iterator[str]:
        """All texts of the row, its choices' included; the name first."""
        yield self.name
        yield from self.labels.values()
        yield from self.hint.values()
        yield from (self.fact, self.list_name, self.relevant, *self.texts)
        for choice in self.choices:
            yield from (choice.name, *choice.labels.values(), *choice.texts)


@dataclass(frozen=True)
class Finding:
    """What a rule found at a row of a form; row 1 is the head, where it is the form as a whole."""

    rule: str
    row: int
    name: str
    message: Words

    @property
    def refuses(self) -> bool:
        """Whether no form passes with it."""
        return self.rule in REFUSING

    def as_dict(self) -> dict[str, object]:
        """The finding as a proposal keeps it."""
        return {"rule": self.rule, "row": self.row, "name": self.name, "message": self.message.as_dict()}
