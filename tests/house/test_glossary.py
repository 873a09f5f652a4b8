"""`docs/glossary.md` is complete: every name of the field that the code uses stands in it in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

import pytest

from gridcommons.access.finer import FINER
from gridcommons.access.roles import PURPOSES, ROLES
from gridcommons.access.walls import house_models
from gridcommons.cases import counting
from gridcommons.cases.models import CHANNELS
from gridcommons.cases.transitions import Side, packaged
from gridcommons.kit.codes import CHINA
from gridcommons.kit.privacy import Retention, Sensitivity
from gridcommons.kit.words import Words
from gridcommons.matters.matter import Clock, Kind, MatterClass, Place, Verify
from gridcommons.workforce.models import EMPLOYMENTS, POSTS
from house.sources import ROOT, parts

GLOSSARY = ROOT / "docs" / "glossary.md"
HEAD = ["中文", "English", "code name"]
GENERAL = "General words"
HAN = re.compile("[\u4e00-\u9fff]")

Wanted = Mapping[str, Words | None]


@dataclass
class Glossary:
    """The lines of every section by code name, and what is wrong with how they are written."""

    sections: dict[str, dict[str, Words]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def read(text: str) -> Glossary:
    """Read the tables of a glossary."""
    glossary, here = Glossary(), ""
    for line in text.splitlines():
        if line.startswith("## "):
            here = line.removeprefix("## ").strip()
            glossary.sections[here] = {}
        elif line.startswith("|") and not set(line) <= set("|- "):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells != HEAD:
                _add(glossary, here, cells)
    return glossary


def _add(glossary: Glossary, section: str, cells: list[str]) -> None:
    code = cells[-1].strip("`")
    sound = len(cells) == len(HEAD) and HAN.search(cells[0]) and cells[1] and not HAN.search(cells[1])
    if not sound or cells[-1] != f"`{code}`" or not section or code in glossary.sections[section]:
        glossary.faults.append(f"{section}: {' | '.join(cells)}")
    if section and len(cells) == len(HEAD):
        glossary.sections[section][code] = Words(cells[0], cells[1])


def wanted() -> dict[str, Wanted]:
    """What must stand in each section; where the program carries the words, these very words."""
    machine = packaged()
    measures = [*counting.MEASURES.values(), *counting.FLOWS, *counting.STOCKS]
    models = [m._meta.label for m in house_models() if not hasattr(m, "pgh_tracked_model")]
    return {
        "Parts": dict.fromkeys(parts()),
        "Tables": dict.fromkeys(models),
        "Roles": {key: role.name for key, role in ROLES.items()},
        "Purposes": PURPOSES | {key: part.words for key, part in FINER.items()},
        "States of a case": {key: state.words for key, state in machine.states.items()},
        "Duties in a case": {key: duty.words for key, duty in machine.duties.items()},
        "Steps of a case": {key: action.words for key, action in machine.actions.items()},
        "Sides": dict.fromkeys(get_args(Side)),
        "Channels of a report": dict.fromkeys(CHANNELS),
        "Classes of matters": dict.fromkeys(map(str, MatterClass)),
        "Kinds of matters": dict.fromkeys(map(str, Kind)),
        "Places of matters": dict.fromkeys(map(str, Place)),
        "Checks of matters": dict.fromkeys(map(str, Verify)),
        "Clocks": dict.fromkeys(map(str, Clock)),
        "Posts of a grid": dict.fromkeys(POSTS),
        "Kinds of employment": dict.fromkeys(EMPLOYMENTS),
        "Measures": dict.fromkeys(measures),
        "Levels of areas": dict.fromkeys(level.key for level in CHINA.levels),
        "Sensitivity of fields": dict.fromkeys(map(str, Sensitivity)),
        "Retention of fields": dict.fromkeys(map(str, Retention)),
    }


def gaps(glossary: Glossary, needed: Mapping[str, Wanted]) -> list[str]:
    """What is missing, left over, said in other words than the program's, or badly written."""
    found = list(glossary.faults)
    for section, names in needed.items():
        held = glossary.sections.get(section, {})
        found += [f"{section}: {name} is missing" for name in names if name not in held]
        found += [f"{section}: nothing is called {name}" for name in held if name not in names]
        found += [
            f"{section}: {name} is {words.zh} / {words.en} in the program"
            for name, words in names.items()
            if words is not None and name in held and held[name] != words
        ]
    return found + [f"{section}: no such section" for section in glossary.sections if section not in {*needed, GENERAL}]


def test_the_glossary_is_complete_and_says_what_the_program_says() -> None:
    assert gaps(read(GLOSSARY.read_text("utf-8")), wanted()) == []


def test_the_general_words_are_there() -> None:
    general = read(GLOSSARY.read_text("utf-8")).sections[GENERAL]
    assert {
        "area",
        "grid",
        "matter",
        "case",
        "deed",
        "look",
        "dispatch",
        "send_back",
        "verify",
        "close",
    } <= general.keys()


_SOUND = "## Roles\n\n| 中文 | English | code name |\n| --- | --- | --- |\n| 网格员 | grid worker | `grid_worker` |\n"


@pytest.mark.parametrize(
    "text",
    [
        _SOUND.replace("## Roles", "## Rolls"),
        _SOUND.replace("`grid_worker`", "`worker`"),
        _SOUND.replace("`grid_worker`", "grid_worker"),
        _SOUND.replace("网格员", "worker"),
        _SOUND.replace("grid worker", "网格员"),
        _SOUND.replace("grid worker", "worker"),
        _SOUND.replace("| grid worker ", ""),
        _SOUND + "| 网格员 | grid worker | `grid_worker` |\n",
        _SOUND + "| 国王 | king | `king` |\n",
        "",
    ],
)
def test_a_planted_gap_is_found(text: str) -> None:
    needed: dict[str, Wanted] = {"Roles": {"grid_worker": Words("网格员", "grid worker")}}
    assert gaps(read(_SOUND), needed) == []
    assert gaps(read(text), needed)
