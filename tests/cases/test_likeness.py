"""How like two reports are: a table of pairs, the properties of the measure, and what is offered to whom."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.higher import closed, filed, hours, reported
from gridcommons.cases.finding_same import Spot, same_in_public
from gridcommons.cases.likeness import Described, distance, like, likeness_of_words
from gridcommons.cases.limits import limits, parse_limits
from gridcommons.cases.queries import likely_same
from gridcommons.kit.errors import Refusal
from gridcommons.matters.catalogue import shipped_catalogue
from town import AT, FAR, GRID, HERE, NEXT_GRID, Town

RULE = limits()
LAMP = Described("street_lamps", "streets_water", GRID, "滨河路12号门口路灯不亮", HERE[0], HERE[1])


def described(**more: object) -> Described:
    facts = {**LAMP.__dict__, **more}
    return Described(**facts)  # type: ignore[arg-type]


# what differs from the lamp; whether staff within 1,000 m and the public within 250 m are shown it
PAIRS = [
    ({}, True, True),
    ({"text": "灯坏了"}, True, True),
    ({"lon": HERE[0] + 0.001}, True, True),  # 98 m
    ({"lon": HERE[0] + 0.005}, True, False),  # 489 m
    ({"lon": HERE[0] + 0.02}, False, False),  # 2 km
    ({"matter": "roads"}, True, True),
    ({"matter": "noise", "group": "environment"}, False, False),
    ({"matter": "noise", "group": "environment", "related": frozenset({"street_lamps"})}, True, True),
    ({"lon": None, "lat": None}, True, True),
    ({"lon": None, "lat": None, "area_code": NEXT_GRID, "text": "井盖没了"}, False, False),
    ({"lon": None, "lat": None, "area_code": FAR and "331123102200001"}, False, False),
]


@pytest.mark.parametrize(("more", "staff", "public"), PAIRS)
def test_the_table_of_pairs(more: dict[str, object], staff: bool, public: bool) -> None:
    for radius, expected in ((1_000, staff), (250, public)):
        found = like(LAMP, described(**more), radius=radius, weights=RULE.likeness)
        assert (found is not None) == expected, (more, radius)
        if found is not None:
            verdict = found.verdict(RULE)
            assert verdict.is_yes
            assert len(verdict.because) >= 2
            assert (verdict.rule, verdict.version) == ("cases.likeness", RULE.version)


def test_a_degree_and_a_known_distance() -> None:
    assert distance(described(lon=0.0, lat=0.0), described(lon=0.0, lat=1.0)) == 111_195
    assert distance(LAMP, described(lon=HERE[0] + 0.001)) == 98
    assert distance(LAMP, described(lon=None, lat=None)) is None


def test_words_are_compared_without_case_width_and_signs() -> None:
    assert likeness_of_words("路灯不亮！", "路灯，不亮") == 1
    assert likeness_of_words("ＡＢＣ lamp", "abc LAMP") == 1
    assert likeness_of_words("", "") == 0
    assert likeness_of_words("灯", "灯") == 0  # one sign has no pair
    assert 0 < likeness_of_words("路灯不亮", "路灯坏了") < 1


TEXTS = st.text(alphabet="路灯不亮坏了井盖 abc1", max_size=30)
WHERE = st.tuples(st.floats(119.2, 119.4), st.floats(28.5, 28.7))


@settings(max_examples=100)
@given(TEXTS, TEXTS, WHERE, WHERE)
def test_likeness_is_the_same_both_ways_between_nought_and_one_and_one_with_itself(
    one: str, other: str, here: tuple[float, float], there: tuple[float, float]
) -> None:
    first, second = described(text=one, lon=here[0], lat=here[1]), described(text=other, lon=there[0], lat=there[1])
    forth, back = (like(a, b, radius=1_000, weights=RULE.likeness) for a, b in ((first, second), (second, first)))
    assert (forth and forth.score) == (back and back.score)
    assert forth is None or RULE.likeness.least <= forth.score <= 1
    assert likeness_of_words(one, other) == likeness_of_words(other, one)
    whole = like(first, first, radius=10, weights=RULE.likeness)
    assert whole is not None
    assert whole.metres == 0


def spot(**more: object) -> Spot:
    facts: dict[str, object] = {"matter_key": "street_lamps", "text": "路灯不亮", "area_code": GRID}
    return Spot(**({**facts, "lon": HERE[0], "lat": HERE[1]} | more))  # type: ignore[arg-type]


def test_staff_are_offered_open_cases_of_their_place_and_strangers_none(town: Town) -> None:
    lead, twice = filed(town), reported(town, AT + hours(1), address="5幢3单元")
    filed(town, matter_key="waste_litter", text="垃圾")
    closed(town)
    found = likely_same(spot=spot(), but=twice.case_id, viewer=town.supervisor, at=AT + hours(4))
    assert [one.number for one in found] == [lead.number]
    assert found[0].likeness.metres == 0
    for name in ("far_supervisor", "other_handler"):
        assert likely_same(spot=spot(), viewer=getattr(town, name), at=AT + hours(4)) == ()
    for name in ("stranger", "public", "resident"):
        with pytest.raises(Refusal):
            likely_same(spot=spot(), viewer=getattr(town, name), at=AT + hours(4))


def test_a_look_at_what_is_perhaps_the_same_is_written_down_for_its_reporter(town: Town) -> None:
    from gridcommons.access.queries import who_looked

    reported(town, by="resident")
    likely_same(spot=spot(), viewer=town.supervisor, at=AT + hours(1))
    seen = who_looked(about=town.resident.key, viewer=town.resident, at=AT + hours(2), by_others=True)
    assert [entry.what for entry in seen] == ["look.queue"]


def test_the_public_is_offered_public_rows_alone(town: Town) -> None:
    lead = filed(town, text="路灯不亮，我是张三，电话13812345678")
    filed(town, matter_key="home_fire_safety", text="家里电线老化")
    found = same_in_public(spot())
    assert [(one.number, one.id) for one in found] == [(lead.number, None)]
    assert "138" not in found[0].text
    assert same_in_public(spot(matter_key="home_fire_safety")) == ()


def test_how_near_is_data_of_the_catalogue() -> None:
    catalogue = shipped_catalogue()
    assert (catalogue.get("street_lamps").near.public, catalogue.get("street_lamps").near.staff) == (250, 1_000)
    assert catalogue.get("home_fire_safety").near.staff == 300


LIMITS = "src/gridcommons/cases/data/limits.toml"


@pytest.mark.parametrize(
    ("old", "new"),
    [("most_days = 30", "most_days = 0"), ("most_days = 90", 'most_days = "90"'), ("returns = 3", "returns = -1"),
     ('after_late = "2h"', 'after_late = "soon"'), ("near = 0.4", "near = 0.5"), ("within_days = 90", ""),
     ("after_days = 28", "after_days = 400"), ('version = "2026.1"', "version = = ")],
)  # fmt: skip
def test_unsound_limits_are_refused(old: str, new: str) -> None:
    from house.sources import ROOT

    text = (ROOT / LIMITS).read_text("utf-8")
    assert old in text
    with pytest.raises(Refusal) as refused:
        parse_limits(text.replace(old, new, 1))
    assert refused.value.code in {"case.limits_unsound", "calendar.span"}
