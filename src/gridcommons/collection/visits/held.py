"""What visits were made and are meant at a person's home, as they are told it, and how they end a series themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.rules import Scope
from gridcommons.access.scope import over_all_areas, scoped
from gridcommons.collection.asking import OUTCOMES
from gridcommons.collection.households import lying
from gridcommons.collection.visits.models import Visit, VisitWish
from gridcommons.collection.visits.rules import keeping
from gridcommons.collection.visits.series import reaching
from gridcommons.collection.visits.writing import take_back
from gridcommons.kit.words import Words
from gridcommons.matters.queries import matter_name
from gridcommons.people.facts.erasing import steady
from gridcommons.people.homes.own import home_of, homes_of, left_empty_by, still_around
from gridcommons.people.homes.places import lying_at
from gridcommons.people.rights.registry import ALLOW, CONTEST, OBJECT, Asker, Duty, Held, owes

_SERIES, _WHY = Words("上门走访", "visits at your home"), Words("上门走访前公示", "announced before anybody comes")
_OFFICE = Words("公示的走访安排", "a published plan of visits")
_AGREED = Words("您已同意", "you agreed")
_YOU_DECLINED = Words("您已谢绝，不再上门", "you declined; nobody comes")
_ONE_DECLINED = Words("家里有人已谢绝，不再上门", "somebody of the home declined; nobody comes")
_SAID_DECLINED = Words(
    "您家当面或在窗口谢绝了，不再上门；要改变，请告诉网格员或窗口",
    "your home declined at the door or the desk; nobody comes. To change it, tell the worker or the desk",
)
_OPEN = Words("可以谢绝", "you may decline")
_ASKS = Words("没有您的同意不会上门", "nobody comes unless you agree")
_DECLINED = Words(
    "从现在起，不再有人为此上门；您应享有的一切都不受影响。",
    "Nobody comes to your home for this any more, from now on. Nothing that you are entitled to changes.",
)
_AGAIN = Words(
    "这项走访可以再次上门；须经您同意的，仍要先征得您同意。",
    "These visits may come to your home again; those that need your word ask for it first, as before.",
)
_PREFIX, _FORM, _PERSON, _OWN = "visits:", "submission:", "person:", "own"
_ALL: Final = Scope(pattern="^")
_MADE, _WORKER = Words("一次上门走访", "a visit that was made"), Words("网格员上门", "a grid worker at your home")
_KNOWS = Words("知道哪些住户走访过、结果如何", "to know which homes were visited and how it ended")


def visits_at_home(asker: Asker) -> list[Visit]:
    """The visits at the homes where the person lives and lived, in their time there, the newest first.

    Called inside what is held of a person: visits lie in the areas of those who made them.
    """
    found: list[Visit] = []
    for home, since, until in homes_of(asker.rows):
        with scoped(_ALL):
            rows = Visit.objects.filter(household_id=home, is_current=True, day__gte=since)
            rows = rows.filter(day__lt=until) if until else rows
            found += list(lying_at(rows, [lying([home])[home].now]))  # by grid: no index leads from a home to visits
    return sorted(found, key=lambda one: (one.day, one.pk), reverse=True)


def submissions_at_home(asker: Asker) -> set[UUID]:
    """The forms of these visits."""
    return {one.submission_id for one in visits_at_home(asker)}


def _made(asker: Asker) -> Iterator[Held]:
    for one in visits_at_home(asker):
        what, ended = matter_name(one.matter_key) if one.matter_key else _MADE, OUTCOMES[one.outcome]
        value = Words(f"{what.zh}（{ended.zh}）", f"{what.en} ({ended.en})") if one.matter_key else ended
        yield Held(
            f"visit:{one.pk}", _MADE, value, _WORKER, one.day, _kept_until(one.day), _KNOWS, frozenset({CONTEST}),
            code=one.outcome, stands_in=f"{_FORM}{one.submission_id}",
        )  # fmt: skip


def _kept_until(day: date) -> date:
    return day + timedelta(days=keeping().keep_days)


def tell(asker: Asker) -> Iterator[Held]:
    """The visits that were made at the person's home, and every series that reaches it."""
    yield from _made(asker)
    yield from _meant(asker)


