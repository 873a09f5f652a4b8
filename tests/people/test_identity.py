"""Citizen numbers, phones and e-mail addresses: what is put right, what is refused, and in which words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.check_sign import check_sign
from gridcommons.kit.errors import Refusal, refusal_kinds
from gridcommons.people.identity import (
    AreaPeriod,
    Sex,
    check_citizen_number,
    normalise_email,
    normalise_phone,
    synthetic_area,
    synthetic_number,
    synthetic_numbers,
    synthetic_phone,
)

TODAY = date(2026, 11, 2)
DAYS = st.dates(date(1905, 1, 1), TODAY)
SERIALS = st.integers(0, 498)
SEXES = st.sampled_from(Sex)


def number(body: str) -> str:
    return body + check_sign(body)


def faults(text: str, *, synthetic_only: bool = True, areas: dict[str, AreaPeriod] | None = None) -> list[str]:
    with pytest.raises(Refusal) as caught:
        check_citizen_number(text, today=TODAY, synthetic_only=synthetic_only, areas=areas)
    return [reason.code.removeprefix("identity.number_") for reason in caught.value.reasons]


@given(DAYS, SEXES, SERIALS)
def test_an_invented_number_says_what_it_was_made_from(birth: date, sex: Sex, serial: int) -> None:
    text = synthetic_number("991123", birth, sex, serial)
    read = check_citizen_number(text, today=TODAY, synthetic_only=True)
    assert (read.text, read.area, read.birth, read.sex, read.is_synthetic) == (text, "991123", birth, sex, True)


@given(DAYS, SEXES, SERIALS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(birth: date, sex: Sex, serial: int, place: int, add: int) -> None:
    text = synthetic_number("991123", birth, sex, serial)
    wrong = text[:place] + str((int(text[place]) + add) % 10) + text[place + 1 :]
    assert "check_digit" in faults(wrong)


@given(DAYS, SEXES, SERIALS, st.integers(0, 15))
def test_two_swapped_neighbours_are_always_found(birth: date, sex: Sex, serial: int, place: int) -> None:
    text = synthetic_number("991123", birth, sex, serial)
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert swapped == text or "check_digit" in faults(swapped)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (number("99112319900230001"), ["no_such_day"]),
        (number("99112319901301001"), ["no_such_day"]),
        (number("99112320261103001"), ["born_later"]),
        (number("99112318000101001"), ["born_too_early"]),
        (number("33112319900101001"), ["real"]),
        ("99112319900101001" + ("1" if check_sign("99112319900101001") != "1" else "2"), ["check_digit"]),
        ("991123900101001", ["shape"]),
        ("", ["shape"]),
        ("99112319900101٠٠١1", ["shape"]),
        ("9" * 4_000_000, ["shape"]),
    ],
)
def test_a_faulty_number_is_refused_for_its_fault(text: str, expected: list[str]) -> None:
    assert faults(text) == expected


def test_all_faults_are_named_at_once() -> None:
    wrong = "33112319900230001" + ("1" if check_sign("33112319900230001") != "1" else "2")
    assert faults(wrong) == ["real", "no_such_day", "check_digit"]


def test_an_invented_number_is_refused_where_real_people_are_served() -> None:
    assert faults(synthetic_number("991123", date(1990, 1, 1), Sex.MALE, 0), synthetic_only=False) == ["synthetic"]


def test_an_area_counts_only_for_births_in_its_time() -> None:
    areas = {"331123": (None, None), "332526": (date(1984, 1, 1), date(2000, 5, 20))}
    good = number("33252619991231002")
    assert check_citizen_number(good, today=TODAY, synthetic_only=False, areas=areas).sex is Sex.FEMALE
    assert faults(number("33252620010101002"), synthetic_only=False, areas=areas) == ["area"]
    assert faults(number("33252619830101002"), synthetic_only=False, areas=areas) == ["area"]
    assert faults(number("33999919990101002"), synthetic_only=False, areas=areas) == ["area"]


def test_a_small_x_full_width_digits_and_blanks_are_put_right() -> None:
    ending_in_x = next(
        text
        for text in (synthetic_number("991123", date(1990, 1, 1), Sex.MALE, serial) for serial in range(50))
        if text.endswith("X")
    )
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in ending_in_x.lower())
    for typed in (ending_in_x.lower(), wide, f" {ending_in_x[:6]} {ending_in_x[6:14]}-{ending_in_x[14:]}\n"):
        assert check_citizen_number(typed, today=TODAY, synthetic_only=True).text == ending_in_x


def test_someone_born_today_is_not_born_later() -> None:
    text = synthetic_number("991123", TODAY, Sex.FEMALE, 0)
    assert check_citizen_number(text, today=TODAY, synthetic_only=True).birth == TODAY
    assert faults(synthetic_number("991123", TODAY + timedelta(days=1), Sex.FEMALE, 0)) == ["born_later"]


def test_a_refusal_never_repeats_the_number() -> None:
    typed = number("33112319900101001")
    with pytest.raises(Refusal) as caught:
        check_citizen_number(typed, today=TODAY, synthetic_only=True)
    said = caught.value.words()
    assert typed[6:] not in said.zh + said.en + repr(caught.value)


def test_no_number_can_be_made_for_a_real_area() -> None:
    with pytest.raises(Refusal):
        synthetic_number("331123", date(1990, 1, 1), Sex.MALE, 0)
    assert synthetic_area("331123") == "991123"


def test_people_born_on_one_day_get_different_numbers() -> None:
    numbers = synthetic_numbers("991123", [date(1990, 1, 1)] * 500, [Sex.MALE, Sex.FEMALE] * 250)
    assert len(set(numbers)) == 500


def test_the_five_hundredth_number_of_a_day_and_sex_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        synthetic_numbers("991123", [date(1990, 1, 1)] * 500, [Sex.MALE] * 500)
    assert caught.value.code == "identity.serials_used_up"


@given(st.integers(0, 10**8 - 1))
def test_a_demo_phone_has_eleven_digits_from_100(serial: int) -> None:
    phone = synthetic_phone(serial)
    assert normalise_phone(phone, synthetic_only=True) == phone
    assert phone.startswith("100")


def test_demo_phones_differ() -> None:
    assert len({synthetic_phone(serial) for serial in range(5000)}) == 5000


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("１００１２３４５６７８", "10012345678"),
        ("+86 100-1234-5678", "10012345678"),
        ("0086 10012345678", "10012345678"),
        ("8610012345678", "10012345678"),
        ("＋８６（１００）１２３４５６７８", "10012345678"),
        (" 100 1234 5678\n", "10012345678"),
        ("0578-8123456", "05788123456"),
        ("+86 578 8123456", "05788123456"),
        ("+86 (0)578 8123456", "05788123456"),
        ("+423 230 30 30", "+4232303030"),
        ("00423 2303030", "+4232303030"),
    ],
)
def test_a_phone_is_brought_to_one_form(typed: str, phone: str) -> None:
    assert normalise_phone(typed) == phone
    assert normalise_phone(phone) == phone


@pytest.mark.parametrize(
    "typed", ["", "1001234567", "100123456789", "phone", "+86", "+86 12", "10012E45678", "1" * 500]
)
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        normalise_phone(typed)
    assert caught.value.code == "identity.phone_shape"


def test_demo_phones_and_real_ones_do_not_mix() -> None:
    with pytest.raises(Refusal) as in_demo:
        normalise_phone("0578-8123456", synthetic_only=True)
    with pytest.raises(Refusal) as in_life:
        normalise_phone("10012345678", synthetic_only=False)
    assert (in_demo.value.code, in_life.value.code) == ("identity.phone_real", "identity.phone_synthetic")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Name@Example.ORG ", "name@example.org"),
        ("ｎａｍｅ＠example。org", "name@example.org"),
        ("a.b+c@mail.example.org", "a.b+c@mail.example.org"),
        ("名字@例子.中国", "名字@例子.中国"),
        ("a@xn--fsqu00a.xn--fiqs8s", "a@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_an_email_address_is_brought_to_one_form(typed: str, address: str) -> None:
    assert normalise_email(typed) == address
    assert normalise_email(address) == address


@pytest.mark.parametrize(
    "typed",
    ["", "name", "@example.org", "a@b", "a@b@example.org", "a b@example.org", "a@-example.org", "a..b@example.org",
     "a@example..org", "a@example.1", "<a@example.org>", "a@example.org\r\nbcc: b@example.org",
     "a" * 250 + "@example.org"],
)  # fmt: skip
def test_what_is_no_email_address_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        normalise_email(typed)
    assert caught.value.code == "identity.email_shape"


@pytest.mark.parametrize("code", sorted(code for code in refusal_kinds() if code.startswith("identity.")))
def test_every_refusal_speaks_both_languages(code: str) -> None:
    kind = refusal_kinds()[code]
    assert any("一" <= sign <= "鿿" for sign in kind.zh)
    assert kind.en.isascii() or "…" in kind.en
