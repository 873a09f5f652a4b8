"""Schemes of colours and packages of measures: asked for by one officer, put in force by another, published before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.scheme import Scheme, known_schemes, scheme_named
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.asking import LEVELS, UNKNOWN
from gridcommons.outlook.painting.package_lines import PackageLine, packages_near
from gridcommons.outlook.painting.packages import Content, lines_of, place_kinds, template, templates
from gridcommons.outlook.painting.queries import SchemeLine, schemes_near
from gridcommons.outlook.painting.rules import MOST_DAYS, REASON_LENGTH
from gridcommons.outlook.painting.told import level_words
from gridcommons.outlook.reported.listing import listing
from gridcommons.territory.queries import area_on, trail
from gridcommons.web.case_words import LEVELS as LEVEL_WORDS
from gridcommons.web.case_words import name_of
from gridcommons.web.colour_words import STAND_STATES, parts_of
from gridcommons.web.house_form import HouseForm
from gridcommons.web.office.areas import trail_of
from gridcommons.web.office.reaching import area_asked, may
from gridcommons.web.office.sure import SURE, Sure, and_
from gridcommons.web.pieces import say
from gridcommons.web.staff import asked, frame, language, signed_in, today

_PUBLISHED: Final = Words(
    "现在公布，24小时后生效，所有人都能看到。", "It is public at once and holds 24 hours later; everybody can read it."
)
_CONFIRM: Final = Sure(
    _PUBLISHED,
    Words("您和申请人的机构会一并公布。", "Your office and that of whoever asked are shown beside it."),
    Words("不能撤回；只能由两人另换一份。", "It cannot be taken back; two officers can put another in its place."),
    Words("确认生效", "Put it in force"),
)
_DECLINE: Final = Sure(
    Words("不予确认，不生效；记录和理由保留。", "It is not confirmed and never holds; the record and the reason stay."),
    Words("申请人会收到通知，看到您的理由。", "Whoever asked is told by a notice and reads your reason."),
    Words("不能撤回；修改后可以重新申请。", "It cannot be taken back; it may be changed and asked for anew."),
    Words("不予确认", "Do not confirm it"),
)
_DROP: Final = Sure(
    Words("撤下后不再生效；记录保留。", "It holds no longer; the record stays."),
    Words("不另行通知。", "Nobody is told by a notice."),
    Words("需要时要重新由两人办理。", "If it is needed again, two officers have to do it anew."),
    Words("确认撤下", "Take it down"),
)


def _numbered() -> list[str]:
    """The schemes that have numbers; one of which only the structure was published cannot colour."""
    found = []
    for name in known_schemes():
        try:
            scheme_named(name)
        except Refusal:
            continue
        found.append(name)
    return found


class SchemeForm(HouseForm):
    """Which scheme is to colour which areas, from which count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tongue = language()
        self.fields["scheme"] = forms.ChoiceField(
            label=_("Scheme"), initial="default",
            choices=[(name, f"{say(scheme_named(name).name, tongue)} ({name})") for name in _numbered()],
        )  # fmt: skip
        self.fields["level"] = forms.ChoiceField(
            label=_("Areas that get a colour"), choices=[(key, say(LEVEL_WORDS[key], tongue)) for key in LEVELS],
            initial="township",
        )  # fmt: skip
        counts = [(one.key, say(one.name, tongue)) for one in listing().of.values()]
        self.fields["indicator"] = forms.ChoiceField(label=_("Cases are this daily count"), choices=counts)
        self.fields["reason"] = forms.CharField(
            label=_("Why"), max_length=REASON_LENGTH,
            help_text=_("In both languages as Chinese | English: each reader sees their own."),
        )  # fmt: skip
        self.fields["instead_of"] = forms.UUIDField(required=False, widget=forms.HiddenInput)


