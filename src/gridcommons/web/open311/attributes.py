"""The questions a service asks beside its text, read from data; answers become labelled lines of the case's text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gridcommons.kit.errors import Reason, Refusal, refusal_kind
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words
from gridcommons.web.open311.answers import Value

_NAME: Final = re.compile(r"attribute\[([^\[\]]{0,60})\](?:\[\d*\])?")
_WHOLE: Final = re.compile(r"[0-9]{1,9}")

UNKNOWN = refusal_kind(
    "open311.attribute_unknown",
    status=400,
    zh="这项服务没有“{code}”这个问题，请按服务说明填写。",
    en="This service does not ask “{code}”; follow its definition.",
)
WRONG = refusal_kind(
    "open311.attribute_value",
    status=400,
    zh="“{code}”的回答不合要求：{hint}。",
    en="The answer to “{code}” does not fit: {hint_en}.",
)


@dataclass(frozen=True)
class Attribute:
    """One question. `values` (key, name) for a list, `least` and `most` for a number; none has to be answered."""

    matter: str
    code: str
    datatype: str
    question: Words
    hint: Words
    values: tuple[tuple[str, Words], ...] = ()
    least: int = 0
    most: int = 0


def all_attributes() -> tuple[Attribute, ...]:
    """All questions of all services, in the order of the file."""
    return shipped("gridcommons.web.open311", "attributes.toml", _attributes)


def _attributes(raw: Raw) -> tuple[Attribute, ...]:
    return tuple(_attribute(row) for row in raw["attribute"])


def _attribute(row: Mapping[str, Any]) -> Attribute:
    return Attribute(
        matter=row["matter"], code=row["code"], datatype=row["datatype"], question=Words(**row["question"]),
        hint=Words(**row["hint"]), values=tuple((v["key"], Words(**v["name"])) for v in row.get("values", ())),
        least=row.get("least", 0), most=row.get("most", 0),
    )  # fmt: skip


def attributes_of(matter_key: str) -> tuple[Attribute, ...]:
    """The questions of one service."""
    return tuple(attribute for attribute in all_attributes() if attribute.matter == matter_key)


def definition(matter_key: str, language: str) -> Value:
    """The questions as the standard's `attributes`."""
    return [
        {
            "variable": True,
            "code": attribute.code,
            "datatype": attribute.datatype,
            "required": False,
            "datatype_description": attribute.hint.in_language(language),
            "order": order,
            "description": attribute.question.in_language(language),
            "values": [{"key": key, "name": name.in_language(language)} for key, name in attribute.values],
        }
        for order, attribute in enumerate(attributes_of(matter_key), start=1)
    ]


def given(names: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The answers in a form: `attribute[code]=v`, `attribute[code][]=v`; blank ones were not given."""
    found: dict[str, list[str]] = {}
    for name, values in names.items():
        match = _NAME.fullmatch(name)
        said = [value.strip() for value in values if value.strip()]
        if match and said:
            found.setdefault(match[1], []).extend(said)
    return found


def lines(matter_key: str, answers: Mapping[str, Sequence[str]], language: str) -> list[str]:
    """One line `question: answer` for each answer, in the order of the questions; refuses all that do not fit."""
    known = {attribute.code: attribute for attribute in attributes_of(matter_key)}
    reasons = [Reason(UNKNOWN, (("code", code),)) for code in answers if code not in known]
    said: list[str] = []
    for code, attribute in known.items():
        if code not in answers:
            continue
        values = list(_read(attribute, answers[code], language))
        if None in values or (attribute.datatype != "multivaluelist" and len(values) > 1):
            hint = (("hint", attribute.hint.zh), ("hint_en", attribute.hint.en))
            reasons.append(Reason(WRONG, (("code", code), *hint)))
        said.append(_line(attribute, [value for value in values if value], language))
    if reasons:
        raise Refusal(tuple(reasons))
    return said


def _read(attribute: Attribute, answers: Sequence[str], language: str) -> Iterator[str | None]:
    """Each answer in words, None for one that does not fit."""
    names = dict(attribute.values)
    for answer in dict.fromkeys(answers):
        if attribute.datatype != "number":
            yield names[answer].in_language(language) if answer in names else None
        else:
            fits = _WHOLE.fullmatch(answer) and attribute.least <= int(answer) <= attribute.most
            yield str(int(answer)) if fits else None


def _line(attribute: Attribute, values: Sequence[str], language: str) -> str:
    colon, comma = ("：", "、") if language.startswith("zh") else (": ", ", ")
    return f"{attribute.question.in_language(language)}{colon}{comma.join(values)}"
