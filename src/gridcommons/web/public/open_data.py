"""Open data: the releases of a county by day with their files, the latest as a table, a feed of releases."""

from __future__ import annotations

from datetime import date
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import is_chinese
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words, apart
from gridcommons.outlook.opening import Figure, marks
from gridcommons.outlook.releases.actions import UNKNOWN
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.queries import (
    PAGE,
    FileFacts,
    ReleaseFacts,
    figures_out,
    latest_day,
    release_file,
    releases,
)
from gridcommons.territory.queries import AreaFacts, area_on, names_of, served
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import asked, language, page_number, today
from gridcommons.web.public.wording import name_of

_FEED_TYPE: Final = "application/atom+xml"
_ATOM: Final = "http://www.w3.org/2005/Atom"
_CACHED: Final = "public, max-age=600"
_FORMATS: Final = {
    ".csv": Words("CSV", "CSV"), ".csv-metadata.json": Words("CSV字段说明", "CSV, columns explained"),
    ".zh.json": Words("JSON-stat（中文）", "JSON-stat, Chinese"),
    ".en.json": Words("JSON-stat（英文）", "JSON-stat, English"), ".geojson": Words("GeoJSON地图", "GeoJSON, map"),
}  # fmt: skip
"""What a file is called in a list, by the end of its name."""
_TAGS: Final = {"zh": "zh-CN", "en": "en"}


def _area(request: HttpRequest) -> AreaFacts:
    """The county asked for, else the one that the program serves."""
    here = served()
    code = request.GET.get("area", "") or (here.code if here else "33")
    CHINA.level_of(code)
    return area_on(code, today(request))


def _address(one: ReleaseFacts, name: str) -> str:
    return f"{reverse('public-open-data-file', args=[one.day.isoformat(), name])}?area={one.area_code}"


def _format(name: str) -> Words:
    return next((words for end, words in _FORMATS.items() if name.endswith(end)), Words(name, name))


def _files(one: ReleaseFacts) -> list[tuple[FileFacts, Words, str]]:
    """The files of a release in the order of their formats: a table first."""
    told = list(_FORMATS.values())
    files = [(file, _format(file.name), _address(one, file.name)) for file in one.files]
    return sorted(files, key=lambda each: told.index(each[1]) if each[1] in told else len(told))


def _feed_address(area: AreaFacts, tongue: str) -> str:
    return f"{reverse('public-open-data-feed')}?area={area.code}&lang={tongue}"