class PackageForm(HouseForm):
    """A package of measures: lines in Chinese and English, kinds of places, basis, days."""

    def __init__(self, *args: Any, schemes: Sequence[SchemeLine] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tongue, text = language(), {"rows": 4}
        held = [scheme_named(name) for name in _numbered()] + [one.scheme for one in schemes]
        self.fields["colour"] = forms.ChoiceField(
            label=_("Colour"),
            choices=list({
                f"{scheme.key}/{one.key}": f"{say(scheme.name, tongue)} · {say(one.name, tongue)}"
                for scheme in held for one in scheme.levels
            }.items()),
        )  # fmt: skip
        for key, label in (
            ("opens", _("What is open")), ("closes", _("What closes")), ("support", _("What help comes with it")),
        ):  # fmt: skip
            self.fields[key] = forms.CharField(
                label=label, required=False, max_length=4_000, widget=forms.Textarea(attrs=text),
                help_text=_("A line each: Chinese | English."),
            )  # fmt: skip
        self.fields["places"] = forms.MultipleChoiceField(
            label=_("Kinds of places that may ask for a pass"), required=False, widget=forms.CheckboxSelectMultiple,
            choices=[(one.key, say(one.name, tongue)) for one in place_kinds().values() if one.may_ask],
        )  # fmt: skip
        self.fields["basis"] = forms.CharField(
            label=_("Legal basis"), max_length=REASON_LENGTH,
            help_text=_("In both languages as Chinese | English: each reader sees their own."),
        )  # fmt: skip
        day = {"type": "date"}
        self.fields["first"] = forms.DateField(
            label=pgettext("package", "First day"), widget=forms.DateInput(attrs=day)
        )
        self.fields["last"] = forms.DateField(
            label=pgettext("package", "Last day"), widget=forms.DateInput(attrs=day),
            help_text=_("30 days at most; another one can follow it."),
        )  # fmt: skip


@signed_in
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The schemes and packages of an area, and the forms of those who may ask for one."""
    return _page(request)


def _page(
    request: HttpRequest, *, scheme_form: SchemeForm | None = None, package_form: PackageForm | None = None,
    refusal: Refusal | None = None, invalid: bool = False, asking: str = "",
) -> HttpResponse:  # fmt: skip
    house, code = asked(request), area_asked(request)
    area = area_on(code, today(request))
    asks, confirms = may(request, "colour.ask_scheme", code), may(request, "colour.confirm_scheme", code, "oversight")
    schemes = schemes_near(code, viewer=house.viewer, at=house.now)
    packages = packages_near(code, viewer=house.viewer, at=house.now)
    current = _current(request, schemes)
    bound = [one for one in packages if one.state(house.now) in {"in_force", "ahead"}]
    context = {
        "area": area, "name": name_of(area), "trail": trail_of(trail(code), "", today(request)),
        "schemes": [
            (one, one.state(house.now), STAND_STATES[one.state(house.now)], _confirming(one, current, bound))
            for one in schemes
        ],
        "offered": _offered(request, schemes),
        "packages": [
            (one, one.state(house.now), STAND_STATES[one.state(house.now)], parts_of(one)) for one in packages
        ],
        "scheme_form": (scheme_form or SchemeForm(initial=_instead(request, schemes))) if asks else None,
        "asks": asks, "confirms": confirms,
        "package_form": (package_form or PackageForm(initial=_start(request), schemes=current)) if asks else None,
        "templates": [
            (level_words(scheme_named(one.scheme), one.level), f"?area={code}&template={key}#package")
            for key, one in templates().items()
        ],
        "confirm": _CONFIRM, "drop": _DROP, "decline": _DECLINE, "ask_confirm": Words("生效", "put in force"),
        "ask_drop": Words("撤下", "take down"), "ask_decline": Words("不予确认", "do not confirm"),
        "asking": asking or request.GET.get("asks", ""), "why": request.POST.get("why", ""),
        "problems": [one.words() for one in refusal.reasons] if refusal else [],
    }  # fmt: skip
    status = refusal.status if refusal else 400 if invalid else 200
    return render(request, "office/colour_rules.html", frame(request) | context, status=status)


def _current(request: HttpRequest, schemes: Sequence[SchemeLine]) -> list[SchemeLine]:
    """The schemes that colour now or are published to do so."""
    return [one for one in schemes if one.state(asked(request).now) in {"in_force", "ahead"}]


def _confirming(one: SchemeLine, current: Sequence[SchemeLine], packages: Sequence[PackageLine]) -> Sure:
    """What confirming a scheme does, and what becomes of the one that colours there, its signatures and packages."""
    place = one.area.code, one.level
    former = next((each for each in current if (each.area.code, each.level) == place and each.id != one.id), None)
    if former is None:
        return _CONFIRM
    return replace(_CONFIRM, happens=and_(_PUBLISHED, _becomes(one.scheme, former.scheme, packages)))


def _becomes(scheme: Scheme, former: Scheme, packages: Sequence[PackageLine]) -> Words:
    name = former.name
    if scheme.key == former.key:
        return Words(
            f"现行的“{name.zh}”由这一份接替：已签字的颜色和绑定的措施照旧，复核日期不变。",
            f"It goes on from “{name.en}”, which colours now: what was signed stands until its review, and the "
            "packages bound to its colours hold as before.",
        )
    bound = sum(each.scheme.key == former.key for each in packages)
    return Words(
        f"到那时，现行的“{name.zh}”结束：按它签字的颜色不再有效，各区域按新规则重新上色，橙色和红色要重新签字；"
        f"绑定它的{bound}份措施不再随颜色生效，需要的要为新方案重新由两人公布。",
        f"“{name.en}”, which colours now, ends then: what was signed by it stands no more, areas are coloured anew by "
        f"the new rules, and orange and red need a new signature. The packages bound to its colours ({bound}) open and "
        "close nothing from then on; two officers publish others for the new scheme where they are needed.",
    )


def _offered(request: HttpRequest, schemes: Sequence[SchemeLine]) -> dict[UUID, str]:
    """Where the shipped version of a scheme in force is asked for, by the scheme: who may, and of which none waits."""
    now = asked(request).now
    waiting = {(one.area.code, one.level) for one in schemes if one.state(now) == "waiting"}
    last = {(one.area.code, one.level): one for one in reversed(_current(request, schemes))}
    return {
        one.id: f"{_back(one.area.code)}&instead_of={one.id}#scheme"
        for place, one in last.items()
        if one.shipped and place not in waiting and may(request, "colour.ask_scheme", one.area.code)
    }


def _instead(request: HttpRequest, schemes: Sequence[SchemeLine]) -> dict[str, Any]:
    """What the form of a scheme begins with: the same scheme for the same areas, where one is to be replaced."""
    one = next((one for one in schemes if str(one.id) == request.GET.get("instead_of", "")), None)
    if one is None:
        return {}
    return {"scheme": one.scheme.key, "level": one.level, "indicator": one.indicator, "instead_of": one.id}


def _given(request: HttpRequest, code: str, form: SchemeForm) -> dict[str, str]:
    """The further measures that go on where the same scheme is asked for in a newer version."""
    house, wanted = asked(request), form.cleaned_data
    near = schemes_near(code, viewer=house.viewer, at=house.now) if wanted["instead_of"] else []
    former = next((one for one in near if one.id == wanted["instead_of"]), None)
    if former is None or former.scheme.key != wanted["scheme"]:
        return {}
    takes = scheme_named(wanted["scheme"]).asked | {"completeness"}
    return {measure: source for measure, source in former.given.items() if measure in takes}


def _start(request: HttpRequest) -> dict[str, Any]:
    """What the form of a package begins with: a ready one where the address names it."""
    day = today(request) + timedelta(days=1)
    days = {"first": day.isoformat(), "last": (day + timedelta(days=MOST_DAYS - 1)).isoformat()}
    key = request.GET.get("template", "")
    if key not in templates():
        return {"colour": "default/C", **days}
    one = template(key)
    lines = {
        name: "\n".join(f"{line.zh} | {line.en}" for line in getattr(one.content, name))
        for name in ("opens", "closes", "support")
    }
    return {
        "colour": f"{one.scheme}/{one.level}",
        **lines,
        "places": list(one.content.places),
        "basis": one.basis,
        **days,
    }


def _back(code: str) -> str:
    return f"{reverse('office-colour-rules')}?area={code}"


@signed_in
@require_POST
def ask_scheme(request: HttpRequest) -> HttpResponse:
    """Ask for a scheme."""
    house, code, form = asked(request), area_asked(request), SchemeForm(request.POST)
    if not form.is_valid():
        return _page(request, scheme_form=form, invalid=True)
    given = form.cleaned_data
    try:
        actions.ask_scheme(
            area_code=code, level=given["level"], scheme=given["scheme"], indicator=given["indicator"],
            reason=given["reason"], given=_given(request, code, form), by=house.viewer, at=house.now,
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, scheme_form=form, refusal=refusal)
    messages.info(request, _("Asked for. A second person of another office has to confirm it."))
    return redirect(_back(code))


def _package_form(request: HttpRequest) -> PackageForm:
    house = asked(request)
    schemes = schemes_near(area_asked(request), viewer=house.viewer, at=house.now)
    return PackageForm(request.POST, schemes=_current(request, schemes))


@signed_in
@require_POST
def ask_package(request: HttpRequest) -> HttpResponse:
    """Ask for a package of measures."""
    house, code, form = asked(request), area_asked(request), _package_form(request)
    if not form.is_valid():
        return _page(request, package_form=form, invalid=True)
    given = form.cleaned_data
    scheme, _slash, level = given["colour"].partition("/")
    lines = {key: lines_of(given[key]) for key in ("opens", "closes", "support")}
    try:
        actions.ask_package(
            area_code=code, scheme=scheme, level=level, content=Content(**lines, places=tuple(given["places"])),
            basis=given["basis"], first=given["first"], last=given["last"], by=house.viewer, at=house.now,
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, package_form=form, refusal=refusal)
    messages.info(request, _("Asked for. A second person of another office has to confirm it."))
    return redirect(_back(code))


@signed_in
@require_POST
def act(request: HttpRequest, kind: str, thing: UUID, what: str) -> HttpResponse:
    """Confirm or decline a scheme or package as the second person, or take it down, once that was confirmed."""
    house, code, why = asked(request), area_asked(request), request.POST.get("why", "")
    if SURE not in request.POST:
        return redirect(f"{_back(code)}&asks={what}-{thing}")
    done: dict[tuple[str, str], Callable[[], object]] = {
        ("scheme", "confirm"): lambda: actions.confirm_scheme(scheme_id=thing, by=house.viewer, at=house.now),
        ("scheme", "drop"): lambda: actions.drop_scheme(scheme_id=thing, why=why, by=house.viewer, at=house.now),
        ("scheme", "decline"): lambda: actions.decline_scheme(scheme_id=thing, why=why, by=house.viewer, at=house.now),
        ("package", "decline"): lambda: actions.decline_package(
            package_id=thing, why=why, by=house.viewer, at=house.now
        ),
        ("package", "confirm"): lambda: actions.confirm_package(package_id=thing, by=house.viewer, at=house.now),
        ("package", "drop"): lambda: actions.end_package(package_id=thing, why=why, by=house.viewer, at=house.now),
    }
    if (kind, what) not in done:
        raise refuse(UNKNOWN)
    try:
        done[kind, what]()
    except Refusal as refusal:
        return _page(request, refusal=refusal, asking=f"{what}-{thing}")
    messages.info(request, {
        "confirm": _("Confirmed. It is public now and holds in 24 hours."), "drop": _("Taken down."),
        "decline": _("Not confirmed. Whoever asked is told within ten minutes."),
    }[what])  # fmt: skip
    return redirect(_back(code))
