"""The public register: what may enter the grid, what never does, what belongs to residents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import is_chinese
from gridcommons.kit.sheets import Cell
from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.load.admission.queries import history_of
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Group, Kind, Matter, MatterClass
from gridcommons.matters.queries import as_document, current, decided, published_at
from gridcommons.matters.routing import LEVEL_NAMES, propose_route
from gridcommons.matters.rules import judge_report
from gridcommons.matters.switching import Decided, off_at
from gridcommons.territory.queries import names_of
from gridcommons.web.admission_words import KINDS as KINDS_OF
from gridcommons.web.admission_words import life_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.csv_heads import heads
from gridcommons.web.public.asking import language, today
from gridcommons.web.public.finding import MOST_WORDS
from gridcommons.web.public.wording import CHECKS, CLASSES, KINDS, PLACES

_COLUMNS: Final = (
    "key", "name_zh", "name_en", "group", "class", "kind", "legal_basis_zh", "legal_basis_en", "purpose_zh",
    "purpose_en", "owner", "owner_zh", "minutes", "clock", "file_minutes", "handle_minutes", "routes", "public",
    "place", "settle_on_spot", "verify", "valid_from", "review_date", "version",
)  # fmt: skip

OffPlaces = Mapping[str, Sequence[tuple[Words, Decided]]]


@dataclass(frozen=True)
class Line:
    """A matter with the words that its codes stand for."""

    matter: Matter
    owner: Words
    matter_class: Words
    kind: Words
    place: Words
    check: Words
    routes: tuple[tuple[Words, Words, Words | None], ...]
    off: tuple[tuple[Words, Decided], ...] = ()
    """Where it is switched off today, and by which decision."""


def line_of(matter: Matter, catalogue: Catalogue, off: OffPlaces | None = None) -> Line:
    """A matter as the register prints it."""
    routes = tuple(
        (catalogue.department(step.office).name, LEVEL_NAMES[step.level], step.note) for step in matter.routes
    )
    return Line(
        matter=matter,
        owner=catalogue.department(matter.owner).name,
        matter_class=CLASSES[matter.matter_class],
        kind=KINDS[matter.kind],
        place=PLACES[matter.place],
        check=CHECKS[matter.verify],
        routes=routes,
        off=tuple((off or {}).get(matter.key, ())),
    )


def switched_off(day: date) -> OffPlaces:
    """Where matters are switched off on a day, by matter: each place once, by the decision made last."""
    decisions = decided()
    places = names_of(one.area_code for one in decisions)
    found: dict[str, list[tuple[Words, Decided]]] = {}
    for key, code in dict.fromkeys((one.matter_key, one.area_code) for one in decisions):
        held = off_at(decisions, key, code, day)
        if held is not None and held.area_code == code and code in places:
            found.setdefault(key, []).append((places[code].name, held))
    return found


def grouped(
    matters: Iterable[Matter], catalogue: Catalogue, off: OffPlaces | None = None
) -> list[tuple[Group, list[Line]]]:
    """Matters on their shelves, empty shelves left out."""
    shelves: dict[str, list[Line]] = {group.key: [] for group in catalogue.groups}
    for matter in matters:
        shelves[matter.group.key].append(line_of(matter, catalogue, off))
    return [(group, shelves[group.key]) for group in catalogue.groups if shelves[group.key]]


def _wanted(request: HttpRequest, catalogue: Catalogue) -> list[Matter]:
    """The matters that the filter of the address leaves."""
    asked = {key: request.GET.getlist(key) for key in ("group", "class", "kind")}
    words = request.GET.get("q", "").strip()[:MOST_WORDS]
    hits = catalogue.search(words, "zh" if is_chinese(language()) else "en") if words else catalogue.matters
    return [
        matter
        for matter in hits
        if (not any(asked["group"]) or matter.group.key in asked["group"])
        and (not any(asked["class"]) or matter.matter_class in asked["class"])
        and (not any(asked["kind"]) or matter.kind in asked["kind"])
    ]


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The whole list with its edition, filtered by the address, made to be printed."""
    catalogue = current()
    wanted = _wanted(request, catalogue)
    context = {
        "catalogue": catalogue,
        "published_at": published_at(catalogue),
        "shelves": grouped(wanted, catalogue, switched_off(today(request))),
        "found": len(wanted),
        "asked": {key: request.GET.get(key, "") for key in ("q", "group", "class", "kind")},
        "groups": request.GET.getlist("group"),
        "classes": [(key.value, words) for key, words in CLASSES.items()],
        "kinds": [(key.value, words) for key, words in KINDS.items()],
        "counts": _counts(catalogue),
        "filtered": len(wanted) != len(catalogue.matters),
    }
    return render(request, "public/matters.html", context)


