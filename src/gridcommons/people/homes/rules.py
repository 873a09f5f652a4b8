"""Rules of homes: what may be said of a home and a person, in which form, and what is refused. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Reason, refusal_kind, refuse, require_none
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words
from gridcommons.people.identity import check_citizen_number, normalise_phone

HOUSEHOLD_KINDS: Final = ("family", "collective")
RESIDENCE_KINDS: Final = ("owner", "tenant", "family", "migrant", "moved")
KIND_WORDS: Final[dict[str, Words]] = {
    "owner": Words("房主", "owner"),
    "tenant": Words("租户", "tenant"),
    "family": Words("家庭成员", "family member"),
    "migrant": Words("流动人口登记（本人同意）", "registered as a newcomer, with consent"),
    "moved": Words("人户分离，住在别处", "registered here, lives elsewhere"),
    "collective": Words("集体户", "collective household"),
}
CONSENT: Final = "migrant"
"""The kind of residence that stands only with the person's own consent."""
_ADDRESS, _REASON = 200, 300
NAME_LIMIT: Final = 60
"""So many signs a person's name has at most."""
_EARLIEST: Final = 1900
FORGETTABLE: Final = ("phone", "number", "year")
"""What can be held of a person no more, while they stay."""

NO_HOUSEHOLD = refusal_kind(
    "homes.no_household",
    status=404,
    zh="没有这户人家，或者不在您负责的区域内。",
    en="There is no such household, or it does not lie in the area you answer for.",
)
NO_PERSON = refusal_kind(
    "homes.no_person",
    status=404,
    zh="没有可查看的这位居民：不存在，或者不在您的职责范围内。",
    en="There is no such person to show: none exists, or they are not yours to read.",
)
NO_RESIDENCE = refusal_kind(
    "homes.no_residence",
    status=404,
    zh="没有这条居住记录，或者已经结束。",
    en="There is no such residence, or it has ended.",
)
NO_ADDRESS = refusal_kind("homes.no_address", status=400, zh="请写地址。", en="Write the address.")
NO_NAME = refusal_kind("homes.no_name", status=400, zh="请写姓名。", en="Write the name.")
NO_GRID = refusal_kind(
    "homes.no_grid",
    status=400,
    zh="“{code}”不是网格：一户人家只能登记在一个网格里。",
    en="“{code}” is no grid: a household is kept in one grid.",
)
BAD_KIND = refusal_kind(
    "homes.bad_kind",
    status=400,
    zh="没有“{kind}”这一类，请从列表中选择。",
    en="There is no kind “{kind}”; choose one of the list.",
)
BAD_YEAR = refusal_kind(
    "homes.bad_year",
    status=400,
    zh="出生年份不对，请填写四位数的年份，或留空。",
    en="The year of birth is not one; give four digits or leave it out.",
)
YEAR_OF_NUMBER = refusal_kind(
    "homes.year_of_number",
    status=400,
    zh="出生年份由身份证号得出：请更正或删除身份证号。",
    en="The citizen number tells the year of birth: correct or remove the number instead.",
)
BAD_DAY = refusal_kind(
    "homes.bad_day",
    status=400,
    zh="日期不对：不能晚于今天，结束也不能早于开始。",
    en="The day is not right: it cannot lie after today, nor an end before its beginning.",
)
LIVES_ELSEWHERE = refusal_kind(
    "homes.lives_elsewhere",
    status=409,
    zh="这位居民在这段时间已登记住在一户人家里。请先为其办理迁出，或选“人户分离”。",
    en="The person already lives in a household in that time. Let them move out first, or choose “lives elsewhere”.",
)
SHIELDED = refusal_kind(
    "homes.shielded",
    status=409,
    zh="这位居民已经受保护。换人负责请用“交给同事”。",
    en="This person is shielded already. To change who answers for them, hand them over to a colleague.",
)
NO_COLLEAGUE = refusal_kind(
    "homes.no_colleague",
    status=409,
    zh="不能这样交接：须由现在负责的人交给在当地任职、有同样职责的另一位同事，再由那位同事本人接下。",
    en="It is not handed over like this: whoever answers now asks another colleague who holds the same duty there, and "
    "that colleague takes it over.",
)
NOT_EMPTY = refusal_kind(
    "homes.not_empty",
    status=409,
    zh="这户还有人居住，不能注销。请先办理迁出。",
    en="Somebody still lives in this household, so it cannot end. Let them move out first.",
)
NONE_CHOSEN = refusal_kind(
    "homes.none_chosen",
    status=400,
    zh="请至少选一户，一次最多{most}户。",
    en="Choose one household at least, and {most} at most at once.",
)
SAME_GRID = refusal_kind(
    "homes.same_grid",
    status=409,
    zh="这些住户已经在这个网格里，请选择另一个网格。",
    en="These households lie in this grid already; choose another one.",
)
NO_TARGET = refusal_kind(
    "homes.no_target",
    status=400,
    zh="请选择住户所在的网格。",
    en="Choose the grid in which these homes lie.",
)
NOT_IN_GRID = refusal_kind(
    "homes.not_in_grid",
    status=409,
    zh="其中有的住户已不在原来的网格里，可能刚被更正过。什么都没有改；请重新打开名单核对。",
    en="Some of these households lie in the former grid no more; somebody may have just put them right. Nothing was "
    "changed: open the list anew.",
)
NOT_BOTH = refusal_kind(
    "homes.not_both",
    status=403,
    zh="“{name_zh}”不在您负责的区域内。更正所属网格时，两个网格都要由您负责：请交给同时负责两地的人办理，"
    "或请县里授予您包含两地的限时岗位。",
    en="“{name_en}” lies outside the area you answer for. Whoever puts a home into its right grid answers for both "
    "grids: let somebody who does do it, or ask the county for a post over both places until a day.",
)
OTHER_COUNTY = refusal_kind(
    "homes.other_county",
    status=409,
    zh="“{name_zh}”在别的县。户序号只在本县有效，不能这样更正：请在这里注销，由那边登记。",
    en="“{name_en}” lies in another county. A household's number is its county's, so it is not put right like this: "
    "end it here, and let it be added there.",
)
NO_REASON = refusal_kind(
    "homes.no_reason",
    status=400,
    zh="请写明为什么更正，住户本人会看到。",
    en="Say why it is put right; its people read it.",
)
REASON_NAMES = refusal_kind(
    "homes.reason_names",
    status=422,
    zh="理由里不要写姓名、电话和证件号：这些住户的人都会看到。",
    en="Leave names, phones and numbers out of the reason: the people of all these households read it.",
)
MOST_AT_ONCE: Final = 200
"""So many households are put into another grid at once: a building, not a village."""
NEAR: Final = 15.0
"""Metres by which a door's point may lie outside its grid's outline: a phone measures no better."""