def _table(code: str, day: date) -> tuple[list[Words], list[tuple[Words, list[tuple[Words, Figure]]]]]:
    """The columns and rows of the figures of a day, each cell with its head; areas in the order of their codes."""
    figures = figures_out(code, day)
    keys = [key for key in releasable().names if any(one.measure == key for one in figures)]
    held = {(one.code, one.measure): one for one in figures}
    codes = sorted({one.code for one in figures}, key=lambda area: (len(area), area))
    names = names_of(codes)
    rows = [(names[area].name, [(releasable().names[key], held[area, key]) for key in keys]) for area in codes]
    return [releasable().names[key] for key in keys], rows


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The releases by day with their files, and the latest one as a table."""
    area, page = _area(request), page_number(request)
    found, total = releases(area.code, (page - 1) * PAGE)
    day = latest_day(area.code)
    heads, rows = _table(area.code, day) if day else ([], [])
    threshold = next((one.threshold for one in found), 0)
    own, other = ("zh", "en") if is_chinese(language()) else ("en", "zh")
    lines = [(one, _files(one) if one.current else []) for one in found]
    context = {
        "area": area, "name": name_of(area), "day": day, "heads": heads, "rows": rows, "lines": lines,
        "listed": releasable(), "marks": marks(threshold) if threshold else {}, "threshold": threshold,
        "feed": _feed_address(area, own), "tongue": _TAGS[own],
        "other_feed": _feed_address(area, other), "other_tongue": _TAGS[other],
        "before": page - 1 if page > 1 else None, "after": page + 1 if page * PAGE < total else None,
    }  # fmt: skip
    return render(request, "public/open_data.html", context)


@require_safe
def file(request: HttpRequest, day: str, name: str) -> HttpResponse:
    """One file of a day, exactly as it was released; `latest` stands for the last day that is out."""
    area = _area(request)
    when = latest_day(area.code) if day == "latest" else _day(day)
    if when is None:
        raise refuse(UNKNOWN)
    body, media, digest = release_file(area.code, when, name)
    return _answer(request, body, media, digest)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse(UNKNOWN) from None


def _answer(request: HttpRequest, body: bytes, media: str, digest: str) -> HttpResponse:
    tag = f'"{digest[:32]}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    answer = HttpResponseNotModified() if tag in known else HttpResponse(body, content_type=media)
    answer["ETag"], answer["Cache-Control"], answer["Access-Control-Allow-Origin"] = tag, _CACHED, "*"
    return answer


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """The releases as an Atom feed in the language asked for; withdrawn ones say so."""
    area, tongue = _area(request), "en" if request.GET.get("lang") == "en" else "zh-hans"
    found, _total = releases(area.code)
    with translation.override(tongue):
        body = _atom(request, area, found, tongue)
    answer = HttpResponse(body, content_type=f"{_FEED_TYPE}; charset=utf-8")
    answer["Cache-Control"] = _CACHED
    return answer


def _atom(request: HttpRequest, area: AreaFacts, found: list[ReleaseFacts], tongue: str) -> bytes:
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": "en" if tongue == "en" else "zh-CN"})
    own = request.build_absolute_uri(request.get_full_path())
    updated = max((one.withdrawn_at or one.made_at for one in found), default=asked(request).now)
    SubElement(root, "id").text = own
    SubElement(root, "title").text = _("Open data: %(name)s") % {"name": say(name_of(area), tongue)}
    SubElement(root, "updated").text = updated.isoformat()
    SubElement(root, "link", rel="self", type=_FEED_TYPE, href=own)
    for other in sorted(_TAGS.keys() - {"en" if tongue == "en" else "zh"}):
        address = request.build_absolute_uri(_feed_address(area, other))
        SubElement(root, "link", rel="alternate", type=_FEED_TYPE, hreflang=_TAGS[other], href=address)
    page = request.build_absolute_uri(f"{reverse('public-open-data')}?area={area.code}")
    SubElement(root, "link", rel="alternate", type="text/html", href=page)
    SubElement(SubElement(root, "author"), "name").text = say(releasable().owner, tongue)
    for one in found:
        _entry(request, root, one)
    indent(root)
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _entry(request: HttpRequest, root: Element, one: ReleaseFacts) -> None:
    entry = SubElement(root, "entry")
    SubElement(entry, "id").text = f"urn:uuid:{one.id}"
    title = _("Counts of %(day)s, release %(number)s") % {"day": one.day.isoformat(), "number": one.revision}
    why = say(apart(one.withdrawn_why), language())
    withdrawn = _("withdrawn: %(why)s") % {"why": why} if one.withdrawn_at else ""
    state = withdrawn or ("" if one.current else _("corrected by a later release"))
    SubElement(entry, "title").text = f"{title} ({state})" if state else title
    SubElement(entry, "updated").text = (one.withdrawn_at or one.made_at).isoformat()
    SubElement(entry, "published").text = one.made_at.isoformat()
    SubElement(entry, "summary").text = state or title
    page = f"{reverse('public-open-data')}?area={one.area_code}"
    SubElement(entry, "link", rel="alternate", type="text/html", href=request.build_absolute_uri(page))
    for each in one.files if one.current else ():
        SubElement(entry, "link", rel="enclosure", href=request.build_absolute_uri(_address(one, each.name)))
