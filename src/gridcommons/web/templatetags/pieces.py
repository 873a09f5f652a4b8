"""`{% load pieces %}`: signature pieces as tags, formats as filters. What each takes stands in docs/look.md."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.forms.widgets import Widget
from django.template import Context, Library
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from gridcommons.kit import dates
from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.web import formats, pieces
from gridcommons.web.counted import put_into
from gridcommons.web.drawing import Shape, Sketch
from gridcommons.web.house_form import room_of
from gridcommons.web.program_words import told
from gridcommons.web.shape_names import Names

Facts = dict[str, Any]
register = Library()
put_into(register)
_CHOSEN = ' aria-current="true"'


def _escaped(text: str) -> str:
    """A text as HTML. Quicker than the framework's way, which asks of each whether it waits to be translated."""
    return text if isinstance(text, SafeString) else html.escape(text)


def _html(*pieces_of_it: str) -> SafeString:
    """HTML from pieces that are HTML: each text in it has been through `_escaped` or its like."""
    return mark_safe("".join(pieces_of_it))  # noqa: S308 - the one place of this module where HTML is made by hand


def _language() -> str:
    return get_language() or "zh-hans"


# --- Filters --------------------------------------------------------------------------------------------------------


@register.filter
def words(value: Words | str | None) -> str:
    """A text in the reader's language."""
    return "" if value is None else pieces.say(value, _language())


@register.filter
def stored(text: str | None) -> str:
    """A text of a row in the reader's language where the program wrote it, else as it stands."""
    return "" if text is None else pieces.say(told(text), _language())


_WHOLE = re.compile(r"\d{6}-[0-9A-Z]{7}|\d{4}-\d\d-\d\d(?: \d\d:\d\d)?|\+?\d[\d-]{6,}\d")
"""Numbers of cases, dates with their time, telephones."""


@register.filter
def unbroken(text: str) -> SafeString:
    """A sentence whose numbers and dates are not broken at the end of a line."""
    parts, last = [], 0
    for found in _WHOLE.finditer(text):
        parts += [escape(text[last : found.start()]), format_html('<span class="gc-num">{}</span>', found[0])]
        last = found.end()
    return _html(*parts, escape(text[last:]))


@register.filter
def parted(code: str) -> SafeString:
    """A long code that may be broken after its dots and underscores where a line is too short for it."""
    return _html(re.sub(r"(?<=[._])(?=.)", "<wbr>", escape(code)))


def _time(at: date, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), text)


def _moment_words(at: datetime | date) -> str:
    now = timezone.now()
    if isinstance(at, datetime):
        return dates.moment_text(at, _language(), zone=timezone.get_current_timezone(), now=now)
    return dates.day_text(at, _language(), this_year=timezone.localtime(now).year)


@register.filter
def moment(at: datetime | date | None) -> str:
    """A moment as `11月22日 周日 14:05` or `Sun 22 Nov 14:05`; a day without the time; nothing for None."""
    return "" if at is None else _time(at, _moment_words(at))


@register.filter
def dated(at: datetime | date) -> str:
    """A day alone with its year always, in plain words: for what is kept on paper or as a picture."""
    day = timezone.localtime(at).date() if isinstance(at, datetime) else at
    return dates.day_text(day, _language(), this_year=0)


@register.filter
def ago(at: datetime | None) -> str:
    """The moment with its distance beside it, never the distance alone."""
    if at is None:
        return ""
    distance = formats.relative_text(at, _language(), now=timezone.now())
    return format_html('{} <span class="gc-quiet gc-num">({})</span>', _time(at, _moment_words(at)), distance)


@register.filter
def working_minutes(minutes: int, promise: pieces.Promise | None = None) -> str:
    """A duration of working time: `3小时20分`, `3 h 20 min`; in the unit of a promise `1 working day 3 h`."""
    if promise is None:
        return format_html('<span class="gc-num">{}</span>', formats.minutes_text(minutes, _language()))
    text = formats.days_text(minutes, _language(), per_day=promise.per_day, working=promise.working)
    return format_html('<span class="gc-num">{}</span>', text)


