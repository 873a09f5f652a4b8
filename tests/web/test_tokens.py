"""The colours of the look: contrast in light and dark, and whether areas can be told apart with weak colour sight."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "frontend/src/css/tokens.css").read_text("utf-8")
AA_TEXT, AA_EDGE, TOLD_APART = 4.5, 3.0, 10.0

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SIGHT = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)


def block(selector: str) -> dict[str, tuple[str, str]]:
    """The tokens of one rule as (light, dark)."""
    body = re.search(re.escape(selector) + r"\s*\{(.*?)\n\}", TOKENS, re.S)
    assert body is not None
    found = {}
    for name, light, dark, plain in re.findall(
        r"--gc-([\w-]+):\s*(?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}))", body[1]
    ):
        found[name] = (light or plain, dark or plain)
    return found


BASE = block(":root")
HOUSES = {"grid": block('[data-house="grid"]'), "commons": block('[data-house="commons"]')}


def linear(colour: str) -> np.ndarray:
    raw = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(raw <= 0.04045, raw / 12.92, ((raw + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("paper", ["paper", "card", "sunk"])
def test_text_and_edges_can_be_seen_on_every_paper(theme: int, paper: str) -> None:
    for text in ("ink", "quiet", "danger"):
        assert contrast(BASE[text][theme], BASE[paper][theme]) >= AA_TEXT, text
    assert contrast(BASE["edge"][theme], BASE[paper][theme]) >= AA_EDGE
    assert contrast(BASE["danger"][theme], BASE["danger-wash"][theme]) >= AA_TEXT


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("house", HOUSES)
def test_both_houses_can_be_read(house: str, theme: int) -> None:
    tokens = HOUSES[house]
    for paper in ("paper", "card", "sunk"):
        assert contrast(tokens["house-said"][theme], BASE[paper][theme]) >= AA_TEXT, paper
    assert contrast(tokens["house-said"][theme], tokens["house-wash"][theme]) >= AA_TEXT
    assert contrast("#ffffff", tokens["house-head"][theme]) >= AA_TEXT
    button = tokens["house"][0] if theme == 0 else tokens["house-said"][1]
    assert contrast(tokens["house-on"][theme], button) >= AA_TEXT


def test_letters_can_be_read_on_the_colours_of_areas_and_passes() -> None:
    deep, bright = BASE["on-deep"][0], BASE["on-bright"][0]
    for name in ("area-a", "area-b", "area-e", "pass-g", "pass-r"):
        assert contrast(deep, BASE[name][0]) >= AA_TEXT, name
    for name in ("area-c", "area-d", "pass-y"):
        assert contrast(bright, BASE[name][0]) >= AA_TEXT, name


@pytest.mark.parametrize("sight", SIGHT)
def test_area_colours_differ_also_with_weak_colour_sight(sight: str) -> None:
    seen = {name: lab(np.array(SIGHT[sight]) @ linear(BASE[f"area-{name}"][0])) for name in "abcde"}
    near = {one + other: float(np.linalg.norm(seen[one] - seen[other])) for one, other in combinations(seen, 2)}
    assert min(near.values()) >= TOLD_APART, near


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_neutral_ramp_goes_one_way(theme: int) -> None:
    lightness = [float(lab(linear(BASE[f"ramp-{step}"][theme]))[0]) for step in range(1, 6)]
    steps = [later - earlier for earlier, later in pairwise(lightness)]
    assert all(step < 0 for step in steps) if theme == 0 else all(step > 0 for step in steps)
    assert min(abs(step) for step in steps) > 7