@dataclass(frozen=True)
class NewPerson:
    """Somebody as they are told: name, citizen number, phone and year of birth (each but the name may be missing).

    `kind`: as what they live there.
    """

    name: str
    number: str = ""
    phone: str = ""
    birth_year: int | None = None
    kind: str = "family"


@dataclass(frozen=True)
class NewHome:
    """A household as it is told: its grid, the words of its address, its kind, who lives there."""

    grid_code: str
    address: str
    kind: str = "family"
    people: Sequence[NewPerson] = ()
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Age:
    """What is known of when somebody was born: the day by the citizen number, else the year, else nothing."""

    number: str
    year: int | None


def tidy_person(new: NewPerson, *, today: date, demo: bool) -> NewPerson:
    """A person in its one form; refuses what cannot be a number, phone, year or kind.

    `demo`: only invented numbers and phones are taken, elsewhere only real ones. A citizen number tells the year.
    """
    name = " ".join(clean_text(new.name, limit=NAME_LIMIT).split())
    if not name:
        raise refuse(NO_NAME)
    known_kind(new.kind, RESIDENCE_KINDS)
    number = phone = ""
    year = new.birth_year
    if year is not None and not _EARLIEST <= year <= today.year:
        raise refuse(BAD_YEAR)
    if new.number.strip():
        checked = check_citizen_number(new.number, today=today, synthetic_only=demo)
        number, year = checked.text, checked.birth.year
    if new.phone.strip():
        phone = normalise_phone(new.phone, synthetic_only=demo)
    return NewPerson(name, number, phone, year, new.kind)


def corrected(held: NewPerson, new: NewPerson, forget: Collection[str], *, today: date, demo: bool) -> NewPerson:
    """A person as they are held after a correction, in the one form: what is left empty stays as it is.

    `forget`: what goes whatever is said of it, of `FORGETTABLE`. A year stands as long as a number does that tells it.
    """
    year = held.birth_year if new.birth_year is None else new.birth_year
    wanted = NewPerson(
        new.name if new.name.strip() else held.name,
        "" if "number" in forget else new.number if new.number.strip() else held.number,
        "" if "phone" in forget else new.phone if new.phone.strip() else held.phone,
        None if "year" in forget else year,
    )
    tidy = tidy_person(wanted, today=today, demo=demo)
    if tidy.number and ("year" in forget or new.birth_year not in {None, held.birth_year, tidy.birth_year}):
        raise refuse(YEAR_OF_NUMBER)
    return tidy


def tidy_address(text: str) -> str:
    """The words of an address in one line; refuses none."""
    address = " ".join(clean_text(text, limit=_ADDRESS).split())
    if not address:
        raise refuse(NO_ADDRESS)
    return address


def require_grid(code: str) -> str:
    """A grid's code; refuses any other."""
    if CHINA.level_of(code).width < CHINA.width("grid"):
        raise refuse(NO_GRID, code=code[:20])
    return code


def known_kind(kind: str, kinds: Sequence[str]) -> str:
    """A kind that is on the list; refuses others."""
    if kind not in kinds:
        raise refuse(BAD_KIND, kind=kind[:20])
    return kind


def require_days(since: date, until: date | None, today: date) -> None:
    """Refuses a beginning after today and an end before the beginning."""
    wrong = since > today or (until is not None and until < since)
    require_none((Reason(BAD_DAY),) if wrong else ())


def chosen(number: int) -> None:
    """Refuses to put no household, or too many, into another grid at once."""
    if not 0 < number <= MOST_AT_ONCE:
        raise refuse(NONE_CHOSEN, most=str(MOST_AT_ONCE))


def tidy_reason(text: str) -> str:
    """Why a grid is put right, as the people of the homes read it; refuses none, and one that names somebody."""
    reason = " ".join(clean_text(text, limit=_REASON).split())
    if not reason:
        raise refuse(NO_REASON)
    if mask(reason).findings:
        raise refuse(REASON_NAMES)
    return reason


def person_key(person_id: object) -> str:
    """The key by which a person is party to what is held about them."""
    return f"person:{person_id}"
