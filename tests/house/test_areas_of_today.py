"""Pages ask a grant for its areas as they are today: a code that a grant was given for may be no area any more."""

from __future__ import annotations

import ast

import pytest

from house.sources import Module, planted, written

_RAW = ("included", "excluded")
_ASKING = ("lying_in",)
"""Outside of pages the codes as given may go to whatever reads them through the lineage, and nowhere else."""
_ABOVE = ("cases", "notices", "outlook", "people", "workforce", "matters")


def raw_areas(module: Module) -> list[str]:
    """The places where a module takes the codes of a grant as they were given."""
    asked = {
        id(part)
        for node in module.nodes
        if module.part in _ABOVE and isinstance(node, ast.Call) and _name(node.func) in _ASKING
        for argument in node.args
        for part in ast.walk(argument)
    }
    return [
        f"{module.where(node)} {node.attr}"
        for node in module.nodes
        if isinstance(node, ast.Attribute) and node.attr in _RAW and id(node) not in asked
    ]


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def test_no_page_and_no_part_above_access_takes_the_codes_of_a_grant_as_given() -> None:
    above = [module for module in written() if module.part in ("web", *_ABOVE)]
    assert len(above) > 200
    assert [line for module in above for line in raw_areas(module)] == []


@pytest.mark.parametrize("part", ["web.office.planted", "cases.planted"])
@pytest.mark.parametrize(
    "text",
    [
        "codes = [code for grant in grants for code in grant.included]",
        "min(grant.included)",
        "found = Q(area_code__in=line.facts.excluded)",
    ],
)
def test_a_planted_reading_of_the_codes_as_given_is_found(part: str, text: str) -> None:
    assert len(raw_areas(planted(part, text))) == 1


def test_reading_through_the_lineage_is_allowed_below_the_pages_alone() -> None:
    text = "rows = lying_in('area_code', grant.included, grant.excluded)"
    assert raw_areas(planted("cases.planted", text)) == []
    assert len(raw_areas(planted("web.planted", text))) == 2
