"""An XLSForm read into questions that the linter judges: .xlsx and .xls, the column `fact`, languages, older spellings.

Sizes are asked before anything is unpacked, nothing is run and no link is followed. What cannot be read at all is
refused in one sentence; what can be read and does not hold together comes back as findings of the rule `broken`.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pyxform.xls2xform import convert

from gridcommons.collection.confined import SECONDS, Ended, ask
from gridcommons.collection.opening import OLE, READERS_THROW, Unfit, open_book
from gridcommons.collection.xlsform_types import HEADINGS, TEXT_COLUMNS, kind_of, language_of
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.matters.linting.question import GROUPS, UNNAMED, Choice, Finding, Question

MOST_BYTES: Final = 5_000_000
MOST_UNPACKED: Final = 60_000_000
MOST_ROWS: Final = 3_000
MOST_CHOICES: Final = 20_000
_MEGABYTE: Final = 1_000_000
_FIRST_ROW: Final = 2
_NAME: Final = re.compile(r"[^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?")
_TRUE: Final = frozenset({"yes", "true", "true()", "1"})
_SAID_AT: Final = re.compile(r"^\[row : (\d+)\]\s*")
NOT_A_WORKBOOK = refusal_kind(
    "xlsform.not_a_workbook",
    status=400,
    zh="这不是Excel工作簿（.xlsx或.xls），或文件已损坏：请用电子表格软件另存为.xlsx后再交。",
    en="This is no workbook (.xlsx or .xls), or it is damaged: save it as .xlsx and hand it in again.",
)
TOO_LARGE = refusal_kind(
    "xlsform.too_large",
    status=413,
    zh="工作簿过大：最多{most} MB，题目最多{rows}行，选项最多{choices}行。",
    en="The workbook is too large: {most} MB, {rows} rows of questions and {choices} choices at most.",
)
FOREIGN = refusal_kind(
    "xlsform.foreign",
    status=400,
    zh="这个工作簿不是XLSForm：找不到survey表，或survey表第一行没有{missing}列（现有的表：{sheets}）。",
    en="This is no XLSForm: no sheet survey, or no column {missing} in its first row (sheets found: {sheets}).",
)
EMPTY = refusal_kind(
    "xlsform.empty",
    status=400,
    zh="survey表里没有题目。",
    en="There are no questions on the sheet survey.",
)
Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class ReadForm:
    """A form as its workbook says it; `head` is its settings as a row, `sha256` that of the workbook's bytes."""

    title: str
    form_id: str
    version: str
    head: Question
    questions: tuple[Question, ...]
    broken: tuple[Finding, ...]
    sha256: str


def read_xlsform(content: bytes) -> ReadForm:
    """Read a workbook and have it compiled; refuses in one sentence what is none, too large, or no XLSForm."""
    read = read_rows(content)
    return read if read.broken else replace(read, broken=tuple(_compiler_says(content)))


