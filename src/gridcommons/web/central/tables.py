"""The answers of a form as OData: a row for each submission, or for each item of a repeat; whole or filtered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from gridcommons.collection.forms.queries import VersionFacts, versions_of
from gridcommons.collection.inbox.queries import SaidRow, Wanted, said_in, submission_called
from gridcommons.collection.inbox.sifting import Sift
from gridcommons.collection.shapes import Node, repeats_of, shape_of
from gridcommons.kit.digits import is_digits
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.web.central.conditions import condition_of, order_of
from gridcommons.web.central.door import NOWHERE, call
from gridcommons.web.central.metadata import described
from gridcommons.web.central.paging import continued, started, token_of
from gridcommons.web.central.reading import form_of
from gridcommons.web.central.sent import CHUNK, moment
from gridcommons.web.central.shape import Way, linked, rows_of, selected, shown, wanted_of
from gridcommons.web.front import HouseRequest

MOST: Final = 10_000
"""Rows of one answer; the next ones stand behind its link."""
_KNOWN: Final = frozenset({
    "$filter", "$orderby", "$select", "$expand", "$top", "$skip", "$skiptoken", "$count", "$wkt", "$format",
})  # fmt: skip
_ONE: Final = re.compile(r"Submissions\('((?:[^']|''){1,498})'\)((?:/[^/()]+(?:\('[^']{1,600}'\))?)*)")
_STEP: Final = re.compile(r"/([^/()]+)(?:\('([^']+)'\))?")

NO_OPTION = refusal_kind(
    "central.no_option",
    status=501,
    zh="这里不支持OData的{what}；可用：{known}。",
    en="OData's {what} is not there; there are: {known}.",
)
NO_NUMBER = refusal_kind(
    "central.no_number",
    status=400,
    zh="{what}要写成不带符号的整数，最多7位。",
    en="{what} has to be a whole number without a sign, of 7 digits at most.",
)
ONLY_STAR = refusal_kind(
    "central.only_star",
    status=501,
    zh="$expand只支持*（展开所有重复组）。",
    en="$expand knows * alone: all repeats.",
)


@dataclass(frozen=True)
class _Asked:
    """What an address asks of a table. `total`: how many rows there are of all, where the page before brought it."""

    repeat: str
    sift: Sift
    way: Way
    select: tuple[str, ...]
    first: int
    most: int
    is_counted: bool
    total: int | None = None


@call("GET")
def service(request: HouseRequest, project: int, form_id: str) -> HttpResponse:
    """The tables of a form: its submissions, and one for each repeat."""
    shape = _shape(form_of(request, project, form_id))
    tables = ["Submissions", *(f"Submissions.{path.replace('/', '.')}" for path in repeats_of(shape))]
    value = [{"name": name, "kind": "EntitySet", "url": name} for name in tables]
    return _odata({"@odata.context": f"{_base(request, project, form_id)}/$metadata", "value": value})


@call("GET")
def metadata(request: HouseRequest, project: int, form_id: str) -> HttpResponse:
    """The types of the tables, as OData's clients read them first."""
    version = form_of(request, project, form_id)
    answer = HttpResponse(described(version.form.key, _shape(version)), "application/xml; charset=utf-8")
    answer.headers["OData-Version"] = "4.0"
    return answer


def _shape(version: VersionFacts) -> Node:
    """The shape of a form over its published versions."""
    published = [one for one in versions_of(version.form.key) if one.published_at is not None]
    return shape_of(one.questions for one in published)


def _base(request: HouseRequest, project: int, form_id: str) -> str:
    return request.build_absolute_uri(reverse("central-service", args=[project, form_id]))


def _odata(answer: dict[str, Any]) -> HttpResponse:
    made = JsonResponse(answer)
    made.headers["OData-Version"] = "4.0"
    return made


@call("GET")
def table(request: HouseRequest, project: int, form_id: str, name: str) -> HttpResponse:
    """A table of a form, or one row of it, or the items that belong to one row."""
    version = form_of(request, project, form_id)
    shape = _shape(version)
    one = _ONE.fullmatch(name)
    if one:
        return _row(request, project, version, shape, (one[1].replace("''", "'"), one[2]))
    repeat = _repeat(shape, name)
    asked = _asked(request, shape, repeat)
    wanted = Wanted(form_key=version.form.key, under=str(project))
    found = _read(request, wanted, shape, asked)
    base = _base(request, project, form_id)
    answer: dict[str, Any] = {"@odata.context": f"{base}/$metadata#{name}", "value": found.rows}
    if asked.is_counted:
        answer["@odata.count"] = found.total
    if found.next:
        answer["@odata.nextLink"] = f"{base}/{name}?{_next(request, found.next, answer.get('@odata.count'))}"
    return _odata(answer)


def _repeat(shape: Node, name: str) -> str:
    """The path of the repeat whose table this is; empty for that of the submissions."""
    if name == "Submissions":
        return ""
    repeat = name.removeprefix("Submissions.").replace(".", "/")
    if not name.startswith("Submissions.") or repeat not in repeats_of(shape):
        raise refuse(NOWHERE)
    return repeat