def _counts(catalogue: Catalogue) -> dict[str, int]:
    kinds = [matter.kind for matter in catalogue.matters]
    classes = [matter.matter_class for matter in catalogue.admitted()]
    return {
        "must_do": kinds.count(Kind.MUST_DO),
        "assist": kinds.count(Kind.ASSIST),
        "not_for_grid": kinds.count(Kind.NOT_FOR_GRID),
        "order": classes.count(MatterClass.ORDER),
        "convenience": classes.count(MatterClass.CONVENIENCE),
    }


@require_safe
def detail(request: HttpRequest, key: str) -> HttpResponse:
    """One matter with the decision that admits it, and where a case of it goes first."""
    catalogue = current()
    matter = catalogue.get(key)
    context = {
        "catalogue": catalogue,
        "line": line_of(matter, catalogue, switched_off(today(request))),
        "verdict": judge_report(catalogue=catalogue, on=today(request), matter_key=key).verdict,
        "routing": first_route(matter, catalogue) if matter.for_grid else None,
        "history": [(one, KINDS_OF[one.proposal.kind], life_of(one)) for one in history_of(key)],
    }
    return render(request, "public/matter.html", context)


def first_route(matter: Matter, catalogue: Catalogue, levels: Iterable[str] = ()) -> Verdict:
    """The decision to whom a case of a matter goes first, where these levels of area exist."""
    known = frozenset(levels) or frozenset(level.key for level in CHINA.levels)
    return propose_route(matter, catalogue=catalogue, area_levels_available=known)


@require_safe
def own_life(request: HttpRequest) -> HttpResponse:
    """What belongs to residents, and why it stands outside the grid."""
    return render(request, "public/own_life.html", {"catalogue": current()})


def _row(matter: Matter, catalogue: Catalogue) -> tuple[Cell, ...]:
    deadline = matter.deadline
    return (
        matter.key, matter.name.zh, matter.name.en, matter.group.key, matter.matter_class.value, matter.kind.value,
        matter.legal_basis.zh, matter.legal_basis.en, matter.purpose.zh, matter.purpose.en, matter.owner,
        catalogue.department(matter.owner).name.zh, matter.minutes, deadline.clock.value, deadline.file_minutes,
        deadline.handle_minutes, " > ".join(f"{step.level}:{step.office}" for step in matter.routes), matter.public,
        matter.place.value, matter.settle_on_spot, matter.verify.value, matter.valid_from, matter.review_date,
        matter.since_version,
    )  # fmt: skip


@require_safe
def as_csv(_request: HttpRequest) -> HttpResponse:
    """The list as CSV, UTF-8 with the mark that spreadsheets ask for."""
    catalogue = current()
    rows: list[tuple[Cell, ...]] = [tuple(heads(_COLUMNS, language()))]
    rows += [_row(matter, catalogue) for matter in catalogue]
    return csv_answer(rows, f"matters-{catalogue.version}.csv", keep=True)


@require_safe
def as_json(_request: HttpRequest) -> JsonResponse:
    """The whole edition as it was published, with its hash and date."""
    catalogue = current()
    document: dict[str, Any] = {
        name: value for name, value in as_document(catalogue).items() if not name.startswith("_")
    }
    published = published_at(catalogue)
    document["published_at"] = published.isoformat() if published else None
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="matters-{catalogue.version}.json"'
    return answer