@register.filter
def figure(value: int | float | Decimal | str | None) -> str:
    """A figure with thousands marked; `<5` where it is suppressed, `—` where there is none."""
    return _html(f'<span class="gc-num">{_escaped(formats.figure_text(value))}</span>')


@register.filter
def change(value: int | float | Decimal) -> str:
    """A change with its sign."""
    return formats.change_text(value)


@register.filter
def svg_number(value: float) -> str:
    """A number as SVG reads it, whatever the language: at most three decimals, a point."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


# --- Small things ---------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; with a label it is read aloud, without one it is passed over."""
    href = f"{static('built/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', href)


@register.simple_tag
def bar(parts: Sequence[pieces.Bar]) -> SafeString:
    """Parts laid end to end as a drawing. Made without a template: a page of figures has hundreds."""
    laid = [
        f'<rect class="{_escaped(part.kind)}" x="{svg_number(part.start)}%" width="{svg_number(part.width)}%" '
        'height="100%"/>'
        for part in parts
    ]
    drawn = "".join(laid)
    return _html(f'<svg class="gc-bar" width="100%" height="14" aria-hidden="true" focusable="false">{drawn}</svg>')


@register.simple_tag
def figure_cell(cell: Any) -> SafeString:
    """A cell of a table with its figure and bar (`text`, `value`, `bars`); a hidden figure says so when read aloud."""
    if cell.value is not None:
        inner = figure(cell.text)
    else:
        aloud = format_html('<span class="gc-hidden"> {}</span>', gettext("not shown")) if cell.text == "…" else ""
        inner = format_html('<span class="gc-quiet gc-num">{}{}</span>', cell.text, aloud)
    drawn = bar(cell.bars) if cell.bars else ""
    return _html(f'<td class="is-number gc-cell">{inner}{drawn}</td>')


@register.simple_tag
def figure_row(name: pieces.Text, url: str, cells: Sequence[Any], group: pieces.Text = "") -> SafeString:
    """A row of a table: what it is about, a link where `url` leads on, perhaps what it belongs to, then its cells."""
    said = _escaped(words(name))
    head = f'<a href="{_escaped(url)}">{said}</a>' if url else said
    beside = f'<td class="gc-quiet gc-num gc-class">{_escaped(words(group))}</td>' if group else ""
    return _html(f'<tr><th scope="row">{head}</th>{beside}{"".join(map(figure_cell, cells))}</tr>')


@register.simple_tag
def choices(offered: Sequence[tuple[pieces.Text, str, bool]], label: str) -> SafeString:
    """What can be looked at as links in a line, the chosen one marked: words, address, whether it is chosen."""
    links = (
        f'<a href="{_escaped(url)}"{_CHOSEN if current else ""}>{_escaped(words(one))}</a>'
        for one, url, current in offered
    )
    return _html(f'<nav class="gc-choices" aria-label="{conditional_escape(label)}">{"".join(links)}</nav>')


@register.simple_tag
def chart_row(row: Sequence[Any]) -> SafeString:
    """A row of a chart's table: its place, then figures. Made without a template: a page has a row for every day."""
    place, *figures = row
    told = "".join(f'<td class="is-number">{figure(one)}</td>' for one in figures)
    return _html(f'<tr><th scope="row">{_escaped(words(place))}</th>{told}</tr>')


@register.simple_tag
def shapes(sketch: Sketch, linked: bool) -> SafeString:
    """The outlines of a drawing with their names, and links where `linked`. Without a template: maps have hundreds."""
    return _html("".join(_shape(one, linked=linked) for one in sketch.shapes), names(sketch.names))


