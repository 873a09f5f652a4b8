"""What visits are meant for a person's home, as they are told it, and how they end one for themselves (charter 13)."""

from __future__ import annotations

from collections.abc import Iterator

from gridcommons.collection.visits.models import VisitWish
from gridcommons.collection.visits.series import reaching
from gridcommons.kit.words import Words
from gridcommons.people.homes.own import home_of
from gridcommons.people.rights.registry import OBJECT, Asker, Duty, Held, owes

_SERIES, _WHY = Words("上门走访", "visits at your home"), Words("上门走访前公示", "announced before anybody comes")
_OFFICE = Words("公示的走访安排", "a published plan of visits")
_WANTS = {True: Words("您已同意", "you agreed"), False: Words("您已谢绝，不再上门", "you declined; nobody comes")}
_OPEN = Words("可以谢绝", "you may decline")
_ASKS = Words("没有您的同意不会上门", "nobody comes unless you agree")
_PREFIX = "visits:"


def tell(asker: Asker) -> Iterator[Held]:
    """Every series of visits that reaches the person's home, and what the household said of it."""
    home = home_of(asker.person_id, asker.today)
    if home is None:
        return
    household, area = home
    said = dict(VisitWish.objects.filter(household_id=household).values_list("series", "wants"))
    for one in reaching(area, asker.today):
        wants = said.get(one.key)
        state = _WANTS[wants] if wants is not None else _ASKS if one.by_consent else _OPEN
        may = frozenset({OBJECT}) if wants is not False else frozenset()
        value = Words(f"{one.name.zh}（{state.zh}）", f"{one.name.en} ({state.en})")
        yield Held(
            f"{_PREFIX}{one.key}", _SERIES, value, _OFFICE, one.first, one.last, _WHY, may, code=one.key,
            held_back=wants is False,
        )  # fmt: skip


def hold_back(asker: Asker, thing: str) -> int:
    """Decline a series for the person's household, by their own page; 0 for a thing of another part."""
    home = home_of(asker.person_id, asker.today) if thing.startswith(_PREFIX) else None
    if home is None:
        return 0
    household, area = home
    series = thing.removeprefix(_PREFIX)
    if series not in {one.key for one in reaching(area, asker.today)}:
        return 0
    facts = {"area_code": area, "since": asker.today, "how": "own", "wants": False}
    VisitWish.objects.update_or_create(household_id=household, series=series, defaults=facts)
    return 1


def erase(_asker: Asker, _thing: str) -> int:
    """A household's word is kept while the visits last: without it somebody would knock again."""
    return 0


owes(Duty(Words("上门走访", "visits"), tell, erase, hold_back=hold_back, key="visits"))
