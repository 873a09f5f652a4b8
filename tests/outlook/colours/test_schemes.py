"""The shipped schemes say what their authorities published; what is no scheme is refused with its fault."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.colours.scheme import PACKAGE, known_schemes, recut, scheme_named, scheme_of
from outlook.colours.made import UNKNOWN, colours_of, counts, last_day, last_of, runs

DEFAULT = files(PACKAGE).joinpath("data", "schemes", "default.toml").read_text("utf-8")
HAN = re.compile("[\u4e00-\u9fff]")
WITH_NUMBERS = [name for name in known_schemes() if name != "zhejiang-2020"]


def test_the_named_schemes_are_there() -> None:
    wanted = {"default", "state-council-2020", "ecdc-2021", "italy-2021", "cdc-2022", "ecdc-2020", "zhejiang-2020"}
    assert wanted <= set(known_schemes())


@pytest.mark.parametrize("name", WITH_NUMBERS)
def test_every_scheme_has_an_owner_a_source_and_words_in_both_languages(name: str) -> None:
    scheme = scheme_named(name)
    for words in (scheme.name, scheme.owner, scheme.source, *(level.name for level in scheme.levels)):
        assert HAN.search(words.zh) or words.zh.isascii()
        assert words.en
        assert not HAN.search(words.en)
    assert scheme.key == name
    assert [rule.level for rule in scheme.rules] == sorted((rule.level for rule in scheme.rules), reverse=True)
    assert len({level.pattern for level in scheme.levels}) == len(scheme.levels), "told apart without colour"


def test_a_scheme_published_without_numbers_colours_nothing() -> None:
    with pytest.raises(Refusal, match="only the structure was published"):
        scheme_named("zhejiang-2020")


def test_an_unknown_scheme_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refusal, match="cdc-2022, default"):
        scheme_named("../default")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key = "default"', "", "key"),
        ('["rate", ">=", 200]', '["rat", ">=", 200]', "no measure: rat"),
        ('["rate", ">=", 200]', '["rate", "=>", 200]', "no sign: =>"),
        ('counts = "local"', 'counts = "both"', "local or all"),
        ('level = "E"', 'level = "F"', "F"),
        ("window = 14", "window = 0", "1 or more"),
        ("raise_at = 0.8", "raise_at = 0.1", "lower_at < raise_at"),
        ('colour = "blue"', 'colour = "grey"', "kept for the unknown"),
        ('key = "B"', 'key = "A"', "B?"),
        (
            "[[rules]]",
            '[[levels]]\nkey = "E"\ncolour = "x"\npattern = "x"\nname = { zh = "高", en = "x" }\n[[rules]]',
            "own",
        ),
        ('key = "E2"', 'key = "E1"', "a key of its own"),
        ('level = "B"', 'level = "A"', "above the lowest"),
        ("[grey]", "[grey", ""),
    ],
)
def test_a_file_that_is_no_scheme_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(Refusal, match="unsound") as refused:
        scheme_of(DEFAULT.replace(old, new, 1))
    assert said in str(refused.value)


def test_a_file_is_read_like_a_shipped_scheme() -> None:
    assert scheme_of(DEFAULT) == scheme_named("default")


def test_other_cuts_are_marked_as_nobodys() -> None:
    scheme = recut(scheme_named("default"), {"rate": {25: 50}})
    assert scheme.cuts == (50, 75, 200)
    assert scheme.label == "default@2026.1+what-if"
    with pytest.raises(KeyError):
        recut(scheme, {"rate": {25: 30}})


ECDC = [
    (0, 0, "green"), (49.9, 3.9, "green"), (49, 4, "orange"), (50, 0.9, "green"), (74, 0.9, "green"),
    (74, 1, "orange"), (75, 0.5, "orange"), (199, 3.9, "orange"), (75, 4, "red"), (199, 4, "red"), (200, 0, "red"),
    (499, 0, "red"), (500, 0, "dark-red"),
]  # fmt: skip


@pytest.mark.parametrize(("rate", "positivity", "colour"), ECDC)
def test_ecdc_june_2021(rate: float, positivity: float, colour: str) -> None:
    assert last_day(rate, "ecdc-2021", 1_000_000, positivity=positivity, tests=1000) == colour


@pytest.mark.parametrize(
    ("rate", "positivity", "colour"),
    [(24, 3, "green"), (24, 4, "orange"), (25, 3, "orange"), (49, 9, "orange"), (50, 4, "red"), (150, 3, "orange"),
     (151, 3, "red"), (500, 0, "red")],
)  # fmt: skip
def test_ecdc_october_2020(rate: float, positivity: float, colour: str) -> None:
    assert last_day(rate, "ecdc-2020", 1_000_000, positivity=positivity, tests=1000) == colour
    january = last_day(rate, "ecdc-2021-january", 1_000_000, positivity=positivity, tests=1000)
    assert january == ("dark-red" if rate == 500 else colour)


def test_ecdc_is_grey_without_enough_tests_and_red_shows_where_tests_are_not_known() -> None:
    assert last_day(0, "ecdc-2021", positivity=0, tests=299) == "grey"
    assert last_day(600, "ecdc-2021", positivity=0, tests=299) == "grey"
    assert last_day(0, "ecdc-2021", positivity=0) == "grey"
    assert last_day(100, "ecdc-2021") == "grey"
    assert last_day(300, "ecdc-2021") == "red"
    assert last_day(600, "ecdc-2021") == "dark-red"


CDC = [
    (199, 9, 9, "green"), (199, 10, 0, "yellow"), (199, 0, 10, "yellow"), (199, 19.9, 14.9, "yellow"),
    (199, 20, 0, "orange"), (0, 0, 15, "orange"), (200, 9, 9, "yellow"), (200, 10, 0, "orange"), (200, 0, 10, "orange"),
]  # fmt: skip


@pytest.mark.parametrize(("rate", "admissions", "beds", "colour"), CDC)
def test_cdc_2022(rate: float, admissions: float, beds: float, colour: str) -> None:
    assert last_day(rate, "cdc-2022", admissions=admissions, beds=beds) == colour


def test_cdc_without_hospitals_is_grey_below_200_and_at_least_medium_above() -> None:
    assert last_day(10, "cdc-2022") == "grey"
    assert last_day(200, "cdc-2022") == "yellow"
    assert last_day(200, "cdc-2022", admissions=10) == "orange"


@pytest.mark.parametrize(
    ("rate", "icu", "ward", "colour"),
    [(49, 90, 90, "white"), (50, 10, 90, "white"), (50, 11, 16, "yellow"), (150, 21, 30, "yellow"),
     (150, 21, 31, "orange"), (149, 90, 90, "yellow"), (150, 31, 41, "red"), (150, 31, 40, "orange")],
)  # fmt: skip
def test_italy_from_august_2021(rate: float, icu: float, ward: float, colour: str) -> None:
    assert last_day(rate, "italy-2021", icu=icu, ward=ward) == colour


@pytest.mark.parametrize(
    ("rate", "icu", "ward", "colour"),
    [(49, 90, 90, "white"), (50, 90, 90, "yellow"), (150, 20, 90, "yellow"), (150, 90, 30, "yellow"),
     (150, 21, 31, "orange"), (250, 0, 0, "red")],
)  # fmt: skip
def test_italy_in_spring_2021(rate: float, icu: float, ward: float, colour: str) -> None:
    assert last_day(rate, "italy-2021-spring", icu=icu, ward=ward) == colour


def test_italy_comes_down_one_colour_after_14_days_and_to_white_in_spring_after_21() -> None:
    rows = [0.0] * 10 + [300] + [0.0] * 80
    stood = runs(colours_of(counts(rows, given={"icu": [35] * 91, "ward": [45] * 91}), "italy-2021"))
    # the window lets the cases go after 7 days; the 14th day lower is the day of the next colour
    assert stood[-4:-1] == [("red", 6 + 14), ("orange", 14), ("yellow", 14)]
    spring = runs(colours_of(counts(rows, given={"icu": [35] * 91, "ward": [45] * 91}), "italy-2021-spring"))
    assert spring[-4:-1] == [("red", 6 + 14), ("orange", 14), ("yellow", 21)]


def test_the_state_council_of_2020_counts_cases_of_14_days_and_of_all_time_and_clusters() -> None:
    quiet = [0.0] * 20
    for before, clusters, colour in [(0, 1, "yellow"), (49, 1, "yellow"), (50, 1, "red"), (50, 0, "yellow")]:
        given = counts([before, *quiet, 1], given={"clusters": clusters})
        assert last_of(given, "state-council-2020").colour == colour
    low = counts([80, *quiet], given={"clusters": 0})
    assert runs(colours_of(low, "state-council-2020"))[-1] == ("green", 7), "no case for 14 days"


def test_clusters_that_are_not_known_leave_it_hatched_and_not_low() -> None:
    given = last_of(counts([60, *[0.0] * 13, 1]), "state-council-2020")
    assert (given.colour, given.hatched) == ("yellow", True)
    assert any("open clusters" in one.words.en for one in given.because)


def test_2022_goes_by_days_without_a_case() -> None:
    rows = [0.0] * 14 + [1] + [0.0] * 14
    assert runs(colours_of(counts(rows), "state-council-2022-june"))[-3:] == [("red", 7), ("yellow", 3), ("green", 5)]
    assert runs(colours_of(counts(rows), "state-council-2022-november"))[-2:] == [("red", 5), ("green", 10)]


def test_a_preset_is_grey_where_nothing_was_said_for_more_than_three_days() -> None:
    rows = [0.0] * 14 + [UNKNOWN] * 5 + [0]
    assert colours_of(counts(rows), "state-council-2022-june")[-7:] == ["green"] * 4 + ["grey"] * 3
