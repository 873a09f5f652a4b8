"""A past epidemic day by day: the map as it would have been known then beside what is known today; and other cuts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridcommons.kit.dates import day_text
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.replay import Replay, noted
from gridcommons.outlook.colours.scheme import Scheme, known_schemes, scheme_named
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.pasts import (
    MOST_BYTES,
    NOT_A_NUMBER,
    Outcome,
    cuts_of,
    outcome,
    people_of,
    replayed,
    shipped_past,
    with_cuts,
)
from gridcommons.outlook.painting.queries import pasts
from gridcommons.outlook.rules import require_staff
from gridcommons.web.colour_words import LEGEND, letter_of
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import AREA_COLOURS, say
from gridcommons.web.staff import asked, can, frame, language, signed_in

_ACROSS: Final = 5
_TYPED: Final = 20
_SIDE, _GAP, _EDGE = 100, 8, 4
_BORN: Final = "zhejiang-2020"
_DROP: Final = Sure(
    Words("这份文件从清单中撤下，不能再复盘。", "The file leaves the list and cannot be replayed any more."),
    Words("不另行通知。", "Nobody is told by a notice."),
    Words(
        "今天的颜色不受影响；需要时可以重新上传。", "No colour of today changes. If you need it again, send it anew."
    ),
    Words("确认撤下", "Take it down"),
)
NO_PAST = refusal_kind(
    "replay.no_past",
    status=404,
    zh="没有找到这份往次疫情的数据。请从清单中选择，或上传文件。",
    en="There are no counts of this past epidemic. Choose one from the list, or send a file.",
)
NO_TEXT = refusal_kind(
    "replay.no_text",
    status=400,
    zh="文件没有收到，或不是文本（CSV，UTF-8）。请重新选择。",
    en="No file arrived, or it is no text (CSV in UTF-8). Choose it once more.",
)
_KINDS: Final[Mapping[str, Words]] = {
    "total": Words("总数与各部分之和不符", "total that is not the sum of its parts"),
    "fall": Words("累计数下降", "count that fell"),
    "gap": Words("缺报后补报", "count after a gap"),
    "silent": Words("当日没有公布任何数据", "day on which nothing was published"),
    "absent": Words("个别区域当日未报告", "report of a single area that was missing"),
}


@dataclass(frozen=True)
class Source:
    """A past epidemic that can be replayed: its counts, who lived there, where areas lie on a plain grid."""

    key: str
    name: str
    source: Words | None
    counts: str
    people: tuple[tuple[str, float], ...]
    names: Mapping[str, str]
    places: Mapping[str, tuple[int, int]]


def _shared() -> Path:
    """The folder of published counts that lies beside the program, where there is one."""
    own = getattr(settings, "SHARED_DATA", "")
    return Path(own) if own else Path(str(files("gridcommons"))).parents[2] / "shared" / "data"


def _shipped() -> Source | None:
    known = shipped_past()
    file = _shared() / "epidemic" / known.file
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        return None
    return Source(
        known.key,
        say(known.name, language()),
        known.source,
        text,
        tuple(known.people.items()),
        known.names,
        known.places,
    )


def sources(request: HttpRequest) -> list[Source]:
    """What can be replayed: what lies beside the program, and what was uploaded."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    found = [one for one in (_shipped(),) if one is not None]
    for row in pasts(viewer=house.viewer, at=house.now):
        people = tuple(people_of(row.people).items())
        areas = [area for area, _n in people]
        grid = {area: (n % _ACROSS, n // _ACROSS) for n, area in enumerate(areas)}
        found.append(Source(str(row.id), row.name, None, row.counts, people, {}, grid))
    return found


def chosen(request: HttpRequest, found: Sequence[Source]) -> Source | None:
    """The past epidemic asked for, else the first; refuses one that is none."""
    wish = request.GET.get("past", "")
    if not wish:
        return found[0] if found else None
    one = next((source for source in found if source.key == wish), None)
    if one is None:
        raise refuse(NO_PAST)
    return one


def scheme_of(request: HttpRequest) -> Scheme:
    """The scheme asked for, the program's own where none is; refuses one without numbers."""
    return scheme_named(request.GET.get("scheme", "") or "default")


def scheme_choices() -> list[tuple[str, Words]]:
    """The schemes that can be replayed."""
    found = []
    for name in known_schemes():
        try:
            found.append((name, scheme_named(name).name))
        except Refusal:
            continue
    return found


@signed_in
@require_safe
def replay(request: HttpRequest) -> HttpResponse:
    """The days of a past epidemic, one at a time, by a scheme."""
    return _page(request)


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    house, found = asked(request), sources(request)
    source, scheme = chosen(request, found), scheme_of(request)
    context: dict[str, Any] = {
        "sources": [(one.key, one.name) for one in found], "source": source, "scheme": scheme, "legend": LEGEND,
        "schemes": scheme_choices(), "may_send": can(house.viewer, "past.keep", house.now), "drop": _DROP,
        "ask_drop": Words("撤下", "take down"), "asking": request.GET.get("drop", ""), "own": _BORN,
        "problems": [one.words() for one in refusal.reasons] if refusal else [],
    }  # fmt: skip
    if source is not None:
        context |= _days(request, source, replayed(source.counts, source.people, scheme.key))
    status = refusal.status if refusal else 200
    return render(request, "office/colour_replay.html", frame(request) | context, status=status)


def _days(request: HttpRequest, source: Source, found: Replay) -> dict[str, Any]:
    days, tongue = found.coloured.days, language()
    number = _number(request.GET.get("n", ""), len(days))
    then, now = _letters(found.coloured), _letters(found.hindsight)
    places = [_tile(source, area) for area in found.coloured.known.areas]
    words = [day_text(day, tongue, this_year=0) for day in days]
    query = request.GET.copy()
    query.pop("n", None)
    beside = f"&{query.urlencode()}" if query else ""
    notes = [one for one in found.notes if one.day == days[number]]
    return {
        "n": number, "last": len(days) - 1, "day": words[number], "then": then[number], "now": now[number],
        "tiles_then": _tiles(places, then[number], found.coloured.hatch[number]),
        "tiles_now": _tiles(places, now[number], found.hindsight.hatch[number]),
        "rows": _rows(source, found, number, then[number], now[number]),
        "width": _width(places), "height": _height(places),
        "notes": [(source.names.get(one.area, one.area) if tongue == "en" else one.area, one.words) for one in notes],
        "noted": [(_KINDS[kind], n) for kind, n in noted(found.notes).items()],
        "before": f"?n={number - 1}{beside}" if number else "",
        "after": f"?n={number + 1}{beside}" if number + 1 < len(days) else "",
        "told": {
            "days": words, "then": ["".join(row) for row in then], "now": ["".join(row) for row in now],
            "thenUnsure": _marks(found.coloured.hatch), "nowUnsure": _marks(found.hindsight.hatch),
        },
    }  # fmt: skip


def _marks(hatch: Any) -> list[str]:
    return ["".join("1" if one else "0" for one in row) for row in hatch.tolist()]


def _number(text: str, days: int) -> int:
    """The number of the day asked for; the last one where nonsense is asked."""
    return min(max(int(text), 0), days - 1) if text.isdecimal() and text.isascii() else days - 1


def _letters(found: Any) -> list[list[str]]:
    return [[letter_of(colour) for colour in row] for row in found.colours()]


@dataclass(frozen=True)
class Tile:
    """A place on the plain grid, with its letter and whether that is unsettled."""

    n: int
    x: int
    y: int
    name: str
    letter: str = "X"
    unsure: bool = False

    @property
    def sign(self) -> str:
        """The letter as it is drawn."""
        return str(AREA_COLOURS[self.letter].sign)

    @property
    def middle(self) -> int:
        """Where its letter and name stand."""
        return self.x + _SIDE // 2


def _tile(source: Source, area: str) -> tuple[int, int, str]:
    across, down = source.places.get(area, (0, 0))
    step = _SIDE + _GAP
    name = source.names.get(area, area) if language() == "en" else area
    return _EDGE + across * step, _EDGE + down * step, name


def _tiles(places: Sequence[tuple[int, int, str]], letters: Sequence[str], hatch: Sequence[bool]) -> list[Tile]:
    return [
        Tile(n, x, y, name, letters[n], bool(hatch[n]) and letters[n] != "X") for n, (x, y, name) in enumerate(places)
    ]


def _width(places: Sequence[tuple[int, int, str]]) -> int:
    return max(x for x, _y, _name in places) + _SIDE + _EDGE


def _height(places: Sequence[tuple[int, int, str]]) -> int:
    return max(y for _x, y, _name in places) + _SIDE + _EDGE


def _rows(source: Source, found: Replay, n: int, then: Sequence[str], now: Sequence[str]) -> list[tuple[Any, ...]]:
    """A row an area: its colour as known then and today, and why it was so then."""
    made = []
    for place, area in enumerate(found.coloured.known.areas):
        name = source.names.get(area, area) if language() == "en" else area
        why = found.coloured.colour_at(n, place)
        made.append((place, name, then[place], now[place], [one.words for one in why.because], why.rule))
    return made


@signed_in
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Keep two uploaded files as a past epidemic."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    try:
        counts, people = (_text(request, name) for name in ("counts", "people"))
        row = actions.keep_past(
            name=request.POST.get("name", ""), counts=counts, people=people, by=house.viewer, at=house.now
        )
    except Refusal as refusal:
        return _page(request, refusal)
    messages.info(request, _("The file is read and can be replayed."))
    return redirect(f"{reverse('office-colour-replay')}?past={row.pk}")


def _text(request: HttpRequest, name: str) -> str:
    file = request.FILES.get(name)
    if file is None or isinstance(file, list) or (file.size or 0) > MOST_BYTES:
        raise refuse(NO_TEXT)
    content: bytes = file.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(NO_TEXT) from error


@signed_in
@require_POST
def drop(request: HttpRequest, past_id: UUID) -> HttpResponse:
    """Take an uploaded file off the list, once that was confirmed."""
    house = asked(request)
    if SURE not in request.POST:
        return redirect(f"{reverse('office-colour-replay')}?past={past_id}&drop={past_id}")
    actions.drop_past(past_id=past_id, by=house.viewer, at=house.now)
    messages.info(request, _("The file is off the list."))
    return redirect("office-colour-replay")


@signed_in
@require_safe
def cuts(request: HttpRequest) -> HttpResponse:
    """What other cuts would have done over the same days, beside the scheme's own."""
    found = sources(request)
    source, scheme = chosen(request, found), scheme_of(request)
    offered = [(f"{measure}-{cut:g}", measure, cut) for measure, cut in cuts_of(scheme)]
    context: dict[str, Any] = {
        "sources": [(one.key, one.name) for one in found], "source": source, "scheme": scheme,
        "schemes": scheme_choices(), "problems": [],
        "cuts": [(key, f"{cut:g}", request.GET.get(key, f"{cut:g}"), measure) for key, measure, cut in offered],
    }  # fmt: skip
    status = 200
    if source is not None:
        own = replayed(source.counts, source.people, scheme.key)
        context["own"] = _outcome_rows(outcome(own))
        try:
            wanted = {(measure, cut): _cut(request.GET.get(key, ""), cut) for key, measure, cut in offered}
            changed = {at: new for at, new in wanted.items() if new != at[1]}
            if changed:
                tried = replayed(source.counts, source.people, with_cuts(scheme, changed))
                context["tried"] = _outcome_rows(outcome(tried, own))
        except Refusal as refusal:
            context["problems"], status = [one.words() for one in refusal.reasons], refusal.status
        context["table"] = _beside(context["own"], context.get("tried"))
    return render(request, "office/colour_cuts.html", frame(request) | context, status=status)


def _cut(text: str, cut: float) -> float:
    """A cut as somebody typed it, its own where the field is empty; refuses what is no number."""
    try:
        number = float(text) if text.strip() else cut
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise refuse(NOT_A_NUMBER, text=text.strip()[:_TYPED])
    return number


def _outcome_rows(found: Outcome) -> list[tuple[str, Words, int]]:
    """What a scheme did, line by line: letter of a colour where it is one, words, number."""
    colours = [
        (letter_of(name), Words(f"{AREA_COLOURS[letter_of(name)].words.zh}天数", f"days {name}"), n)
        for name, n in found.summary.days.items()
    ]
    return [
        *colours,
        ("", Words("升级次数", "times raised"), found.summary.raised),
        ("", Words("降级次数", "times lowered"), found.summary.lowered),
        ("", Words("须签字的提请", "proposals to sign"), found.summary.proposals),
        ("", Words("错绿天数", "days shown too green"), found.false_greens),
        ("", Words("虚警天数", "days shown too high"), found.false_alarms),
        ("", Words("两者都已知的天数", "days of which both are known"), found.judged),
    ]


def _beside(
    own: Sequence[tuple[str, Words, int]], tried: Sequence[tuple[str, Words, int]] | None
) -> list[tuple[str, Words, int, int | None, int | None]]:
    if tried is None:
        return [(letter, words, n, None, None) for letter, words, n in own]
    return [(letter, words, n, m, m - n) for (letter, words, n), (_l, _w, m) in zip(own, tried, strict=True)]