def read_rows(content: bytes) -> ReadForm:
    """The same without the compiler: for a workbook that was compiled already."""
    book = _book(content)
    rows, headings = book.get("survey", []), set(_headings(book, "survey"))
    missing = [name for name in ("type", "name") if name not in headings]
    if missing:
        sheets = "、".join(str(name)[:30] for name in book.get("sheet_names", [])[:8])
        raise refuse(FOREIGN, missing=", ".join(missing), sheets=sheets)
    choices = _rows(book, "choices")
    if len(rows) > MOST_ROWS or len(choices) > MOST_CHOICES:
        raise _too_large()
    settings = next((row for _, row in _rows(book, "settings")), {})
    spoken = language_of(settings.get("default_language", "")) if settings.get("default_language") else UNNAMED
    lists = _lists(choices, spoken)
    questions = tuple(_questions(_rows(book, "survey"), lists, spoken))
    if not questions:
        raise refuse(EMPTY)
    broken = [*_faults(questions, lists), *_stray(_rows(book, "survey"))]
    return ReadForm(
        title=settings.get("form_title", ""), form_id=settings.get("form_id", ""), version=settings.get("version", ""),
        head=Question("settings", 1, "hidden", texts=tuple(_texts(settings))), questions=questions,
        broken=tuple(broken), sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


# --- The workbook ---------------------------------------------------------------------------------------------------


def require_modest(size: int) -> None:
    """Refuse a workbook of more bytes than any honest form has, before one is read."""
    if size > MOST_BYTES:
        raise _too_large()


def _book(content: bytes) -> dict[str, Any]:
    try:
        return open_book(content, most_bytes=MOST_BYTES, most_unpacked=MOST_UNPACKED, old=True)
    except Unfit as unfit:
        raise (_too_large() if unfit.why == "large" else refuse(NOT_A_WORKBOOK)) from unfit


def _too_large() -> Exception:
    return refuse(TOO_LARGE, most=MOST_BYTES // _MEGABYTE, rows=MOST_ROWS, choices=MOST_CHOICES)


def _headings(book: Mapping[str, Any], sheet: str) -> list[str]:
    return [_heading(name) for row in book.get(f"{sheet}_header", []) for name in row]


def _rows(book: Mapping[str, Any], sheet: str) -> list[tuple[int, dict[str, str]]]:
    """The rows of a sheet that hold anything, with their numbers, under the headings of today's XLSForm."""
    rows = enumerate(book.get(sheet) or (), _FIRST_ROW)
    return [(number, {_heading(key): str(value) for key, value in row.items()}) for number, row in rows if row]


def _heading(name: str) -> str:
    """A column's heading in one spelling: `label:English` and `Label :: English` are label::English."""
    first, _, rest = re.sub(r"\s*:{1,2}\s*", "::", str(name).strip(), count=1).partition("::")
    column = first.strip().lower().replace(" ", "_")
    column = HEADINGS.get(column, column)
    return f"{column}::{rest.strip()}" if rest and column in TEXT_COLUMNS else (f"{column}:{rest}" if rest else column)


def _by_language(row: Mapping[str, str], column: str, spoken: str) -> dict[str, str]:
    """The texts of a column by language; one without a language is in the form's own."""
    found = {spoken: row[column]} if row.get(column) else {}
    for heading, text in row.items():
        first, _, language = heading.partition("::")
        if first == column and language:
            found[language_of(language)] = text
    return found


# --- Questions ------------------------------------------------------------------------------------------------------


def _lists(rows: list[tuple[int, dict[str, str]]], spoken: str) -> dict[str, tuple[Choice, ...]]:
    found: dict[str, tuple[Choice, ...]] = {}
    for number, row in rows:
        if row.get("list_name") and row.get("name"):
            said = {"list_name", "name", *(key for key in row if key.startswith("label"))}
            texts = tuple(text for key, text in row.items() if key not in said)
            choice = Choice(row["name"], _by_language(row, "label", spoken), number, texts)
            found[row["list_name"]] = (*found.get(row["list_name"], ()), choice)
    return found


def _questions(
    rows: list[tuple[int, dict[str, str]]], lists: Mapping[str, tuple[Choice, ...]], spoken: str
) -> Iterator[Question]:
    around: list[str] = []
    for number, row in rows:
        if not row.get("type"):
            continue
        kind, list_name, _other = kind_of(row["type"])
        if kind.startswith("end_") and around:
            around.pop()
        yield Question(
            name=row.get("name", ""), row=number, kind=kind, labels=_by_language(row, "label", spoken),
            hint=_by_language(row, "hint", spoken), fact=row.get("fact", "").strip(),
            choices=lists.get(list_name, ()), required=row.get("required", "").strip().lower() in _TRUE,
            relevant=row.get("relevant", ""), list_name=list_name, texts=tuple(_texts(row)), inside=tuple(around),
            constraint=row.get("constraint", ""),
        )  # fmt: skip
        if kind.startswith("begin_"):
            around.append(f"{kind.removeprefix('begin_')}:{row.get('name', '')}")


def _texts(row: Mapping[str, str]) -> Iterator[str]:
    """What a row says beside name, type, labels and hints."""
    own = {"name", "type", "fact", "required", "relevant", "public_key"}
    for heading, text in row.items():
        if heading.partition("::")[0] not in own | {"label", "hint"} and isinstance(text, str):
            yield text


# --- What does not hold together --------------------------------------------------------------------------------------


def _faults(questions: tuple[Question, ...], lists: Mapping[str, tuple[Choice, ...]]) -> Iterator[Finding]:
    seen: set[tuple[tuple[str, ...], str]] = set()
    depth = 0
    for one in questions:
        depth += one.kind.startswith("begin_") - one.kind.startswith("end_")
        yield from _fault(one, lists)
        if one.name and one.kind not in GROUPS and (one.inside, one.name) in seen:
            yield _broken(one, f"名称“{one.name}”用了不止一次。", f"The name “{one.name}” is used more than once.")
        seen.add((one.inside, one.name))
    if depth:
        yield _broken(questions[-1], "有分组没有配对的开始或结束行。", "A group has no matching begin or end row.")


def _fault(one: Question, lists: Mapping[str, tuple[Choice, ...]]) -> Iterator[Finding]:
    if not one.kind:
        yield _broken(one, f"不认识的题型“{one.list_name}”。", f"Unknown type “{one.list_name}”.")
        return
    if not one.kind.startswith("end_") and one.kind != "audit" and not _NAME.fullmatch(one.name):
        yield _broken(
            one, f"名称“{one.name}”不能用：以字母开头，不含空格。",
            f"The name “{one.name}” cannot be used: begin with a letter, no blanks.",
        )  # fmt: skip
    if (
        one.kind in ("select_one", "select_multiple", "rank")
        and one.list_name not in lists
        and "${" not in one.list_name
    ):
        yield _broken(
            one,
            f"choices表中没有选项表“{one.list_name}”。",
            f"There is no list “{one.list_name}” on the choices sheet.",
        )


def _stray(rows: list[tuple[int, dict[str, str]]]) -> Iterator[Finding]:
    for number, row in rows:
        if not row.get("type") and row.get("name"):
            yield _broken(Question(row["name"], number, ""), "这一行没有题型。", "This row has no type.")


def _broken(question: Question, zh: str, en: str) -> Finding:
    return Finding("broken", question.row, question.name, Words(zh, en))


def _compiler_says(content: bytes) -> Iterator[Finding]:
    """What the compiler of forms refuses, in its own words, at the row that it names."""
    try:
        said = ask("gridcommons.collection.xlsform", content=content)
    except Ended:
        said = f"> {SECONDS} s"
    if said:
        at = _SAID_AT.match(said)
        said = _SAID_AT.sub("", said)
        words = Words(f"表单编译不通过：{said}", f"The form does not compile: {said}")
        yield Finding("broken", int(at[1]) if at else 1, "", words)


def confined(content: bytes) -> str:
    """In the child: what the compiler has against a workbook, nothing where it compiles."""
    try:
        convert(io.BytesIO(content), validate=False, file_type=".xls" if content.startswith(OLE) else ".xlsx")
    except READERS_THROW as error:
        return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
    return ""
