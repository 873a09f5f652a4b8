"""A sheet as PDF: tagged, with its title and language, searchable, the font embedded. One sheet, the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gridcommons.kit.shipped import shipped_text
from gridcommons.outlook.bulletins.fonts import Font

if TYPE_CHECKING:
    from typst import Fonts

_PACKAGE: Final = "gridcommons.outlook.bulletins"
_BAND: Final = {
    "zh": "演示数据：居民、事项和数字均为虚构。",
    "en": "Demo data: residents, cases and figures are synthetic.",
}
_REGION: Final = {"zh": "cn", "en": "gb"}
_FOOT: Final = {
    "zh": "小数字已按公布规则隐去。本简报不作任何决定。",
    "en": "Small figures are hidden as for publication. This bulletin decides nothing.",
}


def typeset(sheet: Mapping[str, Any], tongue: str, font: Font) -> bytes:
    """The PDF of a sheet as it is kept, in `zh` or `en`, by the standard PDF/UA-1."""
    import typst  # 80 MB of machine code, wanted by the job of the morning alone

    data = {
        **_in_tongue(sheet, tongue), "family": [font.family], "lang": tongue, "region": _REGION[tongue],
        "band": _BAND[tongue] if sheet["synthetic"] else "", "foot": _FOOT[tongue],
    }  # fmt: skip
    return typst.compile(
        shipped_text(_PACKAGE, "bulletin.typ").encode(), format="pdf", font_paths=_fonts(font.file.parent),
        ignore_system_fonts=True, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["ua-1"],
    )  # fmt: skip


@lru_cache(maxsize=2)
def _fonts(folder: Path) -> Fonts:
    """The fonts of a folder, looked up once; none of the system beside them, so that a sheet has the same bytes."""
    from typst import Fonts

    return Fonts(include_system_fonts=False, font_paths=[str(folder)])


def _in_tongue(held: Any, tongue: str) -> Any:
    """The same with every pair of words as the text of one language."""
    if isinstance(held, Mapping):
        if held.keys() == {"zh", "en"}:
            return held[tongue]
        return {key: _in_tongue(value, tongue) for key, value in held.items()}
    if isinstance(held, list | tuple):
        return [_in_tongue(value, tongue) for value in held]
    return held
