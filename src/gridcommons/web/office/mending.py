"""A held form corrected by question: the table that an office fills in, and the paper that the program makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, QueryDict

from gridcommons.access.rules import Viewer
from gridcommons.collection.asking import Question
from gridcommons.collection.forms.queries import VersionFacts, one_version
from gridcommons.collection.inbox.mending import Cell, cells_of, mended
from gridcommons.collection.inbox.queries import SubmissionPage, submission_page
from gridcommons.collection.inbox.rules import CHANGED_MEANWHILE, NOTHING_CHANGED, STILL_WRONG, UNKNOWN, bounds_on
from gridcommons.collection.intake import HANDED_OVER, NO_AREA, NO_OUTCOME, NO_SUCH_HOUSEHOLD
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Reason, Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.people.homes.queries import household_page, households
from gridcommons.territory.succession import ZONE
from gridcommons.web.staff import asked as house_of

_ANSWER: Final = "answer:"
_HOME: Final = f"{_ANSWER}household"
_MANY: Final = "select_multiple"
_MOST_HOMES: Final = 20
_YES_NO: Final = (("yes", Words("正确", "still right")), ("no", Words("有变化", "it changed")))
_OF_HOUSEHOLD: Final = frozenset({NO_SUCH_HOUSEHOLD, HANDED_OVER, NO_AREA})
_KINDS: Final[Mapping[str, str]] = {
    "integer": "number", "decimal": "number", "date": "date", "today": "date", "image": "fixed",
    "select_one": "one", _MANY: "many",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A cell as the table shows it. `control`: how it is filled in; `why`: what is wrong with it."""

    id: str
    name: str
    label: Words
    control: str
    text: str
    options: tuple[tuple[str, Words, bool], ...] = ()
    why: Words | None = None
    item: str = ""
    known: Words | None = None


@dataclass(frozen=True)
class Mend:
    """The table. `extra`: what the form does not ask; `number`: of the paper opened; `homes`: found by address.

    `home`: the household that it names, where that is what holds it.
    """

    fields: tuple[Field, ...]
    extra: tuple[Cell, ...]
    number: int
    homes: tuple[tuple[str, str], ...]
    words: str
    chooses_home: bool
    home: Words | None = None

    @property
    def wrong(self) -> tuple[Field, ...]:
        """The answers to look at."""
        return tuple(one for one in self.fields if one.why)


def texts_of(post: QueryDict) -> dict[str, str]:
    """What was typed, by cell; several choices with blanks between them, as forms have it."""
    names = [name for name in post if name.startswith(_ANSWER)]
    return {name.removeprefix(_ANSWER): " ".join(one for one in post.getlist(name) if one) for name in names}


def mend_of(
    request: HttpRequest, page: SubmissionPage, version: VersionFacts, texts: Mapping[str, str] | None
) -> Mend | None:
    """The table of a held form; nothing where its paper cannot be read at all."""
    if not page.papers:
        return None
    try:
        bounds = bounds_on(local_day(house_of(request).now, ZONE))
        cells = cells_of(page.papers[-1].content, version.questions, texts, bounds)
    except Refusal:
        return None
    fields = tuple(_field(cell, page) for cell in cells if cell.asked is not None)
    chosen = next((cell.text for cell in cells if _is_home(cell.asked)), None)
    words = request.GET.get("home", "").strip()[:60]
    homes = _homes(request, page.line.area_code, words) if words and chosen is not None else ()
    here = _address(request, chosen) if chosen else None
    if chosen is not None:
        fields = tuple(_with_homes(one, here, homes) if one.name == _HOME else one for one in fields)
    of_home = any(reason.code in _OF_HOUSEHOLD for reason in page.line.reasons)
    extra = tuple(cell for cell in cells if cell.asked is None)
    return Mend(fields, extra, page.papers[-1].number, homes, words, chosen is not None, here if of_home else None)


def _is_home(asked: Question | None) -> bool:
    return asked is not None and asked.kind == "select_one_from_file" and asked.name == "household"


def _homes(request: HttpRequest, area_code: str, words: str) -> tuple[tuple[str, str], ...]:
    """Households of the sender's grid by a part of their address; nothing where the office may not look for them."""
    house = house_of(request)
    try:
        found = households(
            area_code=area_code, words=words, viewer=house.viewer, at=house.now, purpose="forms", most=_MOST_HOMES
        )
    except Refusal:
        return ()
    return tuple((str(one.id), one.address) for one in found.lines)


def _with_homes(field: Field, here: Words | None, homes: tuple[tuple[str, str], ...]) -> Field:
    """The question for the household with addresses in the place of ids: the one that stands there, those found."""
    found = {**({field.text: here} if here else {}), **{id_: Words(address, address) for id_, address in homes}}
    options = tuple((key, words, key == field.text) for key, words in found.items() if key)
    return replace(field, control="one", options=options)


def home_words(request: HttpRequest) -> Callable[[str], Words]:
    """How a home that a form names is called: by its address."""
    return partial(_address, request)


