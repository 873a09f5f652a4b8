"""Rules of identity: citizen numbers, phones and e-mail addresses, checked and brought to one form.

Citizen numbers follow GB 11643-1999: area 6, birth 8, serial 3 (odd male, even female), check sign by
ISO 7064 MOD 11-2. Invented people carry an area that starts with 99 and phones that start with 100, which no
living person has; where invented people live nothing else is accepted, elsewhere these are refused.
Refusals never repeat what was typed: it may be somebody's number.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from gridcommons.kit.check_sign import check_sign
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, refuse

NUMBER_SHAPE = refusal_kind(
    "identity.number_shape",
    status=422,
    zh="身份证号应为18位：前17位是数字，最后一位是数字或X。请对照证件重新填写。",
    en="A citizen number has 18 signs: 17 digits, then a digit or X. Please copy it again from the card.",
)
NUMBER_CHECK = refusal_kind(
    "identity.number_check_digit",
    status=422,
    zh="身份证号的校验位不符，可能有数字写错或写反。请对照证件重新填写。",
    en="The last sign does not fit the others: a digit may be wrong or swapped. Please copy the number again.",
)
NUMBER_DATE = refusal_kind(
    "identity.number_no_such_day",
    status=422,
    zh="身份证号里的出生日期在日历上不存在。请对照证件重新填写。",
    en="The birth date inside the number is no day of the calendar. Please copy the number again.",
)
NUMBER_FUTURE = refusal_kind(
    "identity.number_born_later",
    status=422,
    zh="身份证号里的出生日期晚于今天。请对照证件重新填写。",
    en="The birth date inside the number lies in the future. Please copy the number again.",
)
NUMBER_OLD = refusal_kind(
    "identity.number_born_too_early",
    status=422,
    zh="身份证号里的出生年份距今超过{years}年。请对照证件重新填写。",
    en="The birth year inside the number is more than {years} years ago. Please copy the number again.",
)
NUMBER_AREA = refusal_kind(
    "identity.number_area",
    status=422,
    zh="身份证号前六位在出生当日不是有效的行政区划。请对照证件；如确无误，请到窗口核对。",
    en="The first six digits named no area on the day of birth. Compare the card; if it says so, ask at the counter.",
)
NUMBER_SYNTHETIC = refusal_kind(
    "identity.number_synthetic",
    status=422,
    zh="99开头的身份证号只用于演示和测试，这里不能使用。请填写证件上的号码。",
    en="Numbers starting with 99 are for demonstration and tests only. Please give the number on the card.",
)
NUMBER_REAL = refusal_kind(
    "identity.number_real",
    status=422,
    zh="演示和测试中只能使用99开头的虚构号码，请勿填写真实身份证号。",
    en="Demonstration and tests take invented numbers starting with 99 only. Do not type a real person's number.",
)
PHONE_SHAPE = refusal_kind(
    "identity.phone_shape",
    status=422,
    zh="这不像电话号码。请填写11位手机号、带区号的座机号，或以+和国家代码开头的号码。",
    en="This does not look like a phone number: give 11 digits, a landline with its area code, or + and country code.",
)
PHONE_SYNTHETIC = refusal_kind(
    "identity.phone_synthetic",
    status=422,
    zh="100开头的号码只用于演示和测试，无法接通。请填写能接通的电话。",
    en="Numbers starting with 100 are for demonstration and tests and reach nobody. Please give one that does.",
)
PHONE_REAL = refusal_kind(
    "identity.phone_real",
    status=422,
    zh="演示和测试中只能使用100开头的11位虚构号码，请勿填写真实电话。",
    en="Demonstration and tests take invented phones of 11 digits starting with 100 only. Do not type a real one.",
)
EMAIL_SHAPE = refusal_kind(
    "identity.email_shape",
    status=422,
    zh="这不像电子邮箱地址。请按“名字@网站”的形式填写，例如 name@example.org。",
    en="This does not look like an e-mail address. It should read like name@example.org.",
)
SERIALS_USED_UP = refusal_kind(
    "identity.serials_used_up",
    status=409,
    zh="同一区划、同一天、同一性别的虚构号码已用完（最多{most}个）。",
    en="All {most} invented numbers of one area, day and sex are used up.",
)

SYNTHETIC_AREA: Final = "99"
SYNTHETIC_PHONE: Final = "100"
OLDEST_YEARS: Final = 125
_NUMBER: Final = re.compile(r"[0-9]{17}[0-9X]")
_PHONE: Final = re.compile(r"1[0-9]{10}|0[1-9][0-9]{8,10}|\+(?!86)[1-9][0-9]{6,14}")
_MOBILE_ABROAD: Final = re.compile(r"^\+?86(?=1[0-9]{10}$)")
_LANDLINE_ABROAD: Final = re.compile(r"^\+860?(?=[1-9][0-9]{8,10}$)")
_SYNTHETIC_PHONE: Final = re.compile(SYNTHETIC_PHONE + r"[0-9]{8}")
_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"
_EMAIL: Final = re.compile(rf"[^@\s<>(),;:\".]+(?:\.[^@\s<>(),;:\".]+)*@(?:{_LABEL}\.)+[^\W\d_][\w-]*[^\W_]")
_EMAIL_LENGTH: Final = 254
_LONGEST_INPUT: Final = 400
_SERIALS_PER_SEX: Final = 499
_PHONES: Final = 10**8

AreaPeriod = tuple[date | None, date | None]


class Sex(IntEnum):
    """Sex as the national code list GB/T 2261.1 writes it."""

    MALE = 1
    FEMALE = 2


@dataclass(frozen=True)
class CitizenNumber:
    """A number that passed every check, in its one form (capital X); what it says, taken apart."""

    text: str
    area: str
    birth: date
    sex: Sex

    @property
    def is_synthetic(self) -> bool:
        """Whether it belongs to an invented person."""
        return self.area.startswith(SYNTHETIC_AREA)


def check_citizen_number(
    text: str, *, today: date, synthetic_only: bool, areas: Mapping[str, AreaPeriod] | None = None
) -> CitizenNumber:
    """The number taken apart, or a `Refusal` that names every fault.

    `synthetic_only` (demo and tests): nothing but area 99 is accepted; otherwise 99 is refused. `areas`, when given:
    six digits -> first and last day on which they named an area (None: open); numbers of other areas or born outside
    that period are refused. Full-width signs, blanks, hyphens and a small x are put right.
    """
    number = re.sub(r"[\s\-]", "", _half_width(text)).upper()
    if not _NUMBER.fullmatch(number):
        raise refuse(NUMBER_SHAPE)
    birth = _calendar_day(number[6:14])
    faults = _area_faults(number[:6], birth, synthetic_only, areas)
    faults += [Reason(NUMBER_DATE)] if birth is None else _birth_faults(birth, today)
    if check_sign(number[:17]) != number[17]:
        faults.append(Reason(NUMBER_CHECK))
    if faults or birth is None:
        raise Refusal(tuple(faults))
    return CitizenNumber(number, number[:6], birth, _sex_of(int(number[14:17])))


def synthetic_area(county: str) -> str:
    """The invented area of a county: its six digits with the province replaced by 99."""
    return SYNTHETIC_AREA + county[2:6]


def synthetic_number(area: str, birth: date, sex: Sex, serial: int) -> str:
    """An invented number; `serial` counts from 0 within area, day and sex. Refuses an area not starting with 99."""
    if not area.startswith(SYNTHETIC_AREA):
        raise refuse(NUMBER_REAL)
    if not 0 <= serial < _SERIALS_PER_SEX:
        raise refuse(SERIALS_USED_UP, most=_SERIALS_PER_SEX)
    order = 2 * serial + (1 if sex == Sex.MALE else 2)
    day = birth.isoformat().replace("-", "")
    digits = f"{area}{day}{order:03d}"
    return digits + check_sign(digits)


def synthetic_numbers(area: str, births: Sequence[date], sexes: Sequence[Sex]) -> list[str]:
    """An invented number for each person, all different, in the order given."""
    used: defaultdict[tuple[date, Sex], int] = defaultdict(int)
    numbers = []
    for key in zip(births, sexes, strict=True):
        numbers.append(synthetic_number(area, *key, used[key]))
        used[key] += 1
    return numbers


def synthetic_phone(serial: int) -> str:
    """An invented phone: 100 and eight digits that scatter over `serial` (0 to 99,999,999), each serial another."""
    if not 0 <= serial < _PHONES:
        raise refuse(SERIALS_USED_UP, most=_PHONES)
    # 38,196,601 is coprime to 10**8, so that the product is a permutation and neighbours look unlike.
    return f"{SYNTHETIC_PHONE}{serial * 38_196_601 % _PHONES:08d}"


def normalise_phone(text: str, *, synthetic_only: bool | None = None) -> str:
    """A phone in its one form: digits only, without +86; a foreign one as + and digits. Refuses other shapes.

    `synthetic_only` True: only demo phones pass; False: demo phones are refused; None: both pass (for searching).
    """
    phone = re.sub(r"[\s\-‐-―()./·]", "", _half_width(text))
    phone = re.sub(r"^00(?=[1-9])", "+", phone)
    phone = _MOBILE_ABROAD.sub("", phone)
    phone = _LANDLINE_ABROAD.sub("0", phone)
    if not _PHONE.fullmatch(phone):
        raise refuse(PHONE_SHAPE)
    is_synthetic = _SYNTHETIC_PHONE.fullmatch(phone) is not None
    if synthetic_only is True and not is_synthetic:
        raise refuse(PHONE_REAL)
    if synthetic_only is False and is_synthetic:
        raise refuse(PHONE_SYNTHETIC)
    return phone


def normalise_email(text: str) -> str:
    """An e-mail address in its one form: no blanks around, half-width, small letters. Refuses other shapes."""
    address = _half_width(text).strip().lower().replace("。", ".")
    if len(address) > _EMAIL_LENGTH or not _EMAIL.fullmatch(address):
        raise refuse(EMAIL_SHAPE)
    return address


def _half_width(text: str) -> str:
    """Full-width signs as plain ones; what is far too long to be any of these becomes empty, and so is refused."""
    return unicodedata.normalize("NFKC", text) if len(text) <= _LONGEST_INPUT else ""


def _calendar_day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _birth_faults(birth: date, today: date) -> list[Reason]:
    if birth > today:
        return [Reason(NUMBER_FUTURE)]
    if today.year - birth.year > OLDEST_YEARS:
        return [Reason(NUMBER_OLD, (("years", str(OLDEST_YEARS)),))]
    return []


def _area_faults(
    area: str, birth: date | None, synthetic_only: bool, areas: Mapping[str, AreaPeriod] | None
) -> list[Reason]:
    is_synthetic = area.startswith(SYNTHETIC_AREA)
    if is_synthetic != synthetic_only:
        return [Reason(NUMBER_SYNTHETIC if is_synthetic else NUMBER_REAL)]
    if is_synthetic or areas is None:
        return []
    if area not in areas:
        return [Reason(NUMBER_AREA)]
    first, last = areas[area]
    outside = birth is not None and ((first is not None and birth < first) or (last is not None and birth > last))
    return [Reason(NUMBER_AREA)] if outside else []


def _sex_of(order: int) -> Sex:
    return Sex.MALE if order % 2 else Sex.FEMALE