def _asked(request: HouseRequest, shape: Node, repeat: str) -> _Asked:
    given = request.GET
    unknown = next((name for name in given if name.startswith("$") and name not in _KNOWN), "")
    if unknown:
        raise refuse(NO_OPTION, what=unknown[:40], known=", ".join(sorted(_KNOWN)))
    if given.get("$expand", "*") not in {"*", ""}:
        raise refuse(ONLY_STAR)
    start = started(request)
    until = start.until if start else request.now
    node = shape.at(repeat) if repeat else shape
    condition = condition_of(given["$filter"], until) if given.get("$filter") else None
    order = order_of(given["$orderby"]) if given.get("$orderby") else ()
    sift = Sift(condition, order, until, repeat)
    return _Asked(
        repeat, continued(sift, start) if start else sift,
        Way(given.get("$expand") == "*", _is_true(request, "$wkt")),
        wanted_of(given.get("$select", ""), node or shape, repeat), 0 if start else _number(request, "$skip", 0),
        min(_number(request, "$top", MOST), MOST), _is_true(request, "$count"), start.total if start else None,
    )  # fmt: skip


def _number(request: HouseRequest, name: str, otherwise: int) -> int:
    text = request.GET.get(name, "")
    if text and not (is_digits(text) and len(text) <= 7):  # noqa: PLR2004 - as the sentence says
        raise refuse(NO_NUMBER, what=name)
    return int(text) if text else otherwise


def _is_true(request: HouseRequest, name: str) -> bool:
    return request.GET.get(name, "").lower() == "true"


def _next(request: HouseRequest, sift: Sift, total: int | None) -> str:
    """The address of the next page: what comes in meanwhile does not push rows from one page onto the other."""
    kept = {name: text for name, text in request.GET.items() if name not in {"$skip", "$skiptoken"}}
    return urlencode(kept | {"$skiptoken": token_of(request, sift, total)})


@dataclass(frozen=True)
class _Read:
    """A page: its rows, how many there are of all if that was asked, and where the next one begins."""

    rows: list[dict[str, Any]]
    total: int
    next: Sift | None


def _read(request: HouseRequest, wanted: Wanted, shape: Node, asked: _Asked) -> _Read:
    """The rows of a page; each piece of it is a look of its own, and begins where the one before ended."""
    rows: list[dict[str, Any]] = []
    total, first, left, sift = asked.total, asked.first, asked.most, asked.sift
    while True:
        most = min(left, CHUNK)
        found = said_in(
            wanted=wanted, viewer=request.viewer, at=request.now, purpose="forms", first=first, most=most,
            sift=sift, count=asked.is_counted and total is None,
        )  # fmt: skip
        total = found.total if total is None else total
        piece = [one for row in found.rows for one in _rows(row, shape, asked)][found.skip :]
        rows += piece[:most]
        left -= most
        if found.rows:
            sift, first = sift.behind(found.rows[-1].marks, found.rows[-1].line.id, found.upto), 0
        if found.is_last or left <= 0:
            return _Read(rows, total, None if found.is_last or not asked.most else sift)


def _rows(row: SaidRow, shape: Node, asked: _Asked) -> list[dict[str, Any]]:
    found = rows_of(shape, asked.repeat, row.values or {}, row.chain.root, asked.way) if asked.repeat else []
    made = found if asked.repeat else [_main(row, shape, asked.way)]
    return [selected(one, asked.select) for one in made] if asked.select else made


def _main(row: SaidRow, shape: Node, way: Way) -> dict[str, Any]:
    key = row.chain.root
    answers = shown(shape, row.values or {}, key, linked(key), way)
    meta = {"instanceID": row.line.instance_id, "instanceName": None}
    return {"__id": key, "__system": _system(row), **answers, "meta": meta}


def _system(row: SaidRow) -> dict[str, Any]:
    return {
        "submissionDate": moment(row.chain.came_at), "updatedAt": moment(row.chain.changed_at), "submitterId": "0",
        "submitterName": None, "attachmentsPresent": row.pictures, "attachmentsExpected": row.pictures, "status": None,
        "reviewState": row.chain.review or None, "deviceId": None, "edits": row.chain.edits,
        "formVersion": row.line.version,
    }  # fmt: skip


def _row(
    request: HouseRequest, project: int, version: VersionFacts, shape: Node, path: tuple[str, str]
) -> HttpResponse:
    """One submission as a row, or the items of a repeat in it, as its links lead to them."""
    key, rest = path
    if "\0" in key:
        raise refuse(NOWHERE)
    steps = _STEP.findall(rest)
    repeat = "/".join(name for name, _id in steps)
    if steps and repeat not in repeats_of(shape):
        raise refuse(NOWHERE)
    called = submission_called(instance_id=key, form_key=version.form.key, viewer=request.viewer, at=request.now)
    asked = _asked(request, shape, repeat)
    wanted = Wanted(form_key=version.form.key, root=called.root)
    found = _read(request, wanted, shape, asked)
    within = [item for _name, item in steps if item]
    rows = [one for one in found.rows if not within or one["__id"].rpartition("-")[0] == within[-1]]
    table = f"Submissions.{repeat.replace('/', '.')}" if repeat else "Submissions"
    base = _base(request, project, version.form.key)
    answer: dict[str, Any] = {"@odata.context": f"{base}/$metadata#{table}", "value": rows}
    return _odata(answer | ({"@odata.count": found.total} if asked.is_counted else {}))
