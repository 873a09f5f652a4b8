"""From a workbook (XLSForm) to what phones read (XForm), in a confined child.

The workbook comes from outside and two libraries read it. The child says what was made, or the codes and facts of a
refusal.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any, Final

from gridcommons.collection.asking import HOUSEHOLDS, Question, as_rows, of_rows
from gridcommons.collection.confined import SECONDS, Ended, ask
from gridcommons.collection.forms.rules import BROKEN, MOST_XFORM, TOO_LARGE, TOO_SLOW, require_version
from gridcommons.kit.errors import Refusal, refuse


@dataclass(frozen=True)
class Compiled:
    """A form as phones get it. `files`: names of the files it uses; `lists_households`: it chooses from the list."""

    version: str
    title: str
    xform: bytes
    questions: tuple[Question, ...]
    files: tuple[str, ...]
    lists_households: bool


def compile_form(content: bytes, *, key: str, version: str) -> Compiled:
    """Compile a workbook in a child process; refuses (`form.*`) with one clear line.

    `version`: the one it gets if its sheet of settings names none.
    """
    try:
        said = ask("gridcommons.collection.forms.compiling", key, version, content=content)
    except Ended as fault:
        raise refuse(TOO_SLOW, seconds=SECONDS) from fault
    if "refused" in said:
        raise Refusal(tuple(_reason(one) for one in said["refused"]))
    return Compiled(
        said["version"], said["title"], b64decode(said["xform"]), of_rows(said["questions"]), tuple(said["files"]),
        said["lists_households"],
    )  # fmt: skip


def _reason(one: dict[str, Any]) -> Any:
    return refuse(one["code"], **one["facts"]).reasons[0]


def compiled_here(content: bytes, *, key: str, version: str) -> Compiled:
    """The same in this process, without its limits: for tools and tests that bring their own workbook."""
    from gridcommons.collection.forms.asked import files_of, questions_of, require_household
    from gridcommons.collection.forms.sheets import read_sheets
    from gridcommons.collection.forms.showing import shown

    sheets = read_sheets(content)
    questions = questions_of(sheets)
    require_household(sheets)
    version = require_version(sheets.settings.get("version") or version)
    title = sheets.settings.get("form_title") or key
    xform = _xform(shown(sheets, questions), key, version, title)
    if len(xform) > MOST_XFORM:
        raise refuse(TOO_LARGE, what=f"{len(xform)} > {MOST_XFORM} bytes")
    lists = f"jr://file-csv/{HOUSEHOLDS}".encode() in xform
    return Compiled(version, title, xform, questions, files_of(sheets), lists)


def _xform(sheets: Any, key: str, version: str, title: str) -> bytes:
    """What pyxform makes of the sheets."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    from gridcommons.collection.opening import one_line

    settings = {**sheets.settings, "form_id": key, "version": version, "form_title": title}
    chinese = next((end for end, tongue in sheets.tongues.items() if tongue == "zh"), "")
    settings.setdefault("default_language", chinese.removeprefix("::") or "default")
    book = {"survey": sheets.survey, "choices": sheets.choices, "settings": [settings]}
    heads = {f"{name}_header": [dict.fromkeys(k for row in rows for k in row)] for name, rows in book.items()}
    extra = [{key: value for key, value in row.items() if key not in _OURS} for row in sheets.survey]
    try:
        made = convert({**book, **heads, "survey": extra, "sheet_names": list(book)}, form_name="data", warnings=[])
    except (PyXFormError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise refuse(BROKEN, what=one_line(fault)) from fault
    return str(made.xform).encode()


_OURS: Final = frozenset({"fact", "means"})


def confined(content: bytes, key: str, version: str) -> dict[str, Any]:
    """In the child: what was made of a workbook, or the reasons why nothing was."""
    try:
        made = compiled_here(content, key=key, version=version)
    except Refusal as refusal:
        return {"refused": [{"code": reason.code, "facts": dict(reason.facts)} for reason in refusal.reasons]}
    return {
        "version": made.version, "title": made.title, "xform": b64encode(made.xform).decode(),
        "questions": as_rows(made.questions), "files": made.files, "lists_households": made.lists_households,
    }  # fmt: skip