def _meant(asker: Asker) -> Iterator[Held]:
    """Every series of visits that reaches the person's home, and what the household said of it."""
    home = home_of(asker.person_id, asker.today)
    if home is None:
        return
    household, area = home
    said = {wish.series: wish for wish in VisitWish.objects.filter(household_id=household)}
    for one in reaching(area, asker.today):
        wish = said.get(one.key)
        declined = wish is not None and not wish.wants
        state = _state(wish, asker) if wish is not None else _ASKS if one.by_consent else _OPEN
        may = {ALLOW} if wish is not None and _is_open(wish, asker) else set() if declined else {OBJECT}
        value = Words(f"{one.name.zh}（{state.zh}）", f"{one.name.en} ({state.en})")
        yield Held(
            f"{_PREFIX}{one.key}", _SERIES, value, _OFFICE, one.first, one.last, _WHY, frozenset(may), code=one.key,
            held_back=declined, objected=_DECLINED, allowed=_AGAIN,
            by_you=wish is None or _is_mine(wish, asker),
        )  # fmt: skip


def _state(wish: VisitWish, asker: Asker) -> Words:
    if wish.wants:
        return _AGREED
    if _is_mine(wish, asker):
        return _YOU_DECLINED
    return _ONE_DECLINED if wish.how == _OWN else _SAID_DECLINED


def _is_mine(wish: VisitWish, asker: Asker) -> bool:
    """Whether a household's word is theirs: said on their page, or they live alone."""
    return wish.said_by in asker.keys or wish.household_id in left_empty_by(asker.rows, asker.today)


def _is_open(wish: VisitWish, asker: Asker) -> bool:
    """Whether they may take a refusal back: their own, or one left by who lives there no more."""
    if wish.wants:
        return False
    if _is_mine(wish, asker):
        return True
    who = [UUID(wish.said_by.removeprefix(_PERSON))] if wish.said_by else []
    return wish.how == _OWN and not still_around(who, wish.household_id, asker.today)


def hold_back(asker: Asker, thing: str) -> int:
    """Decline a series for the person's household, by their own page; 0 for a thing of another part.

    Where the desk agrees that a form is not right which is kept no longer, the visit counts no more that came of it.
    """
    if thing.startswith(_FORM):
        return _taken_back(asker, thing)
    if not thing.startswith(_PREFIX):
        return 0
    steady()
    home = home_of(asker.person_id, asker.today)
    if home is None:
        return 0
    household, area = home
    series = thing.removeprefix(_PREFIX)
    if series not in {one.key for one in reaching(area, asker.today)}:
        return 0
    facts = {"area_code": area, "since": asker.today, "how": _OWN, "wants": False, "said_by": asker.key}
    VisitWish.objects.update_or_create(household_id=household, series=series, defaults=facts)
    return 1


def allow(asker: Asker, thing: str) -> int:
    """Take their refusal back: the household has said nothing of the series, as before; 0 for another's refusal.

    What the household said at the door or the desk is said otherwise there, unless they live alone.
    """
    home = home_of(asker.person_id, asker.today) if thing.startswith(_PREFIX) else None
    if home is None:
        return 0
    steady()
    wishes = VisitWish.objects.select_for_update().filter(household_id=home[0], series=thing.removeprefix(_PREFIX))
    wish = wishes.first()
    return wish.delete()[0] if wish is not None and _is_open(wish, asker) else 0


def _taken_back(asker: Asker, thing: str) -> int:
    rows = [one for one in visits_at_home(asker) if f"{_FORM}{one.submission_id}" == thing]
    with over_all_areas():
        return sum(len(take_back(one.root, one.submission_id)) for one in rows)


def erase(asker: Asker, thing: str) -> int:
    """A household's word is kept while the visits last: without it somebody would knock again; not who said it."""
    if not thing:
        with over_all_areas():
            homes = [home for home, _since, _until in homes_of(asker.rows)]
            VisitWish.objects.filter(household_id__in=homes, said_by__in=asker.keys).update(said_by="")
    return 0


owes(Duty(Words("上门走访", "visits"), tell, erase, hold_back=hold_back, allow=allow, key="visits"))