def _address(request: HttpRequest, text: str) -> Words:
    house = house_of(request)
    try:
        page = household_page(household_id=UUID(text), viewer=house.viewer, at=house.now, purpose="forms")
    except (Refusal, ValueError):
        return Words(f"（不在登记中）{text[:40]}", f"(not on record) {text[:40]}")
    return Words(page.address, page.address)


def _field(cell: Cell, page: SubmissionPage) -> Field:
    asked = cell.asked
    if asked is None:
        raise ValueError(cell.key)
    label = label_of(asked)
    if cell.still:
        label = Words(f"{label.zh}（仍然正确吗）", f"{label.en} (still right?)")
    item = " · ".join(str(number) for number in cell.item)
    return Field(
        f"answer-{cell.key}", f"{_ANSWER}{cell.key}", label, _control(cell, asked), cell.text,
        tuple(_options(cell, asked)), _why(cell, asked, page), item, _known(cell, asked),
    )  # fmt: skip


_DAY: Final = Words("填表日期", "Day of filling in")


def label_of(asked: Question) -> Words:
    """What a question is called: by its own words, or by its name where it has none."""
    if asked.label.zh or asked.label.en:
        return Words(asked.label.zh or asked.label.en, asked.label.en or asked.label.zh)
    return _DAY if asked.kind == "today" else Words(asked.name, asked.name)


def worded_reason(reason: Reason, questions: Iterable[Question]) -> Words:
    """Why something is held, with a question's own words in the place of its path."""
    labels = {one.path: label_of(one) for one in questions}
    said = [
        Reason(reason.code, tuple(_spelled(fact, labels, tongue) for fact in reason.facts)).words()
        for tongue in ("zh", "en")
    ]
    return Words(said[0].zh, said[1].en)


def _spelled(fact: tuple[str, str], labels: Mapping[str, Words], tongue: str) -> tuple[str, str]:
    key, text = fact
    return key, labels[text].in_language(tongue) if key == "path" and text in labels else text


def _control(cell: Cell, asked: Question) -> str:
    if cell.still:
        return "one"
    control = _KINDS.get(asked.kind, "text")
    if control == "one" and not asked.choices:
        return "text"
    if control == "date" and cell.fault:  # the browser's own field would show nothing of what is wrong
        return "text"
    return "long" if control == "text" and len(cell.text) > 60 else control  # noqa: PLR2004 - more than a line


def _options(cell: Cell, asked: Question) -> Iterator[tuple[str, Words, bool]]:
    """What can be chosen, after what stands there and is no choice."""
    choices = _YES_NO if cell.still else tuple((choice.key, choice.label) for choice in asked.choices)
    given = cell.text.split() if asked.kind == _MANY else [cell.text]
    known = {key for key, _words in choices}
    for key in given:
        if choices and key and key not in known:
            yield key, Words(f"（原样）{key}", f"(as sent) {key}"), True
    yield from ((key, words, key in given) for key, words in choices)


def _why(cell: Cell, asked: Question, page: SubmissionPage) -> Words | None:
    """What is wrong with an answer by itself, or what the reading of the whole said of it."""
    if cell.still:
        return None
    if cell.fault:
        return worded_reason(cell.fault, (asked,))
    codes = {reason.code: reason for reason in page.line.reasons}
    of_it = _OF_HOUSEHOLD if _is_home(asked) else {NO_OUTCOME} if asked.means == "visit.outcome" else set()
    return next((codes[code].words() for code in codes if code in of_it), None)


def _known(cell: Cell, asked: Question) -> Words | None:
    if not cell.known:
        return None
    labels = {choice.key: choice.label for choice in asked.choices}
    words = [labels.get(key, Words(key, key)) for key in cell.known.split()]
    zh, en = "、".join(one.zh for one in words), ", ".join(one.en for one in words)
    return Words(f"已登记为：{zh}", f"On record: {en}")


def mended_by(post: QueryDict, facts: Mapping[str, Any]) -> bytes:
    """The corrected paper; refuses one that is not changed, still wrong, or corrected by somebody else meanwhile."""
    viewer: Viewer = facts["by"]
    submission_id: UUID = facts["submission_id"]
    page = submission_page(submission_id=submission_id, viewer=viewer, at=facts["at"], purpose="forms")
    if not page.papers:
        raise refuse(UNKNOWN)
    last, questions = page.papers[-1], one_version(page.version_id).questions
    if post.get("number") != str(last.number):
        raise refuse(CHANGED_MEANWHILE)
    cells = {cell.key: cell for cell in cells_of(last.content, questions)}
    texts = {key: text for key, text in texts_of(post).items() if key in cells and cells[key].asked}
    dropped = {key for key in post.getlist("drop") if key in cells and cells[key].asked is None}
    content = mended(last.content, texts, dropped)
    if content == last.content:
        raise refuse(NOTHING_CHANGED)
    left = cells_of(content, questions, bounds=bounds_on(local_day(facts["at"], ZONE)))
    if any(cell.fault or cell.asked is None for cell in left):
        raise refuse(STILL_WRONG)
    return content
