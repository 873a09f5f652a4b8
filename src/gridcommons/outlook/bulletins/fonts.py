"""The font that sets Chinese in a PDF: the machine's own, found by its file name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import shipped

FOLDER: Final = "GRIDCOMMONS_FONTS"
"""A folder of fonts to look in first, for machines that carry none."""
_PACKAGE: Final = "gridcommons.outlook.bulletins"
_PLACES: Final = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/System/Library/Fonts",
    "/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip

NO_FONT = refusal_kind(
    "bulletins.no_font",
    status=503,
    zh="这台机器没有能排中文的字体，所以没有PDF；网页版照常可以打印。请安装fonts-noto-cjk，或把字体放进"
    "GRIDCOMMONS_FONTS所指的文件夹。",
    en="This machine has no font that sets Chinese, so there is no PDF; the page prints as well. Install "
    "fonts-noto-cjk, or put a font into the folder that GRIDCOMMONS_FONTS names.",
)


@dataclass(frozen=True)
class Font:
    """A font file and the name of its family."""

    file: Path
    family: str


def chinese_font() -> Font:
    """The first known font on this machine; refuses (`bulletins.no_font`) where there is none."""
    found = _found(tuple(_folders()))
    if found is None:
        raise refuse(NO_FONT)
    return found


def _folders() -> Iterator[str]:
    if own := os.environ.get(FOLDER, ""):
        yield own
    yield from _PLACES


@lru_cache(maxsize=4)
def _found(folders: Sequence[str]) -> Font | None:
    known: list[tuple[str, str]] = shipped(
        _PACKAGE, "fonts.toml", lambda raw: [(one["file"], one["family"]) for one in raw["fonts"]]
    )
    there: dict[str, Path] = {}
    for folder in folders:
        for file in sorted(Path(folder).expanduser().rglob("*.[ot]t[fc]")):
            there.setdefault(file.name.lower(), file)
    return next((Font(there[name.lower()], family) for name, family in known if name.lower() in there), None)
