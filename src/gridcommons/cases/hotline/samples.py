"""The sample mapping that a county begins with."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sample_mapping() -> str:
    """A mapping with explanations, as text."""
    return files("gridcommons.cases.hotline").joinpath("data/sample.toml").read_text(encoding="utf-8")
