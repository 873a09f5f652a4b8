"""Open-data files come back as they went out, hidden cells as marks, with all that must be known of them."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.disclosing import release
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.opening import Dataset, Figure, csv_description, csv_file, geojson, json_stat
from gridcommons.outlook.publishing import figures, read_counts

DAY = date(2026, 11, 1)
AREAS = {
    "331123": Words("遂昌县", "Suichang"),
    "331123001": Words("妙高街道, “中”", "Miaogao"),
    "331123100": Words("云峰", "Yunfeng"),
}
SHOWN = (
    Figure("331123", DAY, "cases", 12), Figure("331123001", DAY, "cases", None, "<5"),
    Figure("331123100", DAY, "cases", None, "x"), Figure("331123", DAY + timedelta(days=1), "cases", 0),
    Figure("331123001", DAY, "rate", 2.5),
)  # fmt: skip
DATA = Dataset(
    "cases", Words("报告病例", "Reported cases"), Words("每日新报告。", "New reports by day."),
    Words("遂昌县统计局", "Suichang statistics"), Words("小于5的不公布。", "Below 5 hidden."),
    "https://creativecommons.org/licenses/by/4.0/", "https://x.example/cases",
    datetime(2026, 11, 2, 9, tzinfo=timezone(timedelta(hours=8))), 5, AREAS,
    {"cases": Words("病例", "cases"), "rate": Words("发病率", "rate")}, SHOWN,
)  # fmt: skip
RING = [(119.0, 28.0), (119.0, 29.0), (120.0, 29.0), (120.0, 28.0), (119.0, 28.0)]
HOLE = [(119.4, 28.4), (119.6, 28.4), (119.6, 28.6), (119.4, 28.6), (119.4, 28.4)]
OUTLINES = {code: [[RING, HOLE]] for code in AREAS}
Cells = dict[tuple[str, date, str], tuple[float | None, str]]


def wanted(data: Dataset) -> Cells:
    return {(one.code, one.day, one.measure): (one.value, one.mark) for one in data.figures}


def from_csv(data: Dataset) -> Cells:
    rows = csv.DictReader(io.StringIO(csv_file(data).decode(), newline=""))
    return {
        (row["code"], date.fromisoformat(row["date"]), key): (float(row[key]) if row[key] else None, row[f"{key}_mark"])
        for row in rows for key in data.measures if row[f"{key}_mark"] != "-"
    }  # fmt: skip


def from_json_stat(data: Dataset, tongue: str = "en") -> Cells:
    cube = json.loads(json_stat(data, tongue))
    axes = [cube["dimension"][name]["category"]["index"] for name in cube["id"]]
    assert [len(axis) for axis in axes] == cube["size"]
    assert len(cube["value"]) == math.prod(cube["size"])
    found: Cells = {}
    for at, value in enumerate(cube["value"]):
        mark = cube["status"].get(str(at), "")
        code, day, key = (axis[i] for axis, i in zip(axes, np.unravel_index(at, cube["size"]), strict=True))
        if mark != "-":
            found[code, date.fromisoformat(day), key] = (value, mark)
    return found


def from_geojson(data: Dataset, days: tuple[date, ...]) -> Cells:
    found: Cells = {}
    for day in days:
        for one in json.loads(geojson(data, day, OUTLINES))["features"]:
            said = one["properties"]
            for key in data.measures:
                if said[f"{key}_mark"] != "-":
                    found[one["id"], date.fromisoformat(said["date"]), key] = (said[key], said[f"{key}_mark"])
    return found


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(sorted(AREAS)), st.integers(0, 3), st.sampled_from(["cases", "rate"])),
        st.one_of(st.integers(0, 10**9), st.floats(0, 1e6), st.sampled_from(["<5", "x"])),
    )
)
def test_all_three_forms_bring_back_every_figure_and_mark(drawn: dict[tuple[str, int, str], Any]) -> None:
    shown = tuple(
        Figure(code, DAY + timedelta(days=day), key, *((None, n) if isinstance(n, str) else (n, "")))
        for (code, day, key), n in drawn.items()
    )
    data = replace(DATA, figures=shown)
    assert from_csv(data) == from_json_stat(data) == from_geojson(data, data.days) == wanted(data)


def test_a_hidden_cell_a_nought_and_a_gap_look_different() -> None:
    lines = csv_file(DATA).decode().split("\r\n")
    assert lines[:4] == [
        "code,name_zh,name_en,date,cases,cases_mark,rate,rate_mark", "331123,遂昌县,Suichang,2026-11-01,12,,,-",
        "331123,遂昌县,Suichang,2026-11-02,0,,,-", '331123001,"妙高街道, “中”",Miaogao,2026-11-01,,<5,2.5,',
    ]  # fmt: skip


def test_the_description_of_the_csv_names_its_columns_and_what_must_be_known() -> None:
    said = json.loads(csv_description(DATA))
    assert [column["name"] for column in said["tableSchema"]["columns"]] == csv_file(DATA).decode().split("\r\n")[
        0
    ].split(",")
    assert said["url"] == "cases.csv"
    assert said["dc:license"] == {"@id": DATA.licence}
    assert said["dc:title"] == [
        {"@value": "报告病例", "@language": "zh"},
        {"@value": "Reported cases", "@language": "en"},
    ]
    assert set(said["notes"][0]["marks"]) == {"<5", "x", "-"}


def test_json_stat_says_class_version_roles_and_labels_in_the_language() -> None:
    for tongue, label in (("zh", "遂昌县"), ("en", "Suichang")):
        cube = json.loads(json_stat(DATA, tongue))
        assert (cube["version"], cube["class"], cube["size"]) == ("2.0", "dataset", [3, 2, 2])
        assert cube["role"] == {"geo": ["area"], "time": ["date"], "metric": ["measure"]}
        assert cube["dimension"]["area"]["category"]["label"]["331123"] == label
        assert datetime.fromisoformat(cube["updated"]) == DATA.updated


def test_rings_are_turned_as_geojson_wants_them() -> None:
    (polygon,) = json.loads(geojson(DATA, DAY, OUTLINES))["features"][0]["geometry"]["coordinates"]
    assert [[tuple(point) for point in ring] for ring in polygon] == [RING[::-1], HOLE[::-1]]


REFUSED = {
    "publish.too_fine": replace(DATA, areas=AREAS | {"331123001001": Words("村", "village")}),
    "area.shape": replace(DATA, areas=AREAS | {"33112": Words("村", "village")}),
    "publish.two_figures": replace(DATA, figures=(*SHOWN, Figure("331123", DAY, "cases", 13))),
    "publish.not_listed": replace(DATA, figures=(Figure("331124", DAY, "cases", 13),)),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_must_not_leave_is_refused_by_every_writer(code: str) -> None:
    for write in (csv_file, lambda data: json_stat(data, "zh"), lambda data: geojson(data, DAY, OUTLINES)):
        with pytest.raises(Refusal) as refused:
            write(REFUSED[code])
        assert refused.value.code == code


def test_a_map_without_an_outline_and_a_figure_without_value_or_mark_are_refused() -> None:
    with pytest.raises(Refusal, match="331123001"):
        geojson(DATA, DAY, {"331123": OUTLINES["331123"], "331123100": OUTLINES["331123"]})
    with pytest.raises(ValueError, match="value or a mark"):
        Figure("331123", DAY, "cases", None)
    with pytest.raises(ValueError, match="value or a mark"):
        Figure("331123", DAY, "cases", 3, "<5")


def test_from_counts_to_open_data_nothing_finer_than_a_town_and_nothing_small_goes_along() -> None:
    rows = [("331123", 20), ("331123001", 3), ("331123100", 17), ("331123001001", 3), ("331123100001", 17)]
    file = read_counts({"code": code, "date": "2026-11-01", "count": n} for code, n in rows)
    table = file.table()
    shown = tuple(figures(file, "cases", release(table), table))
    assert [(one.code, one.value, one.mark) for one in shown] == [
        ("331123", 20, ""), ("331123001", None, "<5"), ("331123100", None, "x"),
    ]  # fmt: skip
    assert from_json_stat(replace(DATA, figures=shown)) == wanted(replace(DATA, figures=shown))
