"""The PDF of a bulletin: Chinese that can be searched, tagged, titled; the same bytes again; a word without font."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.bulletins import fonts
from gridcommons.outlook.bulletins.fonts import NO_FONT, chinese_font
from gridcommons.outlook.bulletins.picture import Place, map_svg
from gridcommons.outlook.bulletins.sheet import Map, Section, Sheet, Table, Told
from gridcommons.outlook.bulletins.typesetting import typeset

try:
    FONT = chinese_font()
except Refusal:
    FONT = None
NUMBER = Told(Words("上报", "Reported"), Words("12", "12"), Words("前一天9", "before: 9"))
with_font = pytest.mark.skipif(FONT is None, reason="this machine has no Chinese font")
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[119.2, 28.5], [119.3, 28.5], [119.3, 28.6], [119.2, 28.6], [119.2, 28.5]]],
}
BESIDE = {
    "type": "Polygon",
    "coordinates": [[[119.3, 28.5], [119.4, 28.5], [119.4, 28.6], [119.3, 28.6], [119.3, 28.5]]],
}


def sheet(**more: object) -> Sheet:
    svg = map_svg(
        [Place(SQUARE, "妙高街道", "C", "yellow"), Place(BESIDE, "新路湾镇", "–", step=0)], "Noto Sans CJK SC"
    )
    facts: dict[str, object] = {
        "title": Words("遂昌县每日简报", "Daily bulletin, Suichang"), "about": Words("11月2日", "2 November"),
        "synthetic": True, "figures": (NUMBER,) * 3,
        "sections": (Section(Words("预警", "Warnings"), (Words("#let *龥* 没有预警。", "#let *x* no warning."),)),),
        "map": Map(Words("地图", "Map"), svg, Words("地图", "A map"), Words("图例", "Key")),
        "table": Table(Words("各地", "Areas"), (Words("区域", "Area"), Words("级", "Level")),
                       ((Words("妙高街道", "Miaogao"), Words("C", "C")),)),
    }  # fmt: skip
    return Sheet(**(facts | more))  # type: ignore[arg-type]


def read(data: bytes) -> PdfReader:
    return PdfReader(BytesIO(data))


@with_font
@pytest.mark.parametrize(
    ("tongue", "title", "found", "language"),
    [("zh", "遂昌县每日简报", "没有预警。", "zh-CN"), ("en", "Daily bulletin, Suichang", "no warning.", "en-GB")],
)
def test_it_is_searchable_tagged_and_titled(tongue: str, title: str, found: str, language: str) -> None:
    assert FONT is not None
    reader = read(typeset(sheet().as_dict(), tongue, FONT))
    text = "".join(page.extract_text() for page in reader.pages)
    assert reader.metadata is not None
    assert reader.metadata.title == title
    assert found in text
    assert "#let" in text  # words are data, never commands of the typesetter
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    fonts_used = {font for page in reader.pages for font in page["/Resources"]["/Font"].values()}
    assert all(
        "/FontDescriptor" in str(font.get_object()) or "/DescendantFonts" in font.get_object() for font in fonts_used
    )


@with_font
def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert FONT is not None
    assert typeset(sheet().as_dict(), "zh", FONT) == typeset(sheet().as_dict(), "zh", FONT)


@with_font
def test_demo_data_say_so_on_the_paper() -> None:
    assert FONT is not None
    told = [read(typeset(sheet(synthetic=one).as_dict(), "zh", FONT)).pages[0].extract_text() for one in (True, False)]
    assert ["虚构" in text for text in told] == [True, False]


@with_font
def test_a_long_bulletin_goes_on_overleaf_with_its_heads() -> None:
    assert FONT is not None
    rows = tuple((Words(f"乡镇{n}", f"Town {n}"), Words("B", "B")) for n in range(60))
    long = sheet(table=Table(Words("各地", "Areas"), (Words("区域", "Area"), Words("级", "Level")), rows), map=None)
    pages = read(typeset(long.as_dict(), "zh", FONT)).pages
    assert len(pages) > 1
    assert "区域" in pages[1].extract_text()


def test_where_there_is_no_font_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_PLACES", (str(tmp_path),))
    with pytest.raises(Refusal) as refused:
        chinese_font()
    assert refused.value.code == NO_FONT
    (tmp_path / "NotoSansSC-Regular.otf").write_bytes(b"")
    monkeypatch.setenv(fonts.FOLDER, str(tmp_path / "."))
    assert chinese_font().family == "Noto Sans SC"


def test_a_map_escapes_names_and_hatches_the_unknown() -> None:
    svg = map_svg([Place(SQUARE, '<b>"&', "C", "yellow"), Place(BESIDE, "x", "", step=0)], "Noto")
    assert "&lt;b&gt;" in svg
    assert "<b>" not in svg
    assert 'id="b-upright"' in svg
    assert 'id="b-hatched"' in svg
    assert map_svg([], "Noto") == ""
