"""What is held about me: read, put right, objected to, erased, taken along; a login of one's own; consent by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import normalize
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.identify import viewer_of
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import day_text
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.ids import as_uuid
from gridcommons.kit.sheets import Cell
from gridcommons.kit.words import Words
from gridcommons.notices.actions import set_wish
from gridcommons.notices.rules import Wish
from gridcommons.people.homes.actions import consent, withdraw_consent
from gridcommons.people.homes.consent import consent_key, holder
from gridcommons.people.rights.actions import accept, allow, correct, erase, link, object_to, take_back, unlink
from gridcommons.people.rights.asking import Answered
from gridcommons.people.rights.codes import holding
from gridcommons.people.rights.queries import Asked, HeldPage, held_page, persons_of
from gridcommons.people.rights.registry import ALLOW, CONTEST, CORRECT, ERASE, OBJECT, Held
from gridcommons.people.rights.rules import NOT_YOURS, answer_due, answering
from gridcommons.territory.queries import names_of
from gridcommons.territory.succession import ZONE
from gridcommons.web.case_words import name_of
from gridcommons.web.csv_answer import csv_answer
from gridcommons.web.joining import PasswordForm
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import asked, language
from gridcommons.web.public.held import ONCE, show_once, shown_once
from gridcommons.web.public.held import let_go as take_away
from gridcommons.web.request_words import REQUEST_STATES
from gridcommons.web.resident.looked import last_month, unread_of

_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
_LONGEST, _LOGIN = 60, 40
_FINAL: Final = (403, 404)
NO_CODE, NO_SLIP = (
    Words(f"请填写{zh}：五组字母和数字。", "Type the code: the five groups of letters and digits on your slip.")
    for zh in ("窗口给的开通码", "登记凭条上的凭条码")
)
_DOING: Final = {CORRECT: correct, OBJECT: object_to, ERASE: erase, ALLOW: allow}
_TAKE_BACK: Final = "take_back"
_SAID: Final = {CORRECT: "value", OBJECT: "words"}
ALL: Final = Sure(
    Words(
        "您的登记信息、居住记录、关于您的和由您提供的情况全部删除，个人账号与它脱开。",
        "Who you are, where you live, what is known of you and what you said: all is deleted, and this login lets go.",
    ),
    Words(
        "账本只留下“某时删除”的记录，没有您的姓名和内容。",
        "The ledger keeps that it was done and when, without your name and without what it was.",
    ),
    Words("不能撤回。以后要办的事，仍可随时到窗口办理。", "It cannot be taken back. The desk serves you as before."),
    Words("确认全部删除", "Delete everything"),
)


@dataclass(frozen=True)
class _Wrong:
    """A wish that was refused: about which thing, what was typed, and why."""

    thing: str
    wish: str
    typed: str
    why: Words


class OpenForm(PasswordForm):
    """A login name and a password of one's own."""

    username = forms.CharField(
        label=gettext_lazy("A login name, not your name or phone"), max_length=_LOGIN,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip
    field_order = ("username", "first", "second")


def _person(request: HttpRequest) -> UUID | None:
    """The person meant: the one named, if the account holds it, else its own."""
    persons, wanted = persons_of(asked(request).viewer), (request.POST or request.GET).get("person", "")
    return next((one for one in persons if str(one) == wanted), persons[0] if persons else None)


def page_of(request: HttpRequest) -> HeldPage | None:
    """What is held of the person meant, if the account holds one."""
    house, person = asked(request), _person(request)
    return held_page(person_id=person, viewer=house.viewer, at=house.now) if person else None


@never_cache
@require_safe
@login_required
def held(request: HttpRequest) -> HttpResponse:
    """All that is held about me, with what I can do about each thing, and who looked."""
    return _shown(request)


def _shown(request: HttpRequest, *, status: int = 200, wrong: _Wrong | None = None) -> HttpResponse:
    house, page = asked(request), page_of(request)
    context: dict[str, Any] = {
        "page": page, "persons": persons_of(house.viewer), "unread_count": unread_of(request), "wrong": wrong,
    }  # fmt: skip
    if page is not None:
        day = local_day(house.now, ZONE)
        names = _desks(page)
        context |= {"looked": last_month(request), "today": day}
        waits, corrected = _waiting(page, OBJECT), _waiting(page, CORRECT)
        context |= {
            "wrong_key": _wrong_key(page, waits, wrong),
            "parts": [
                (part, [
                    (one, names.get(_township(one.desk)), waits.get(_objected(one)), corrected.get(one.key))
                    for one in several
                ])
                for part, several in page.parts
            ],
            "asked": [
                (one, REQUEST_STATES[one.state], one.is_late(day), names.get(_township(one.desk))) for one in page.asked
            ],
        }  # fmt: skip
        days = answering().answer_days
        context |= {"answer_days": days, "answer_by": answer_due(day, days, WorkingCalendar.load())}
        context |= {"all_sure": ALL, "asks_all": request.GET.get("all") == "1"}
    return render(request, "resident/held.html", context, status=status)


def _wrong_key(page: HeldPage, waits: Mapping[str, Asked], wrong: _Wrong | None) -> str:
    """The thing at whose form a refusal is said; empty where it has none, and it is said above all."""
    if wrong is None:
        return ""
    held = (one for _part, several in page.parts for one in several if one.key == wrong.thing)
    forms = {CORRECT: CORRECT, OBJECT: CONTEST}
    shown = (one for one in held if forms.get(wrong.wish) in one.may)
    return next((one.key for one in shown if wrong.wish == CORRECT or _objected(one) not in waits), "")


def _objected(one: Held) -> str:
    """The key of what an objection to a thing is about: of a visit, the form in which it was written down."""
    return one.stands_in or one.key if CONTEST in one.may else one.key


def _waiting(page: HeldPage, kind: str) -> dict[str, Asked]:
    """What was asked and waits, by the thing that it is about."""
    return {f"{one.thing}:{one.about}": one for one in page.asked if one.state == "open" and one.kind == kind}


def _township(code: str) -> str:
    return CHINA.cut(code, "township")


def _desks(page: HeldPage) -> dict[str, Words]:
    """The names of the townships whose desks answer, by code: for a form of a former home it is another one."""
    held = (one.desk for _part, several in page.parts for one in several)
    codes = {_township(code) for code in (*held, *(one.desk for one in page.asked)) if code}
    return {code: name_of(area) for code, area in names_of(codes).items()}


@never_cache
@require_POST
@login_required
def do(request: HttpRequest) -> HttpResponse:
    """Put a thing right, object to it, or have it erased; what stands against it is said with its end.

    Refused, the page stays, says why and keeps what was typed; what is not one's own is not there.
    """
    house, person, wish = asked(request), _person(request), request.POST.get("wish", "")
    thing = request.POST.get("thing", "")
    if person is None or request.POST.get("person", str(person)) != str(person):  # somebody else was named
        raise refuse(NOT_YOURS)
    if wish not in {*_DOING, _TAKE_BACK} or not (thing or wish == ERASE):
        raise refuse(NOT_YOURS)
    if wish == _TAKE_BACK:
        return _taken_back(request, person, thing)
    if not thing and request.POST.get(SURE) != "1":
        return redirect(f"{_home(person)}&all=1")
    said = " ".join(request.POST.getlist("value"))
    more = {_SAID[wish]: said} if wish in _SAID else {}
    try:
        done = _DOING[wish](person_id=person, thing=thing, by=house.viewer, at=house.now, **more)  # type: ignore[operator]
    except Refusal as refusal:
        if refusal.status in _FINAL:
            raise
        return _shown(request, status=refusal.status, wrong=_Wrong(thing, wish, said, refusal.words()))
    _say(request, done, wish)
    return redirect(_home(person))


def _taken_back(request: HttpRequest, person: UUID, asked_one: str) -> HttpResponse:
    """What waits is asked no more; what was answered meanwhile is said to be so."""
    house, request_id = asked(request), as_uuid(asked_one)
    if request_id is None:
        raise refuse(NOT_YOURS)
    try:
        take_back(person_id=person, request_id=request_id, by=house.viewer, at=house.now)
    except Refusal as refusal:
        if refusal.status in _FINAL:
            raise
        return _shown(request, status=refusal.status, wrong=_Wrong("", _TAKE_BACK, "", refusal.words()))
    messages.success(request, _("Taken back: nothing was changed, and no answer comes."))
    return redirect(_home(person))


def _home(person: UUID) -> str:
    return f"/me/held?person={person}"


def _say(request: HttpRequest, done: Answered, wish: str) -> None:
    what = say(done.what, language()) if done.what else ""
    for one in done.against:
        until = _("until %(day)s") % {"day": one.until} if one.until else _("as long as this lasts")
        messages.error(request, _("Not done: %(why)s (%(until)s)") % {"why": say(one.why, language()), "until": until})
    if done.done:
        messages.success(request, _at_once(wish) % {"what": what} if what else _("Done, at once."))
    elif done.due and done.left:
        day = day_text(done.due, language(), this_year=asked(request).now.year)
        words = ngettext(
            "Deleted at once, but for %(n)s form that the program could not empty. Nobody can read it meanwhile, and "
            "it is empty after %(day)s at the latest; you are told.",
            "Deleted at once, but for %(n)s forms that the program could not empty. Nobody can read them meanwhile, "
            "and they are empty after %(day)s at the latest; you are told.",
            done.left,
        )
        said = words % {"n": done.left, "day": day}
        messages.info(request, _("%(what)s: %(said)s") % {"what": what, "said": said} if what else said)
    elif done.due:
        day = day_text(done.due, language(), this_year=asked(request).now.year)
        place = say(_desk_of(done), language())
        messages.info(request, _waits(done) % {"day": day, "days": answering().answer_days, "place": place})


def _at_once(wish: str) -> str:
    if wish == ERASE:
        return _("Deleted, at once: %(what)s.")
    if wish == OBJECT:
        return _("Done, at once: %(what)s. You can take your objection back here.")
    return _("Done, at once: %(what)s.")


def _desk_of(done: Answered) -> Words:
    code = _township(done.desk) if done.desk else ""
    found = names_of([code]).get(code) if code else None
    return name_of(found) if found else Words("", "")


def _waits(done: Answered) -> str:
    if done.by_supervision and done.desk:
        return _(
            "The supervision desk of %(place)s has it, which alone sets forms aside. You get an answer by %(day)s "
            "(%(days)s working days), and can take it back until then."
        )
    if done.instead:
        return _("The desk reads what you wrote last, in place of what you asked before. The answer comes by %(day)s.")
    if done.waits:
        return _("You asked this before and it waits. The answer comes by %(day)s; you need not ask again.")
    return _("An office has to look at this. You get an answer by %(day)s (%(days)s working days).")


@never_cache
@require_safe
@login_required
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same as a sheet that people read."""
    page, tongue = page_of(request), language()
    if page is None:
        raise refuse(NOT_YOURS)
    rows: list[tuple[Cell, ...]] = [_heads()]
    for part, several in page.parts:
        for one in several:
            value = say(one.value, tongue) if one.value is not None else _("not shown: somebody else said it")
            words = (say(text, tongue) for text in (one.source, one.purpose))
            rows.append((say(part, tongue), say(one.what, tongue), value, one.since, one.until, *words))
    return csv_answer(rows, "held-about-me.csv")


def _heads() -> tuple[str, ...]:
    until = pgettext("held", "Kept until")
    return (_("Part"), _("What"), _("Value"), _("Since"), until, _("From whom"), _("For what"))


@require_POST
@login_required
def let_go(request: HttpRequest) -> HttpResponseRedirect:
    """End the login's hold on one's person; the account stays."""
    house, person = asked(request), _person(request)
    if person is None:
        raise refuse(NOT_YOURS)
    unlink(person_id=person, by=house.viewer, at=house.now, purpose="own_case")
    messages.success(request, _("This login holds nothing about you any more. The desk can hand you a new code."))
    return redirect("resident-me")


def _typed(request: HttpRequest) -> str:
    """The code as it was typed, full-width signs as plain ones: blanks, dashes and small letters make no difference."""
    return normalize("NFKC", (request.POST or request.GET).get("code", ""))[:_LONGEST].strip()


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def open_login(request: HttpRequest) -> HttpResponse:
    """Make a login of one's own by the desk's code, or let the account one is signed in with hold it."""
    house, code = asked(request), _typed(request)
    form = OpenForm(request.POST if request.method == "POST" and "first" in request.POST else None)
    context: dict[str, Any] = {"form": form, "code": code, "advice": password_validators_help_texts()}
    if request.method == "POST" and not code:
        context["code_fault"], context["status"] = NO_CODE, 400
    elif request.method == "POST":
        try:
            if done := _opened(request, form, code):
                return done
        except Refusal as refusal:
            context["fault"], context["status"] = refusal.words(), refusal.status
    context["can_link"] = house.viewer.user_id is not None and not house.viewer.grants
    return render(request, "resident/open.html", context, status=context.get("status", 400 if form.errors else 200))


def _opened(request: HttpRequest, form: OpenForm, code: str) -> HttpResponse | None:
    house = asked(request)
    if request.POST.get("link") == "1":
        link(code=code, by=holding(house.viewer, code), at=house.now)
        return redirect("resident-held")
    if not form.is_valid():
        return None
    given = form.cleaned_data
    row = accept(
        code=code, username=given["username"], password=given["first"], by=holding(house.viewer, code), at=house.now
    )
    assert row.user is not None
    login(request, row.user, backend=_BACKEND)
    _keep_safe(row.user_id, house.now)
    return redirect("resident-held")


def _keep_safe(user_id: UUID | None, at: Any) -> None:
    """A private login is told of nothing outside the program, in neutral words, until its holder wants more."""
    if user_id is not None:
        me = viewer_of(user_id)
        set_wish(to=me.key, wish=Wish("inside", neutral=True), by=me, at=at)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest) -> HttpResponse:
    """A newcomer says yes or no to being registered, by the code on the slip, with nobody beside them."""
    shown = shown_once(request)
    context: dict[str, Any] = {"code": _typed(request), **shown}
    status = 200
    if request.method == "POST" and not context["code"]:
        context["code_fault"], status = NO_SLIP, 400
    elif request.method == "POST":
        house, code = asked(request), context["code"]
        key = consent_key(code)
        try:
            if request.POST.get("answer") == "yes":
                consent(consent_key=key, by=holder(code), at=house.now)
                return show_once(request.path, said="yes", code=code)
            withdraw_consent(consent_key=key, by=holder(code), at=house.now)
            return show_once(request.path, said="no")
        except Refusal as refusal:
            context["fault"], status = refusal.words(), refusal.status
    answer = render(request, "resident/consent.html", context, status=status)
    if shown:
        take_away(answer, ONCE)
    return answer
