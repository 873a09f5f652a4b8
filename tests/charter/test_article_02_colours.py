"""Charter 2, Barred: the colour of an area is made of counts and nothing about who lives there.

The attacks: a barred column slipped into the counts or among the areas, in Chinese, English or pinyin; a scheme that
asks for a measure about people; persons instead of areas behind the map.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from gridcommons.cli.main import run
from gridcommons.kit.errors import Refusal
from gridcommons.matters.barred import Theme, barred_list
from gridcommons.outlook.colours.scheme import MEASURES, PACKAGE, scheme_of
from house.sources import NAME, imports_of, modules

DEFAULT = files(PACKAGE).joinpath("data", "schemes", "default.toml").read_text("utf-8")


@pytest.mark.parametrize("theme", barred_list().themes, ids=lambda theme: theme.key)
@pytest.mark.parametrize("where", ["counts", "areas"])
def test_a_barred_column_stops_the_map_whatever_its_language(theme: Theme, where: str, tmp_path: Path) -> None:
    words = [theme.zh[0], " ".join(theme.en[0]), " ".join(theme.pinyin[0])]
    for word in words:
        titles = {"counts": "area,date,count", "areas": "area,population"}
        titles[where] += f",{word}"
        more = {name: ",1" if name == where else "" for name in titles}
        (tmp_path / "c.csv").write_text(f"{titles['counts']}\na,2026-03-01,1{more['counts']}\n")
        (tmp_path / "a.csv").write_text(f"{titles['areas']}\na,9000{more['areas']}\n")
        given = ["--counts", str(tmp_path / "c.csv"), "--areas", str(tmp_path / "a.csv")]
        assert run(["colours", *given, "--out", str(tmp_path / "o.csv")]) == 2, word
        assert not (tmp_path / "o.csv").exists()


@pytest.mark.parametrize("measure", ["ethnicity", "petitions", "income", "migrants", "民族"])
def test_no_scheme_can_ask_for_anything_about_people(measure: str) -> None:
    with pytest.raises(Refusal, match="no measure"):
        scheme_of(DEFAULT.replace('["rate", ">=", 200]', f'["{measure}", ">=", 200]', 1))
    assert measure not in MEASURES


def test_nothing_that_makes_colours_can_see_a_person() -> None:
    own = [one for one in modules() if one.name.startswith(PACKAGE)]
    assert len(own) >= 5
    below = {f"{NAME}.kit", f"{NAME}.outlook"}
    found = {name for one in own for _node, name in imports_of(one) if name.startswith(f"{NAME}.")}
    assert {name for name in found if ".".join(name.split(".")[:2]) not in below} == set()