@register.simple_tag
def names(written: Names) -> SafeString:
    """What is written on a drawing; read aloud are the titles of the outlines."""
    look = f'class="gc-area-name" font-size="{written.size}"'
    return _html(*(f'<text {look} x="{one.x}" y="{one.y}">{_escaped(one.text)}</text>' for one in written.labels))


def _shape(one: Shape, *, linked: bool) -> str:
    title = f"<title>{_escaped(one.name)}</title>" if one.name else ""
    path = f'<path class="gc-area{one.look}" d="{_escaped(one.path)}">{title}</path>'
    path += f'<path class="gc-unsure" d="{_escaped(one.path)}"/>' if one.is_unsure else ""
    return f'<a href="{_escaped(one.url)}">{path}</a>' if linked and one.url else path


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The chosen appearance: light, dark, or auto for the system's choice."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "auto") if request else "auto"
    return chosen if chosen in {"light", "dark"} else "auto"


@register.inclusion_tag("pieces/status.html")
def status(shown: pieces.Status) -> dict[str, object]:
    """A state as a pill with icon and words."""
    return {"status": shown}


@register.inclusion_tag("pieces/chip.html")
def area_colour(letter: str, large: bool = False) -> dict[str, object]:
    """The colour of an area (A to E) with letter and pattern; anything else is unknown."""
    shown = pieces.AREA_COLOURS.get(letter, pieces.AREA_COLOURS["X"])
    return {"colour": shown, "large": large, "sort": "area"}


@register.inclusion_tag("pieces/chip.html")
def pass_colour(letter: str, large: bool = False) -> dict[str, object]:
    """The colour of a pass (G, Y, R) with its mark; an unknown letter is an error, as a pass is never unknown."""
    return {"colour": pieces.PASS_COLOURS[letter], "large": large, "sort": "pass"}


@register.inclusion_tag("pieces/progress.html")
def progress(value: int, total: int, label: str = "") -> dict[str, object]:
    """A bar of `value` out of `total`, with both in words."""
    done = min(max(value, 0), total)
    bars = pieces.bars([("used", done), ("left", total - done)])
    return {"bars": bars, "value": value, "total": total, "label": label}


@register.inclusion_tag("pieces/empty_state.html", takes_context=True)
def empty_state(context: Any, title: str, text: str, icon: str = "inbox", url: str = "", action: str = "") -> Facts:
    """A place with nothing in it yet, that says what will stand here and what to do; while a demo fills, only that."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action, "filling": context.get("filling")}


# --- Signature pieces -----------------------------------------------------------------------------------------------


@register.inclusion_tag("pieces/because_card.html")
def because(
    verdict: Verdict | Mapping[str, object],
    fold: bool = False,
    contest_url: str = "",
    link: str = "",
    reach: object = None,
    within: Words | None = None,
    due: datetime | None = None,
) -> dict[str, object]:
    """The Because card of a decision. `fold`: behind a link "Why?" (or `link`); `contest_url`: where to contest.

    `reach`: the office whose telephone takes what is contested, or any word for the public line alone.
    `within`, `due`: the time for handling, on a line of its own; how long the rule holds says nothing about it.
    """
    card = pieces.because_card(verdict, _language())
    return {
        "card": card,
        "fold": fold,
        "contest_url": contest_url,
        "link": link,
        "reach": reach,
        "within": within,
        "due": due,
    }


@register.inclusion_tag("pieces/life_line.html")
def life_line(steps: Sequence[pieces.Step], clock: pieces.Clock | None = None) -> dict[str, object]:
    """The life line of a case, need, hand-over or proposal."""
    return {"steps": steps, "clock": clock}


@register.inclusion_tag("pieces/clock.html")
def clock(shown: pieces.Clock) -> dict[str, object]:
    """The clock of a case alone: working time used and left as a bar."""
    return {"clock": shown}


@register.inclusion_tag("pieces/figure_tile.html")
def tile(shown: pieces.Tile | None = None, **facts: Any) -> dict[str, object]:
    """A figure tile, from a `Tile` or from its facts by name; no tile without its denominator (ValueError)."""
    whole = shown or pieces.Tile(**{"denominator": "", **facts})
    share = whole.reported and formats.share_text(*whole.reported, _language())
    part = whole.reported and whole.reported[1] and min(1.0, whole.reported[0] / whole.reported[1])
    return {"tile": whole, "share": share, "part": 100 * (part or 0), "suppressed": formats.SUPPRESSED}


@register.inclusion_tag("pieces/level_trail.html")
def level_trail(trail: pieces.Trail) -> dict[str, object]:
    """The level trail with siblings and mini map."""
    return {"trail": trail}


@register.inclusion_tag("pieces/who_looked.html", takes_context=True)
def who_looked(
    context: Context, looks: Sequence[pieces.Look], export_url: str = "", since: datetime | None = None
) -> dict[str, object]:
    """The list of who looked at one's data, like a bank statement."""
    by_people = [one for one in looks if not one.by_program]
    by_program = [one for one in looks if one.by_program]
    return {
        "looks": by_people, "by_program": by_program, "export_url": export_url, "since": since,
        "can_question": any(one.question_url for one in by_people), "request": context.get("request"),
    }  # fmt: skip


