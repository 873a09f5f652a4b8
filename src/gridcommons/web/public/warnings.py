"""Warnings to the public: those in force and those that are over, each with its CAP file, signature and key; feeds."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import is_chinese
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import MEDIA_TYPE
from gridcommons.outlook.cautions.queries import CautionFacts, alerts_out, message_files, warning_out, warnings_out
from gridcommons.outlook.cautions.rules import UNKNOWN, State
from gridcommons.outlook.cautions.templates import templates
from gridcommons.outlook.feeds import FEED_TYPE, SIGNATURE_SUFFIX, Feed, atom
from gridcommons.territory.queries import AreaFacts, area_on, served
from gridcommons.web.caution_words import KIND_WORDS, category_words, pill_of, severity_of
from gridcommons.web.house_address import house_address
from gridcommons.web.pieces import Status
from gridcommons.web.public.asking import asked, language, today
from gridcommons.web.public.wording import name_of

_CACHED: Final = "public, max-age=60"
_FOREVER: Final = "public, max-age=31536000, immutable"
_KEY: Final = "application/x-pem-file"
_TONGUES: Final = ("zh", "en")


def area_asked(request: HttpRequest) -> AreaFacts:
    """The area asked for, else the one that the program serves."""
    here = served()
    code = request.GET.get("area", "") or (here.code if here else "33")
    CHINA.level_of(code)
    return area_on(code, today(request))


def _row(one: CautionFacts) -> tuple[CautionFacts, Status, Words | None, Words]:
    return one, pill_of(one), severity_of(one), KIND_WORDS[one.kind]


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What holds now, and what ended in the last ninety days, shown as over."""
    area, house = area_asked(request), asked(request)
    rows = [_row(one) for one in warnings_out(area.code, house.now)]
    tongue = "zh" if is_chinese(language()) else "en"
    context = {
        "area": area, "name": name_of(area), "feed": reverse("public-warnings-feed", args=[area.code, tongue]),
        "holding": [row for row in rows if row[0].state is State.IN_FORCE],
        "over": [row for row in rows if row[0].state is not State.IN_FORCE],
    }  # fmt: skip
    return render(request, "public/warnings.html", context)


@require_safe
def single(request: HttpRequest, identifier: str) -> HttpResponse:
    """One message with all it says, its files, and the others of its warning."""
    one, others = warning_out(identifier, asked(request).now)
    row = _row(one)
    context = {
        "one": one, "pill": row[1], "severity": row[2], "kind": row[3], "others": [_row(other) for other in others],
        "area": one.area_code, "about": category_words(one), "owner": templates().owner,
    }  # fmt: skip
    return render(request, "public/warning.html", context)


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    """The published bytes of a message (`.xml`), their signature (`.xml.sig`) or the public key (`.pem`)."""
    for suffix, kind in ((f".xml{SIGNATURE_SUFFIX}", "sig"), (".xml", "xml"), (".pem", "pem")):
        if name.endswith(suffix):
            return _file(request, name.removesuffix(suffix), kind)
    raise refuse(UNKNOWN)


def _file(request: HttpRequest, identifier: str, kind: str) -> HttpResponse:
    held = message_files(identifier)
    body, media = {
        "sig": (held.signature, "application/octet-stream"), "xml": (held.message, MEDIA_TYPE), "pem": (held.pem, _KEY),
    }[kind]  # fmt: skip
    tag = f'"{held.sha256[:32]}-{kind}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    answer = HttpResponseNotModified() if tag in known else HttpResponse(body, content_type=media)
    answer["ETag"], answer["Cache-Control"], answer["Access-Control-Allow-Origin"] = tag, _FOREVER, "*"
    return answer


@require_safe
def feed(request: HttpRequest, code: str, tongue: str) -> HttpResponse:
    """The warnings of an area as an Atom feed in a language; expired and cancelled ones say so."""
    if tongue not in _TONGUES:
        raise refuse(UNKNOWN)
    CHINA.level_of(code)
    area, now = area_on(code, today(request)), asked(request).now
    house = house_address(request)
    name = name_of(area)
    title = Words(f"{name.zh}公众预警", f"Warnings: {name.en}")
    shown = Feed(title, templates().owner, f"{house}/warnings/feed/{code}", f"{house}/warnings")
    answer = HttpResponse(atom(shown, alerts_out(code, now), tongue, now), content_type=f"{FEED_TYPE}; charset=utf-8")
    answer["Cache-Control"] = _CACHED
    return answer