@register.inclusion_tag("pieces/queue.html")
def queue(
    rows: Sequence[pieces.QueueRow], caption: str, heads: SafeString | str = "", picks: str = ""
) -> dict[str, object]:
    """A dense office table of queue rows, with keys. `picks`: the id of the form that the rows' boxes belong to."""
    assigns = any(row.assign_url and not row.with_whom for row in rows)
    return {"rows": rows, "caption": caption, "heads": heads, "picks": picks, "assigns": assigns}


@register.inclusion_tag("pieces/sort_head.html", takes_context=True)
def sort_head(context: Context, key: str, label: str, number: bool = False, param: str = "sort") -> dict[str, object]:
    """A column head that sorts by a link: `?sort=key`, then `?sort=-key`."""
    query = context["request"].GET.copy()
    now = query.get(param, "")
    query[param] = f"-{key}" if now == key else key
    query.pop("page", None)
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "none")
    return {"label": label, "order": order, "url": f"?{query.urlencode()}", "number": number}


@register.inclusion_tag("pieces/pager.html", takes_context=True)
def pager(context: Context, page: Any) -> dict[str, object]:
    """The pager of a Django `Page`; keeps the filters of the address."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(numbers), "request": context["request"]}


@register.inclusion_tag("pieces/area_map.html")
def area_map(sketch: Sketch, **facts: object) -> dict[str, object]:
    """A map of areas: the server's drawing, over which the browser's map is laid. See docs/look.md for the facts."""
    return {"sketch": sketch, **facts}


@register.inclusion_tag("pieces/chart.html")
def chart(
    title: pieces.Text,
    heads: Sequence[pieces.Text],
    rows: Sequence[Sequence[object]],
    kind: str = "line",
    **facts: object,
) -> dict[str, object]:
    """A chart (`line` or `bar`) drawn from a table that stays readable: a row is its place, then figures."""
    return {"title": title, "heads": heads, "rows": rows, "kind": kind, **facts}


def _widget_class(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput):
        return "gc-tick"
    if isinstance(widget, Select):
        return "form-select"
    return "form-control"


@register.inclusion_tag("pieces/field.html")
def field(bound: BoundField, **attrs: str) -> dict[str, object]:
    """A form field with label, help and errors; what is not required says that it may be left out."""
    widget = bound.field.widget
    wrong = " is-invalid" if bound.errors else ""
    control = bound.as_widget(attrs={"class": _widget_class(widget) + wrong, **room_of(bound.field), **attrs})
    many = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    return {"field": bound, "many": many, "one_box": isinstance(widget, CheckboxInput), "control": control}
